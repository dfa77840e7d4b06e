import pc from 'picocolors'
import { describe, expect, it } from 'vitest'
import { errorJson, errorText } from '../../cli/render/errors.ts'
import { draw, emptyState, fold } from '../../cli/render/live.ts'
import { plainRenderer } from '../../cli/render/plain.ts'
import { planSummary, planText } from '../../cli/render/plan.ts'
import { bytes, clip, colorsFor, duration, table } from '../../cli/render/text.ts'
import type { Plan } from '../../provisioners/engine/types.ts'
import { HowdahError, HowdahErrors } from '../../provisioners/errors.ts'
import type { RunEvent } from '../../provisioners/events.ts'

const c = pc.createColors(false)

describe('text', () => {
  it.each([
    [12, '12 ms'],
    [1500, '1.5 s'],
    [245_000, '4 min 05 s'],
  ])('says %i ms as %s', (ms, text) => expect(duration(ms)).toBe(text))

  it.each([
    [512, '512 B'],
    [1_400_000, '1.4 MB'],
    [2e9, '2.0 GB'],
  ])('says %i bytes as %s', (count, text) => expect(bytes(count)).toBe(text))

  it('aligns numbers right and words left', () => {
    expect(
      table(
        ['course', 'count'],
        [
          ['a', 5],
          ['bcd', 12],
        ],
      ),
    ).toBe('course  count\n──────  ─────\na           5\nbcd        12')
  })

  it('cuts lines that do not fit', () => {
    expect(clip('abcdef', 4)).toBe('abc…')
    expect(clip('abcd', 4)).toBe('abcd')
  })

  it('obeys NO_COLOR at a terminal and FORCE_COLOR in a pipe', () => {
    expect(colorsFor({ isTTY: true }, { NO_COLOR: '1' }).red('x')).toBe('x')
    expect(colorsFor({ isTTY: false }, {}).red('x')).toBe('x')
    expect(colorsFor({ isTTY: false }, { FORCE_COLOR: '1' }).red('x')).not.toBe('x')
  })
})

const step = (over: Partial<Extract<RunEvent, { type: 'step' }>>): RunEvent => ({
  type: 'step',
  ref: 'm1!unit:x',
  host: 'm1',
  title: 'unit x',
  status: 'start',
  ...over,
})

describe('the plain renderer', () => {
  const lines = (events: readonly RunEvent[], verbose = false): string[] => {
    const out: string[] = []
    const renderer = plainRenderer({
      write: (line) => out.push(line),
      colors: c,
      verbose,
      now: () => new Date(0),
    })
    for (const event of events) renderer.event(event)
    return out
  }

  it('prints one line for each finished step, with the time in front', () => {
    expect(lines([step({}), step({ status: 'ok', ms: 1200 })])).toEqual(['00:00:00 ✓ m1: unit x 1.2 s\n'])
  })

  it('prints at most four lines per transfer', () => {
    const events = Array.from(
      { length: 100 },
      (_, i): RunEvent => ({
        type: 'progress',
        id: 'p',
        title: 'hadoop',
        done: i,
        total: 100,
        unit: 'items',
      }),
    )
    expect(lines(events)).toHaveLength(4)
  })

  it('shows why a check failed', () => {
    const event: RunEvent = {
      type: 'check',
      name: 'namenode',
      title: 'NameNode',
      status: 'fail',
      ms: 5,
      detail: 'one\ntwo',
    }
    expect(lines([event])[0]).toContain('✗ NameNode: two')
  })
})

