/** Malformed lines, as they are found in tracking logs of real sites. */

import { pythonJson } from './events.ts'
import type { Random } from './random.ts'

export interface BadLine {
  readonly bytes: Buffer
  /** True: not a JSON object. False: an object whose fields have wrong types. */
  readonly unparsable: boolean
}

const NEWLINES = new Set([0x0a, 0x0d])

function junk(random: Random): Buffer {
  const bytes = Array.from({ length: random.int(1, 120) }, () => random.int(0, 255))
  // A newline would split the line.
  return Buffer.from(bytes.map((byte) => (NEWLINES.has(byte) ? 0xff : byte)))
}

/** A valid line that is cut, and so not valid. Some end with bytes that are not UTF-8. */
function truncated(line: string, random: Random, tail: readonly number[]): Buffer {
  const cut = line.slice(0, random.int(1, line.length - 1))
  return Buffer.concat([Buffer.from(cut), Buffer.from(tail)])
}

const WRONG_FIELDS: readonly Record<string, unknown>[] = [
  { time: 1_772_409_600 },
  { time: null },
  { time: 'yesterday' },
  { username: null },
  { username: { id: 7 } },
  { event_type: null },
  { event_type: ['play_video'] },
  { context: 'course-v1:edX+DemoX+2026_T1', event: null },
  { context: { course_id: null }, event: { course_id: null, user_id: null } },
  { context: null, event: [] },
]

/** Makes a malformed line from the fields of a valid one. */
export function badLine(fields: Record<string, unknown>, random: Random): BadLine {
  const kind = random.int(0, 9)
  const good = pythonJson(fields)
  const unparsable = (bytes: Buffer): BadLine => ({ bytes, unparsable: true })
  if (kind < 3) return unparsable(truncated(good, random, []))
  if (kind < 4) return unparsable(truncated(good, random, [0xe9, 0xc3, 0x28]))
  if (kind < 5) return unparsable(Buffer.from(random.pick(['', ' ', '   \t'])))
  if (kind < 6) return unparsable(junk(random))
  if (kind < 7) return unparsable(Buffer.from(random.pick(['[1, 2]', '"text"', 'null', '42', '{', '}{'])))
  const wrong = WRONG_FIELDS[random.int(0, WRONG_FIELDS.length - 1)]
  return { bytes: Buffer.from(pythonJson({ ...fields, ...wrong })), unparsable: false }
}
