import { quote, type RawShell, raw } from '../shell.ts'
import { sha256 } from './hash.ts'

/**
 * A here-document of exactly `text`, as the stdin of the command before it: `cat ${heredoc(text)}`.
 * Plain text stays readable. Bytes that a shell might change are sent as base64, see `writeText`.
 */
export function heredoc(text: string): RawShell {
  let mark = 'HOWDAH_END'
  for (let n = 1; text.split('\n').includes(mark); n++) mark = `HOWDAH_END_${n}`
  return raw(`<<'${mark}'\n${text}${text.endsWith('\n') || text === '' ? '' : '\n'}${mark}\n`)
}

/** True when every shell passes the text through a here-document byte for byte. */
const isPlain = (text: string): boolean => /^([\t\x20-\x7e]*\n)*$/.test(text)

/** A command that writes exactly `text` into the shell word `to` (an already quoted path or `"$tmp"`). */
export function writeText(text: string, to: RawShell): string {
  if (isPlain(text)) return `cat >${to.text} ${heredoc(text).text}`
  const lines = Buffer.from(text, 'utf8').toString('base64').replace(/.{76}/g, '$&\n')
  return `base64 -d >${to.text} ${heredoc(lines).text}`
}

export interface Placement {
  readonly path: string
  readonly content: string
  readonly owner: string
  readonly group: string
  readonly mode: string
  readonly validate?: string
}

/**
 * Writes a file. A temporary file beside the target gets its owner and mode before its content. It is synced, checked
 * against its sha256 and by `validate`, and then renamed. Uses the functions of `APPLY_PRELUDE`.
 */
export function placeFile(file: Placement): string {
  const check = file.validate?.replaceAll('{}', '"$tmp"')
  return [
    `howdah_temp ${quote(file.path)} ${quote(`${file.owner}:${file.group}`)} ${quote(file.mode)}`,
    writeText(file.content, raw('"$tmp"')),
    `howdah_check "$tmp" ${sha256(file.content)}`,
    ...(check
      ? [`${check} || howdah_die ${quote(`${file.path}: refused by its own check: ${file.validate}`)}`]
      : []),
    `howdah_switch ${quote(file.path)}`,
    '',
  ].join('\n')
}

/**
 * The start of every apply script. `howdah_bounded SECONDS` runs the script on its stdin. It reads all of it first, so
 * that commands in it have an empty stdin, and none of its text is an argument.
 */
export const APPLY_PRELUDE = `
howdah_die() { printf '%s\\n' "$*" >&2; exit 1; }
howdah_temp() {
  dir=\${1%/*}; base=\${1##*/}
  [ -d "\${dir:-/}" ] || howdah_die "$1: its directory is missing"
  if [ -L "$1" ] || [ -d "$1" ]; then howdah_die "$1: a link or a directory is in the way"; fi
  rm -f "$dir/.$base.howdah-"??????
  tmp=$(mktemp "$dir/.$base.howdah-XXXXXX")
  trap 'rm -f "$tmp"' EXIT
  chown "$2" "$tmp"
  chmod "$3" "$tmp"
}
howdah_sha256() { sum=$(sha256sum <"$1"); printf '%s' "\${sum%% *}"; }
howdah_check() {
  got=$(howdah_sha256 "$1")
  [ "$got" = "$2" ] || howdah_die "$1: sha256 is $got, expected $2"
}
howdah_switch() {
  sync "$tmp"
  mv -fT "$tmp" "$1"
  sync "\${dir:-/}"
}
howdah_bounded() { timeout -k 5 "$1" sh -c 'eval "$(cat)"'; }
`.trimStart()

/** The start of every probe script. A value with line breaks is sent percent-encoded, and its key ends in `%`. */
export const PROBE_PRELUDE = `
nl='
'
cr=$(printf '\\r')
emit() {
  case $2 in
    *"$nl"* | *"$cr"*)
      printf '%s%%=' "$1"
      printf '%s\\n' "$2" | sed -e 's/%/%25/g' -e "s/$cr/%0D/g" | awk 'NR > 1 { printf "%%0A" } { printf "%s", $0 }'
      echo ;;
    *) printf '%s=%s\\n' "$1" "$2" ;;
  esac
}
howdah_bounded() { timeout -k 5 "$1" sh -c 'eval "$(cat)"'; }
`.trimStart()
