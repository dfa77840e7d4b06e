import { randomBytes } from 'node:crypto'

/** Random text that marks the engine's own lines, so that no line of a fragment can look like one. */
export const newNonce = (): string => randomBytes(12).toString('hex')

/** The output after a marker line `@<nonce> <head>`. */
export interface Frame {
  readonly head: string
  readonly body: string
}

/** Splits output into frames; output before the first marker is dropped. */
export function parseFrames(output: string, nonce: string): Frame[] {
  const frames: { head: string; lines: string[] }[] = []
  const mark = `@${nonce} `
  for (const line of output.split('\n')) {
    if (line.startsWith(mark)) frames.push({ head: line.slice(mark.length), lines: [] })
    else frames.at(-1)?.lines.push(line)
  }
  return frames.map(({ head, lines }) => ({ head, body: lines.join('\n') }))
}

/** `key=value` lines as a state; a key that ends in `%` has its value percent-encoded. Other lines are ignored. */
export function parseState(body: string): Record<string, string> {
  const state: Record<string, string> = {}
  for (const line of body.split('\n')) {
    const at = line.indexOf('=')
    if (at < 1) continue
    const [key, value] = [line.slice(0, at), line.slice(at + 1)]
    if (key.endsWith('%')) state[key.slice(0, -1)] = decodePercent(value)
    else state[key] = value
  }
  return state
}

const decodePercent = (value: string): string =>
  value.replaceAll('%0A', '\n').replaceAll('%0D', '\r').replaceAll('%25', '%')
