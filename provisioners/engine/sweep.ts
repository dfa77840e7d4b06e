import { HowdahError } from '../errors.ts'
import { sh } from '../shell.ts'
import type { Frame } from './frames.ts'
import type { PathRead } from './types.ts'

/** The number of paths for one stat and one sha256sum: far below any limit of an argument list. */
const CHUNK = 400

/**
 * Shell that reads many paths with a handful of processes: one stat, one sha256sum, and a readlink for each link.
 * `mark` (of the probe's prelude) heads each frame.
 */
const SWEEP = `
sweep() {
  mark stat
  LC_ALL=C stat --printf='%f\\t%U\\t%G\\t%n\\n' -- "$@" 2>/dev/null
  mark link
  for path in "$@"; do
    if [ -L "$path" ]; then printf '%s\\t%s\\n' "$path" "$(readlink -- "$path")"; fi
  done
  mark hash
  for path in "$@"; do
    shift
    if [ -f "$path" ]; then set -- "$@" "$path"; fi
  done
  if [ "$#" -gt 0 ]; then sha256sum -z -- "$@" 2>/dev/null | tr '\\0' '\\n'; fi
}
`.trim()

/** The sweep over all paths, or '' when there is none. Throws PATH_ODD for a path that no line can hold. */
export function sweepScript(reads: readonly PathRead[]): string {
  const paths = [...new Set(reads.map((read) => read.path))]
  const odd = paths.find((path) => /[\n\t]/.test(path) || !path.startsWith('/'))
  if (odd !== undefined) {
    const message = `a path must be absolute and without line breaks or tabs: ${JSON.stringify(odd)}`
    throw new HowdahError({ code: 'PATH_ODD', exit: 'configuration', message, found: odd })
  }
  const calls: string[] = []
  for (let i = 0; i < paths.length; i += CHUNK) calls.push(sh`sweep ${paths.slice(i, i + CHUNK)}`)
  return calls.length > 0 ? [SWEEP, ...calls, ''].join('\n') : ''
}

/** What the sweep found at each path. */
export interface Swept {
  /** The part of the state that one read asks for. */
  state(read: PathRead): Record<string, string>
}

// The file type bits of a mode: S_IFREG, S_IFDIR and S_IFLNK, without the lower twelve bits.
const KINDS: Readonly<Record<number, string>> = { 8: 'file', 4: 'directory', 10: 'link' }

function* lines(frames: readonly Frame[], head: string): Generator<string> {
  for (const frame of frames) {
    if (frame.head === head) yield* frame.body.split('\n').filter((line) => line !== '')
  }
}

export function parseSweep(frames: readonly Frame[]): Swept {
  const stats = new Map<string, Record<string, string>>()
  for (const line of lines(frames, 'stat')) {
    const [raw = '', owner = '', group = '', path = ''] = line.split('\t')
    const bits = Number.parseInt(raw, 16)
    const mode = (bits & 0o7777).toString(8).padStart(4, '0')
    stats.set(path, { kind: KINDS[bits >> 12] ?? 'other', owner, group, mode })
  }
  const links = new Map([...lines(frames, 'link')].map((line) => line.split('\t') as [string, string]))
  const hashes = new Map([...lines(frames, 'hash')].map((line) => [line.slice(66), line.slice(0, 64)]))
  return {
    state({ path, key }) {
      const hash = hashes.get(path)
      if (key !== undefined) return { [key]: hash ?? 'absent' }
      const found = stats.get(path)
      if (!found) return {}
      if (found.kind === 'link') return { ...found, target: links.get(path) ?? '' }
      return found.kind === 'file' && hash !== undefined ? { ...found, sha256: hash } : found
    },
  }
}
