import { placeFile } from '../../engine/fragments.ts'
import type { State } from '../../engine/types.ts'
import { raw, sh } from '../../shell.ts'

/** A set of files in one directory. Other files with the prefix are removed. */
export interface SetFile {
  readonly name: string
  readonly content: string
}

export interface FileSet {
  readonly dir: string
  /** The beginning of the names of Howdah's files; '' means every file of the directory. */
  readonly prefix: string
  readonly files: readonly SetFile[]
  readonly mode: string
}

const KEY = 'text:'

/** Shell for a probe: the text of every file with the prefix. */
export const probeSet = (set: FileSet): string =>
  [
    sh`for f in ${set.dir}/${raw(set.prefix)}*; do`,
    '  [ -f "$f" ] && [ ! -L "$f" ] || continue',
    `  emit "${KEY}\${f##*/}" "$(cat "$f")"`,
    sh`  emit "mode:\${f##*/}" "$(stat -c '%a %U' "$f")"`,
    'done',
  ].join('\n')

/** The texts that were read, by name. Each ends with a newline, like all files that Howdah writes. */
export const textsOf = (state: State): ReadonlyMap<string, string> =>
  new Map(
    Object.entries(state).flatMap(([key, text]) =>
      key.startsWith(KEY) ? [[key.slice(KEY.length), `${text}\n`] as const] : [],
    ),
  )

const isRight = (set: FileSet, { name, content }: SetFile, state: State): boolean =>
  textsOf(state).get(name) === content && state[`mode:${name}`] === `${Number(set.mode)} root`

export interface SetChanges {
  readonly create: readonly string[]
  readonly update: readonly string[]
  readonly remove: readonly string[]
}

export function changesOfSet(set: FileSet, state: State): SetChanges {
  const found = textsOf(state)
  const wrong = set.files.filter((file) => !isRight(set, file, state)).map(({ name }) => name)
  const wanted = new Set(set.files.map(({ name }) => name))
  return {
    create: wrong.filter((name) => !found.has(name)),
    update: wrong.filter((name) => found.has(name)),
    remove: [...found.keys()].filter((name) => !wanted.has(name)),
  }
}

/** All files as one text, so that a plan can show the difference. */
export const shown = (files: Iterable<readonly [string, string]>): string =>
  [...files]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, text]) => `# ${name}\n${text}`)
    .join('\n')

export const shownWanted = (set: FileSet): string =>
  shown(set.files.map(({ name, content }) => [name, content]))

/** Shell that writes the files of the set, and removes the other files with the prefix. */
export function applySet(set: FileSet): string {
  const place = ({ name, content }: SetFile): string =>
    placeFile({ path: `${set.dir}/${name}`, content, owner: 'root', group: 'root', mode: set.mode }).trimEnd()
  const names = set.files.map(({ name }) => name)
  return [
    ...set.files.map(place),
    sh`wanted=${` ${names.join(' ')} `}`,
    sh`for f in ${set.dir}/${raw(set.prefix)}*; do`,
    '  [ -f "$f" ] || continue',
    '  case $wanted in *" ${f##*/} "*) continue ;; esac',
    '  rm -f "$f"',
    'done',
  ].join('\n')
}
