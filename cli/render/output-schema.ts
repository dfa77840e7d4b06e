import { z } from 'zod'
import type { RunEvent } from '../../provisioners/events.ts'

/** The form of `--output ndjson` and of `--json`: for docs/json.md, and for its test. */

const stamp = {
  formatVersion: z.literal('1.0').describe('Changes when a program that reads this must change.'),
  time: z.iso.datetime().describe('When it was written, in UTC.'),
}

const host = z.string().optional()
const line = <T extends string, F extends z.ZodRawShape>(type: T, fields: F) =>
  z.object({ ...stamp, type: z.literal(type), ...fields })

/** A line of `--output ndjson` while the run goes on. */
export const eventLine = z.discriminatedUnion('type', [
  line('phase', { title: z.string() }).describe('A phase of the run begins.'),
  line('host', {
    host: z.string(),
    state: z.enum(['connecting', 'connected', 'probed', 'lost', 'done']),
    detail: z.string().optional(),
  }),
  line('step', {
    ref: z.string().describe('`host!resource`'),
    host: z.string(),
    title: z.string(),
    status: z.enum(['start', 'ok', 'failed', 'skipped', 'unknown']),
    ms: z.number().optional(),
    detail: z.string().optional(),
  }),
  line('progress', {
    id: z.string(),
    title: z.string(),
    done: z.number(),
    total: z.number().describe('0: not known'),
    unit: z.enum(['bytes', 'items']),
    host,
  }),
  line('check', {
    name: z.string(),
    title: z.string(),
    status: z.enum(['pass', 'fail', 'skip']),
    ms: z.number(),
    host,
    detail: z.string().optional(),
  }),
  line('log', { level: z.enum(['debug', 'info', 'warn']), text: z.string(), host }),
])

/** The last line where the command succeeded; the other fields are those of the verb's document. */
export const resultLine = line('result', {}).loose()

/** The last line, or the document of `--json`, where the command failed. */
export const errorLine = line('error', {
  errors: z.array(
    z.object({
      code: z.string().describe('See errors.md.'),
      exit: z.string(),
      message: z.string(),
      found: z.string().optional(),
      expected: z.string().optional(),
      where: z.string().optional(),
      next: z.string().optional(),
      detail: z.string().optional(),
    }),
  ),
})

type Line = z.infer<typeof eventLine>
type Unstamped<T> = T extends unknown ? Omit<T, 'formatVersion' | 'time'> : never

/** Fails to compile when an event has a field or a form that the schema does not have. */
export type EveryEventIsALine = RunEvent extends Unstamped<Line> ? true : never

/** docs/json.md. */
export function jsonPage(): string {
  const schema = z.toJSONSchema(z.union([eventLine, resultLine, errorLine]), { target: 'draft-7' })
  return `${[
    '# JSON for programs',
    '',
    'Every verb takes `--json` and `--output ndjson`. Both go to stdout; messages for a reader go to stderr. Neither means',
    '`--yes`: a change still needs it.',
    '',
    '| option | prints |',
    '|---|---|',
    '| `--json` | one JSON document at the end: the result, or the errors |',
    '| `--output ndjson` | one JSON document per line: the events of the run as they happen, then the result or the errors |',
    '',
    'Each document and each line has `formatVersion` and `time`. New fields may be added within a `formatVersion`, so ignore',
    'those that you do not know. The exit codes are in [errors.md](errors.md). `howdah schema` prints a format of its own, the',
    'JSON Schema of cluster.yml, with neither field.',
    '',
    '```sh',
    "howdah plan --json | jq -r '.steps[] | [.host, .action, .title] | @tsv'",
    'howdah bootstrap --yes --output ndjson | jq -r \'select(.status == "failed") | .host + ": " + .title\'',
    '```',
    '',
    '## The schema of a line',
    '',
    'Generated from `cli/render/output-schema.ts`; `UPDATE_DOCS=1 npx vitest run --project unit test/cli/json-page.test.ts`',
    'writes it again.',
    '',
    '```json',
    JSON.stringify(schema, null, 2),
    '```',
  ].join('\n')}\n`
}
