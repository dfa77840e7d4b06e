/** What a host's own package lists have: read in the probe, so that a plan never names a package that cannot be installed. */
import { sh } from '../../shell.ts'
import type { Package, Refusal, State } from '../types.ts'

/** Each call of apt-cache may take this long; the index of a slow disk takes seconds. */
const SECONDS = 30
/** Alternatives that a refusal names. */
const SHOWN = 6

/**
 * Shell functions about apt's lists. Lists that were never fetched, and lists older than the sources, prove nothing
 * about a package: the apply fetches them first.
 */
export const LISTS = `
lists_are_stale() {
  [ -z "$(find /var/lib/apt/lists -maxdepth 1 -name '*Packages*' 2>/dev/null | head -n 1)" ] ||
    [ -n "$(find /etc/apt/sources.list /etc/apt/sources.list.d -newer /var/lib/apt/lists 2>/dev/null)" ]
}
`.trim()

// `apt-cache policy` prints nothing for a name it has never seen, and `(none)` for one without a version to install.
const FUNCTIONS = `
${LISTS}
with_candidate() {
  answer=$(LC_ALL=C timeout -k 5 ${SECONDS} apt-cache policy "$@" 2>/dev/null) || return 1
  printf '%s\\n' "$answer" | awk '/^[^ ].*:$/ { name = substr($1, 1, length($1) - 1) }
    $1 == "Candidate:" && $2 != "(none)" { print name }'
}
names_like() {
  LC_ALL=C timeout -k 5 ${SECONDS} apt-cache pkgnames "$1" 2>/dev/null | grep -x -- "$2" | sort | head -n 40 || :
}
`.trim()

/**
 * Appends to the probe of a package: for the names that are not installed (in `$all`, as dpkg-query gives them), emits
 * `available`, those with a version to install, and `like`, what the lists have instead of the others. Emits neither
 * when the lists cannot answer. No network, bounded.
 */
export const listsProbe = ({ names, alternatives = [] }: Package): string =>
  [
    'if command -v apt-cache >/dev/null 2>&1; then',
    FUNCTIONS,
    'set --',
    sh`for name in ${names}; do`,
    `  printf '%s\\n' "$all" | grep -qxF "installed $name" || set -- "$@" "$name"`,
    'done',
    'if [ $# -gt 0 ] && ! lists_are_stale && found=$(with_candidate "$@"); then',
    `  emit available "$(printf '%s\\n' "$found" | tr '\\n' ' ')"`,
    `  lacking=$(for name in "$@"; do printf '%s\\n' "$found" | grep -qxF "$name" || printf '%s\\n' "$name"; done)`,
    '  set --',
    '  if [ -n "$lacking" ]; then',
    ...names.map(likeProbe),
    sh`    set -- "$@" ${alternatives}`,
    '  fi',
    `  if [ $# -gt 0 ] && found=$(with_candidate "$@"); then emit like "$(printf '%s\\n' "$found" | tr '\\n' ' ')"; fi`,
    'fi',
    'fi',
  ].join('\n')

/** Adds the names that look like a missing one: the same with another version, or with more behind it. */
function likeProbe(name: string): string {
  const { start, shape } = shapeOf(name)
  return sh`    # shellcheck disable=SC2046 # each name is an argument
    if printf '%s\\n' "$lacking" | grep -qxF ${name}; then set -- "$@" $(names_like ${start} ${shape}); fi`
}

/** How a name with another version looks, as a basic regular expression, and the text that every such name starts with. */
export function shapeOf(name: string): { readonly start: string; readonly shape: string } {
  const at = name.search(/\d/)
  const literal = (text: string): string => text.replace(/[.*[\]^$\\]/g, '\\$&')
  if (at <= 0) return { start: name, shape: `${literal(name)}.*` }
  const parts = name.split(/\d+(?:\.\d+)*/).map(literal)
  return { start: name.slice(0, at), shape: parts.join('[0-9.]*') }
}

/** Refuses a package that the lists of its host do not have. Without an answer of the lists, nothing is claimed. */
export function notInLists(
  wanted: Package,
  missing: readonly string[],
  state: State,
): Omit<Refusal, 'ref'>[] {
  if (state.available === undefined) return []
  const available = new Set(state.available.split(' '))
  const absent = missing.filter((name) => !available.has(name))
  if (absent.length === 0) return []
  const like = (state.like ?? '').split(' ').filter((name) => name !== '')
  const offered = like.length === 0 ? 'nothing like it' : like.slice(0, SHOWN).join(', ')
  return [
    {
      message: `the package lists of this host do not have ${absent.join(', ')}`,
      found: `the lists have ${offered}${like.length > SHOWN ? ` and ${like.length - SHOWN} more` : ''}`,
      next: wanted.next ?? 'add a package source with it on the host and run apt-get update there, as root',
    },
  ]
}
