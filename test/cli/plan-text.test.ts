import { stripVTControlCharacters } from 'node:util'
import fc from 'fast-check'
import pc from 'picocolors'
import stringWidth from 'string-width'
import { describe, expect, it } from 'vitest'
import { pagerFor } from '../../cli/pager.ts'
import { errorText } from '../../cli/render/errors.ts'
import { hostRange } from '../../cli/render/hosts.ts'
import { planSummary, planText } from '../../cli/render/plan.ts'
import { clip, table, wrapped } from '../../cli/render/text.ts'
import { applyText } from '../../cli/verbs/bootstrap.ts'
import { bareHosts, statusText } from '../../cli/verbs/status.ts'
import { expandRange } from '../../provisioners/config/document/ranges.ts'
import type { Plan, Step, StepAction } from '../../provisioners/engine/types.ts'
import { HowdahError, HowdahErrors } from '../../provisioners/errors.ts'
import type { StatusReport } from '../../provisioners/runtime/types.ts'

const c = pc.createColors(false)
const WORKERS = Array.from({ length: 100 }, (_, i) => `w${i + 1}`)

const step = (host: string, id: string, over: Partial<Step> = {}): Step => ({
  ref: `${host}!${id}` as const,
  host,
  component: 'hdfs',
  title: id,
  action: 'create',
  reason: 'absent',
  after: [],
  ...over,
})

const planOf = (steps: readonly Step[], over: Partial<Plan> = {}): Plan => ({
  formatVersion: '1.0',
  cluster: 'insights',
  steps,
  refusals: [],
  warnings: [],
  unchanged: 0,
  ...over,
})

/** What a first plan has for one host: files, packages and a unit of several components. */
const firstSteps = (host: string): Step[] => [
  ...['system', 'java', 'hdfs', 'yarn'].flatMap((component) =>
    Array.from({ length: 6 }, (_, i) => step(host, `file:/etc/${component}/${i}`, { component })),
  ),
  step(host, 'unit:hdfs-datanode', { action: 'start', reason: 'not running' }),
]

describe('the names of hosts', () => {
  it.each([
    [['m1'], 'm1'],
    [['m1', ...WORKERS], 'm1, w[1-100]'],
    [['w1', 'w2'], 'w1, w2'],
    [['w08', 'w09', 'w10', 'w11'], 'w[08-11]'],
    [['w1', 'w2', 'w3', 'w7'], 'w[1-3], w7'],
    [['10.0.0.1', '10.0.0.2', '10.0.0.3'], '10.0.0.[1-3]'],
  ])('%j are %s', (names, text) => expect(hostRange(names)).toBe(text))

  it('never lose a host, or add one', () => {
    const name = fc.oneof(fc.stringMatching(/^[a-z]{1,3}$/), fc.stringMatching(/^[a-z]{1,2}[0-9]{1,3}$/))
    fc.assert(
      fc.property(fc.uniqueArray(name, { minLength: 1, maxLength: 40 }), (names) => {
        expect(hostRange(names.toSorted()).split(', ').flatMap(expandRange).toSorted()).toEqual(
          names.toSorted(),
        )
      }),
    )
  })
})