describe('the live view', () => {
  it('shows at most eight running steps and counts the rest', () => {
    const state = emptyState()
    fold(state, { type: 'phase', title: 'Applying' }, c, 0)
    for (let i = 0; i < 100; i++) fold(state, step({ ref: `h${i}!unit:x`, host: `h${i}` }), c, i)
    const lines = draw(state, c, 80, 1000).split('\n')
    expect(lines).toHaveLength(10)
    expect(lines.at(-1)).toBe('  and 92 more')
    expect(lines[1]).toContain('h0: unit x')
  })

  it('never draws a line wider than the terminal', () => {
    const state = emptyState()
    fold(state, { type: 'phase', title: 'x'.repeat(200) }, c, 0)
    fold(state, step({ title: 'y'.repeat(200) }), c, 0)
    for (const line of draw(state, c, 40, 5000).split('\n')) expect(line.length).toBeLessThanOrEqual(40)
  })

  it('keeps a failed step on the screen and closes a phase with its time', () => {
    const state = emptyState()
    fold(state, { type: 'phase', title: 'Applying' }, c, 0)
    expect(fold(state, step({ status: 'failed' }), c, 10)).toBe('✗ m1: unit x')
    expect(fold(state, { type: 'phase', title: 'Next' }, c, 2000)).toBe('✗ Applying 2.0 s')
  })
})

const plan: Plan = {
  formatVersion: '1.0',
  cluster: 'insights',
  unchanged: 7,
  warnings: ['vm.swappiness cannot be set here'],
  refusals: [],
  steps: [
    {
      ref: 'm1!file:/etc/x',
      host: 'm1',
      component: 'hdfs',
      title: '/etc/x',
      action: 'update',
      reason: 'content',
      diff: '--- now\n+++ wanted\n@@ -1 +1 @@\n-old\n+new\n',
      after: [],
    },
    {
      ref: 'm1!unit:y',
      host: 'm1',
      component: 'hdfs',
      title: 'unit y',
      action: 'restart',
      reason: '/etc/x changed',
      after: ['m1!file:/etc/x'],
    },
  ],
}

describe('a plan', () => {
  it('shows diffs, reasons and the summary', () => {
    const text = planText(plan, c)
    expect(text).toContain('  ~ /etc/x  (content)')
    expect(text).toContain('      -old\n      +new')
    expect(text).toContain('  ↻ unit y  (/etc/x changed)')
    expect(text).toContain('1 to change, 1 to restart on 1 host; 7 unchanged.')
    expect(text).toContain('warning vm.swappiness')
  })

  it('gives the length of a new file, and its content when all is asked for', () => {
    const diff = '--- x\n+++ x\n@@ -0,0 +1,2 @@\n+one\n+two\n'
    const steps = plan.steps.slice(0, 1).map((step) => ({ ...step, action: 'create' as const, diff }))
    expect(planText({ ...plan, steps }, c)).toContain('  + /etc/x  (2 lines)\nwarning')
    expect(planText({ ...plan, steps }, c, true)).toContain('      +two')
  })

  it('says that nothing changes', () => {
    expect(planSummary({ ...plan, steps: [] })).toBe('No changes: 7 resources are as cluster.yml says.')
  })
})

describe('errors', () => {
  const error = (where: string) =>
    new HowdahError({
      code: 'UPLOAD_FAILED',
      exit: 'preflight',
      message: 'no space in /data1',
      found: '2 MB',
      expected: '500 MB',
      where,
      next: 'df -h',
    })

  it('show where, found, expected, next command and code', () => {
    const text = errorText(error('w1:/data1'), c)
    for (const part of [
      'no space in /data1',
      'at        w1:/data1',
      'found     2 MB',
      'expected  500 MB',
      'next      df -h',
      'UPLOAD_FAILED',
    ]) {
      expect(text).toContain(part)
    }
  })

  it('are grouped when they are the same on many hosts', () => {
    const text = errorText(new HowdahErrors([error('w1'), error('w2')]), c)
    expect(text.match(/no space/g)).toHaveLength(1)
    expect(text).toContain('2 places: w1, w2')
  })

  it('are data with --json, without causes', () => {
    const json = JSON.stringify(errorJson(new HowdahErrors([error('w1'), error('w2')])))
    expect(JSON.parse(json).errors).toHaveLength(2)
  })
})
