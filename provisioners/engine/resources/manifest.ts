import { quote, sh } from '../../shell.ts'

/**
 * The list of files of an unpacked archive: kind, mode, owner, size, time and name of each, as it was when the archive
 * was unpacked. A probe compares the tree with it by one find, and reads no file of the tree. Files that were added are
 * no difference: caches, bytecode and the like.
 */
const MANIFEST = '.howdah-manifest'

const LISTING = [
  "-path './.howdah-*' -prune",
  String.raw`-type d -printf 'd\t%m\t%U:%G\t-\t-\t%P\t\n'`,
  String.raw`-type l -printf 'l\t-\t%U:%G\t-\t-\t%P\t%l\n'`,
  String.raw`-printf '%y\t%m\t%U:%G\t%s\t%Ts\t%P\t\n'`,
].join(' -o ')

/** Prints the list of the tree in $1. A directory's own size and time change with what is added to it. */
const list = (dir: string): string => sh`cd ${dir} && find . `.concat(LISTING, ' | LC_ALL=C sort')

/** Shell that writes the list of a tree. A link in its place is removed, and not followed. */
export function writeManifest(dir: string): string {
  const file = `${dir}/${MANIFEST}`
  return [
    sh`rm -rf ${file} ${`${file}.part`}`,
    `(${list(dir)}) >${quote(`${file}.part`)}`,
    sh`chmod 0644 ${`${file}.part`}`,
    sh`mv -f ${`${file}.part`} ${file}`,
  ].join('\n')
}

/** The names of files that a difference mentions. */
const NAMED = 3

const COMPARE = `
BEGIN { FS = "\\t" }
FILENAME == ARGV[1] { name[++n] = $6; was[n] = $0; next }
{ now[$6] = $0 }
function note(path) { if (++noted <= ${NAMED}) names = names (noted > 1 ? ", " : "") (path == "" ? "." : path) }
END {
  for (i = 1; i <= n; i++) {
    if (!(name[i] in now)) { missing++; note(name[i]) }
    else if (now[name[i]] != was[i]) { changed++; note(name[i]) }
  }
  if (noted == 0) exit
  text = (missing ? missing " missing" : "") (missing && changed ? ", " : "") (changed ? changed " changed" : "")
  print text ": " names (noted > ${NAMED} ? ", …" : "")
}`.trim()

/** Shell that prints how a tree differs from its list, such as `1 missing, 2 changed: lib/a.jar, …`; nothing when it does not. */
export function differences(dir: string): string {
  const file = `${dir}/${MANIFEST}`
  const compare = sh`LC_ALL=C awk ${COMPARE} ${file} -`
  return sh`if [ -f ${file} ]; then (`.concat(
    list(dir),
    ' | ',
    compare,
    "); else echo 'its list of files is missing'; fi",
  )
}

/** A condition in shell: the tree is as its list has it. */
export const isUnchanged = (dir: string): string => `[ -z "$(${differences(dir)})" ]`