describe('a plan of a hundred workers', () => {
  it('is short, and says that nothing is installed yet', () => {
    const text = planText(planOf(['m1', ...WORKERS].flatMap(firstSteps)), c)
    expect(text.split('\n').length).toBeLessThan(48)
    expect(text).toContain('m1, w[1-100] (101 hosts): nothing installed yet')
    expect(text).toContain('+ yarn    6 to create')
    expect(text).toContain('on 101 hosts')
  })

  it('shows a step of all once, and names the hosts of one that differs', () => {
    const steps = WORKERS.map((host) => step(host, 'file:/etc/x', { action: 'update', reason: 'content' }))
    const one = { ...(steps[41] as Step), reason: 'mode 0644 → 0640' }
    const text = planText(planOf(steps.with(41, one)), c)
    expect(text).toContain('~ file:/etc/x  (content)  on w[1-41], w[43-100]')
    expect(text).toContain('~ file:/etc/x  (mode 0644 → 0640)  on w42')
  })

  it('hides no address that differs between hosts', () => {
    const diff = (address: string): string => `-10.0.0.9 db\n+${address} db\n`
    const steps = ['w1', 'w2'].map((host, i) =>
      step(host, 'file:/etc/x', { action: 'update', reason: 'content', diff: diff(`10.0.0.${i}`) }),
    )
    const text = planText(planOf(steps), c)
    expect(text).toContain('+10.0.0.0 db')
    expect(text).toContain('+10.0.0.1 db')
  })

  it('names what is run once, also where the rest is counted', () => {
    const format = step('m1', 'action:hdfs-format', { action: 'run', reason: 'not formatted' })
    const names = step('m1', 'file:/etc/hosts', { action: 'update', reason: 'content' })
    const text = planText(planOf([...firstSteps('m1'), format, names]), c)
    expect(text).toContain('! action:hdfs-format')
    expect(text).toContain('~ file:/etc/hosts  (content)')
    expect(text).toContain('nothing installed yet')
  })

  it('has one line for equal warnings, unreachable hosts, refusals and errors', () => {
    const unreachable = WORKERS.map((host, i) => ({
      ...{ host, code: 'SSH_UNREACHABLE' },
      message: `${host} (root@10.0.0.${i}) refused the connection`,
    }))
    const warnings = WORKERS.map((host) => `${host}: vm.swappiness cannot be set here`)
    const refusals = WORKERS.map((host) => ({
      ref: `${host}!fact:x` as const,
      message: 'no space',
      found: `${host}:/data`,
    }))
    const text = planText(planOf([], { unreachable, warnings, refusals }), c)
    expect(text.match(/refused the connection/g)).toHaveLength(1)
    expect(text).toContain('warning w[1-100]: vm.swappiness')
    expect(text).toContain('w[1-100]!fact:x')
    const errors = unreachable.map(
      ({ message }, i) =>
        new HowdahError({ code: 'SSH_UNREACHABLE', exit: 'connection', message, where: `10.0.0.${i}:22` }),
    )
    const shown = errorText(new HowdahErrors(errors as [HowdahError, ...HowdahError[]]), c)
    expect(shown.match(/refused/g)).toHaveLength(1)
    expect(shown).toContain('100 places: w[1-100]')
  })
})

describe('a first plan', () => {
  const start = step('m1', 'unit:mariadb', { action: 'start' })
  const database = step('sql:m1:3306', 'x-database:reports', {
    ...{ title: 'database reports', action: 'ensure', reason: 'not known yet: connect ECONNREFUSED' },
    after: [start.ref],
  })
  const user: Step = { ...database, ref: 'sql:m1:3306!x-database-user:api', after: [database.ref] }

  it('makes the databases of a server that it installs', () => {
    const text = planText(planOf([start, database, user]), c)
    expect(text).toContain('+ database reports  (when this plan has started its server)')
    expect(text).not.toContain('ECONNREFUSED')
    expect(planSummary(planOf([start, database, user]))).toBe(
      '2 to create, 1 to start on 1 host and 1 database server; 0 unchanged.',
    )
  })

  it('does not know those of a server that should run already', () => {
    expect(planText(planOf([{ ...database, after: [] }]), c)).toContain('? database reports  (not known yet')
  })
})

describe('the status of bare hosts', () => {
  const check = (host: string, status: 'pass' | 'fail') => ({
    ...{ name: `datanode ${host}`, title: `DataNode on ${host}`, host, status, ms: 1 },
    ...{ detail: 'inactive', next: 'journalctl' },
  })
  const report = (status: 'pass' | 'fail'): StatusReport => ({
    ...{ formatVersion: '1.0', cluster: 'c', refusals: [] },
    checks: ['m1', 'w1'].flatMap((host) => [check(host, status), check(host, status)]),
    drift: { m1: Array(20).fill('create file: absent'), w1: Array(20).fill('create file: absent') },
  })

  it('is one line per host', () => {
    expect(
      statusText(report('fail'), c)
        .split('\n')
        .filter((line) => /m1|w1/.test(line)),
    ).toEqual(['– m1: nothing installed yet', '– w1: nothing installed yet'])
  })

  it('is not that of a host with a healthy daemon', () => expect(bareHosts(report('pass'))).toEqual([]))
})

