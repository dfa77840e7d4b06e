import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { openConsole, reportError } from '../../cli/console.ts'
import {
  type EveryEventIsALine,
  errorLine,
  eventLine,
  jsonPage,
  resultLine,
} from '../../cli/render/output-schema.ts'
import { HowdahError } from '../../provisioners/errors.ts'
import type { RunEvent } from '../../provisioners/events.ts'

const page = join(import.meta.dirname, '../../docs/json.md')

it('docs/json.md has the schema of the code (UPDATE_DOCS=1 writes it again)', async () => {
  if (process.env.UPDATE_DOCS === '1') await writeFile(page, jsonPage())
  expect(await readFile(page, 'utf8')).toBe(jsonPage())
  const complete: EveryEventIsALine = true
  expect(complete).toBe(true)
})

describe('what is printed', () => {
  afterEach(() => void vi.restoreAllMocks())

  const EVENTS: readonly RunEvent[] = [
    { type: 'phase', title: 'Reading' },
    { type: 'host', host: 'm1', state: 'connected' },
    { type: 'step', ref: 'm1!unit:x', host: 'm1', title: 'unit x', status: 'ok', ms: 5 },
    { type: 'progress', id: 'p', title: 'hadoop', done: 1, total: 2, unit: 'bytes' },
    { type: 'check', name: 'n', title: 'NameNode', status: 'pass', ms: 1 },
    { type: 'log', level: 'info', text: 'x' },
  ]

  const linesOf = async (use: (console: Awaited<ReturnType<typeof openConsole>>) => void) => {
    const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true)
    use(await openConsole({ output: 'ndjson' }, new AbortController()))
    const lines = write.mock.calls.map(([text]) => JSON.parse(String(text)) as unknown)
    write.mockRestore()
    return lines
  }

  it('is of the schema: events, the result, errors', async () => {
    const events = await linesOf((console) => EVENTS.forEach(console.report))
    expect(events).toHaveLength(EVENTS.length)
    for (const one of events) expect(eventLine.safeParse(one)).toMatchObject({ success: true })
    const results = await linesOf((console) => console.result({ cluster: 'c', type: 'x' }, () => ''))
    expect(resultLine.safeParse(results[0])).toMatchObject({ success: true, data: { cluster: 'c' } })
    vi.spyOn(process.stderr, 'write').mockReturnValue(true)
    const error = new HowdahError({ code: 'PLAN_DECLINED', exit: 'declined', message: 'no' })
    const errors = await linesOf(() => reportError(error, { output: 'ndjson' }))
    expect(errorLine.safeParse(errors[0])).toMatchObject({ success: true })
  })
})
