import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { openConsole, reportError } from '../../cli/console.ts'
import { errorText } from '../../cli/render/errors.ts'
import { draw, emptyState, fold } from '../../cli/render/live.ts'
import { colorsFor } from '../../cli/render/text.ts'
import { painted, visible, visibleJson } from '../../cli/render/visible.ts'
import { HowdahError } from '../../provisioners/errors.ts'
import type { RunEvent } from '../../provisioners/events.ts'

const ESC = '\u001b'
const EVIL = `a${ESC}[2J${ESC}]0;title\u0007b\u009b31mc\u202egnp\u2066\rd\u0008\u007f`
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/u
const COLOUR = new RegExp(`${ESC}\\[\\d{1,2}m`, 'g')

/** What a run of the console writes to both streams. */
async function written(
  options: Parameters<typeof openConsole>[0],
  work: (console: Awaited<ReturnType<typeof openConsole>>) => void,
): Promise<string> {
  const chunks: string[] = []
  const take = (chunk: unknown) => chunks.push(String(chunk)) > 0
  const spies = [
    vi.spyOn(process.stdout, 'write').mockImplementation(take),
    vi.spyOn(process.stderr, 'write').mockImplementation(take),
  ]
  try {
    work(await openConsole(options, new AbortController()))
  } finally {
    for (const spy of spies) spy.mockRestore()
  }
  return chunks.join('')
}

const events: readonly RunEvent[] = [
  { type: 'phase', title: EVIL },
  { type: 'host', host: 'w1', state: 'lost', detail: EVIL },
  { type: 'step', ref: 'w1!x', host: 'w1', title: EVIL, status: 'failed', detail: EVIL },
  { type: 'progress', id: 'p', title: EVIL, done: 1, total: 2, unit: 'items', host: 'w1' },
  { type: 'check', name: 'c', title: EVIL, status: 'fail', ms: 1, detail: EVIL },
  { type: 'log', level: 'warn', text: EVIL, host: 'w1' },
]
const error = new HowdahError({
  ...{ code: 'LOCK_HELD', exit: 'lockHeld', message: EVIL, found: EVIL, expected: EVIL },
  ...{ where: EVIL, detail: EVIL, next: EVIL },
})

describe('what a host says', () => {
  it.each([
    ['plain', {}],
    ['verbose', { verbose: true }],
    ['ndjson', { output: 'ndjson' }],
    ['json', { json: true }],
  ] as const)('is text in every event, note and result: %s', async (_, options) => {
    vi.stubEnv('FORCE_COLOR', '0')
    const text = await written(options, (console) => {
      for (const event of events) console.report(event)
      console.note(EVIL)
      console.result({ said: EVIL }, () => EVIL)
      reportError(error, options)
      reportError(new Error(EVIL), options)
    })
    vi.unstubAllEnvs()
    expect(text.length).toBeGreaterThan(200)
    expect(text).not.toMatch(CONTROL)
    expect(text).toMatch(/\\x1b\[2J|\\u001b\[2J/)
  })

  it('is text in the live view, whose own colours stay', () => {
    const colors = painted(true)
    const state = emptyState()
    const lines = events.map((event) => fold(state, event, colors, 1) ?? '')
    const text = visible([...lines, draw(state, colors, 400, 2), errorText(error, colors)].join('\n'))
    expect(text).toContain(`${ESC}[31m`)
    expect(text.replace(COLOUR, '')).not.toMatch(CONTROL)
  })

  it('cannot use our colours', () => {
    expect(visible(painted(true).red(`${ESC}[8mhidden`))).toBe(`${ESC}[31m\\x1b[8mhidden${ESC}[39m`)
    expect(visible('\u{e0041}\u200b')).toBe('\\u{e0041}\\u200b')
  })

  it('cannot make a line of an error', () => {
    const spoof = new HowdahError({
      code: 'LOCK_HELD',
      exit: 'lockHeld',
      message: 'm\n  next      rm',
      found: 'f\nerror x',
    })
    const lines = errorText(spoof, painted(false)).split('\n')
    expect(lines.filter((line) => /^(error| {2}next)/.test(line))).toEqual(['error m'])
  })

  it('of any kind loses nothing but its effect', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(visible(text)).not.toMatch(CONTROL)
        expect(JSON.parse(visibleJson(JSON.stringify({ text })))).toEqual({ text })
        expect(visibleJson(JSON.stringify({ text }))).not.toMatch(CONTROL)
      }),
    )
  })

  it('has colours only where the stream has them', () => {
    expect(visible(colorsFor({ isTTY: true }, {}).bold('x'))).toBe(`${ESC}[1mx${ESC}[22m`)
    expect(visible(colorsFor({ isTTY: false }, {}).bold('x'))).toBe('x')
  })
})