describe('the width of a terminal', () => {
  it.each([40, 80])('%i columns are never exceeded by words or tables', (columns) => {
    const words = fc.array(
      fc.oneof(fc.stringMatching(/^[a-z]{1,12}$/), fc.constant('クラスタ'), fc.constant('🐘')),
      {
        maxLength: 60,
      },
    )
    fc.assert(
      fc.property(words, (list) => {
        const text = `  ${list.join(' ')}`
        for (const line of wrapped(text, columns).split('\n'))
          expect(stringWidth(line)).toBeLessThanOrEqual(columns)
        expect(wrapped(text, columns).replaceAll(/\s+/g, ' ').trim()).toBe(list.join(' ').trim())
        const rows = [[list.join(' '), 'x'.repeat(60), 7]]
        for (const line of table(['a', 'b', 'c'], rows, columns).split('\n'))
          expect(stringWidth(line)).toBeLessThanOrEqual(columns)
      }),
      { numRuns: 50 },
    )
  })

  it('counts two columns for a Chinese character and an emoji', () => {
    const text = table(
      ['name', 'n'],
      [
        ['日本', 1],
        ['🐘🐘x', 2],
      ],
    )
    expect(text.split('\n').map((line) => stringWidth(line))).toEqual([8, 8, 8, 8])
    expect(clip('日本語', 5)).toBe('日本…')
  })
})

describe('the pager', () => {
  const long = 'line\n'.repeat(100)
  const at = { off: false, env: {}, isTTY: true, rows: 24 }

  it.each([
    ['a long text at a terminal', long, at, 'less'],
    ['PAGER', long, { ...at, env: { PAGER: 'more -s' } }, 'more -s'],
    ['a short text', 'one', at, undefined],
    ['a pipe', long, { ...at, isTTY: false }, undefined],
    ['--no-pager', long, { ...at, off: true }, undefined],
    ['PAGER=cat', long, { ...at, env: { PAGER: 'cat' } }, undefined],
  ])('%s', (_title, text, choice, pager) => expect(pagerFor(text, choice)).toBe(pager))
})

describe('every renderer', () => {
  const ACTIONS: readonly StepAction[] = ['create', 'update', 'remove', 'start', 'restart', 'run', 'ensure']
  const host = fc.constantFrom('m1', 'w1', 'w2', 'w10', 'sql:m1:3306', 'sql:db.example.org:3307')
  const text = fc.string({ unit: 'grapheme', maxLength: 20 })
  const anyStep = fc
    .record({
      host,
      id: fc.constantFrom('file:/a', 'unit:b', 'x-database:c'),
      action: fc.constantFrom(...ACTIONS),
      reason: text,
      diff: fc.option(text),
    })
    .map(({ host: at, id, action, reason, diff }) =>
      step(at, id, { action, reason, ...(diff !== null && { diff: `+${diff}` }) }),
    )
  const steps = fc.uniqueArray(anyStep, { selector: ({ ref }) => ref, maxLength: 18 })

  it('shows a plan with any kind of target and step: no target is lost, nothing is thrown', () => {
    fc.assert(
      fc.property(steps, fc.boolean(), text, (list, full, free) => {
        const refusals = list.map(({ ref }) => ({ ref, message: free, found: free }))
        const shown = planText(planOf(list, { refusals, warnings: [free], left: [] }), c, full)
        expect(stripVTControlCharacters(shown)).toContain('unchanged.'.slice(list.length === 0 ? 10 : 0))
        for (const { host: at } of list) if (at.startsWith('sql:')) expect(shown).toContain(at.slice(4))
        const drift = Object.fromEntries(list.map(({ host: at, title }) => [at, [title]]))
        statusText({ formatVersion: '1.0', cluster: 'c', checks: [], drift, refusals }, c)
        const outcomes = Object.fromEntries(list.map(({ ref }) => [ref, 'failed' as const]))
        const failures = list.map(({ ref, host: at, title }) => ({
          ...{ ref, host: at, title, output: free, next: 'howdah status' },
        }))
        expect(applyText({ outcomes, failures, ms: 1 }, c)).toContain('changes made')
      }),
      { numRuns: 100 },
    )
  })
})
