import { expect, it } from 'vitest'
import { summarise, summaryText } from '../../scripts/test-report.ts'

const suite = (name: string, ...tests: readonly (readonly [string, string, number])[]) => ({
  ...{ name: `/repo/${name}`, status: tests.some(([, status]) => status === 'failed') ? 'failed' : 'passed' },
  ...{ startTime: 1000, endTime: 4000 },
  assertionResults: tests.map(([fullName, status, duration]) => ({
    ...{ fullName, status, duration, failureMessages: status === 'failed' ? ['Error: no\n at x'] : [] },
  })),
})

const report = (...testResults: readonly { assertionResults: readonly { status: string }[] }[]): string => {
  const count = (wanted: string): number =>
    testResults.flatMap(({ assertionResults }) => assertionResults).filter(({ status }) => status === wanted)
      .length
  return JSON.stringify({
    ...{ numPassedTests: count('passed'), numFailedTests: count('failed') },
    ...{ numPendingTests: count('pending'), testResults },
  })
}

const stage = (title: string, ok: boolean, text?: string | null) => ({
  ...{ title, ok, seconds: 2 },
  ...(text !== undefined && { report: text }),
})

it('adds the stages up, and sorts their tests and files by time', () => {
  const unit = report(suite('test/a.test.ts', ['a one', 'passed', 20], ['a two', 'pending', 0]))
  const lab = report(suite('test/b.test.ts', ['b one', 'passed', 2500]))
  const summary = summarise(
    [stage('lint', true), stage('unit', true, unit), stage('lab', true, lab)],
    '/repo',
  )
  expect(summary).toMatchObject({ passed: 2, failed: 0, skipped: 1, failures: [] })
  expect(summary.tests.map(({ name, seconds }) => `${name} ${seconds}`)).toEqual([
    'test/b.test.ts: b one 2.5',
    'test/a.test.ts: a one 0.02',
    'test/a.test.ts: a two 0',
  ])
  expect(summary.files[0]).toEqual({ name: 'test/a.test.ts', seconds: 3 })
  expect(summaryText(summary).split('\n').at(-1)).toBe('2 passed, 0 failed, 1 skipped')
})

it('names each failed test with its file', () => {
  const text = report(suite('test/a.test.ts', ['a one', 'failed', 5], ['a two', 'failed', 5]))
  const summary = summarise([stage('unit', false, text)], '/repo')
  expect(summary).toMatchObject({ passed: 0, failed: 2 })
  expect(summary.failures).toEqual([
    'failed test: a one (test/a.test.ts)\n  Error: no',
    'failed test: a two (test/a.test.ts)\n  Error: no',
    'failed stage: unit',
  ])
})

it.each([
  ['a stage that fails without tests', [stage('lint', false)], 'failed stage: lint'],
  ['a report that was not written', [stage('unit', true, null)], 'no report: unit'],
  ['a report that is cut short', [stage('unit', true, '{"numPassed')], 'no report: unit'],
  [
    'a file that cannot be loaded',
    [
      stage(
        'unit',
        false,
        report({ ...suite('test/a.test.ts'), status: 'failed', message: 'no such module\n at x' } as never),
      ),
    ],
    'failed file: test/a.test.ts\n  no such module',
  ],
])('%s is a failure', (_, results, line) => {
  const summary = summarise(results, '/repo')
  expect(summary.failed).toBe(1)
  expect(summary.failures).toContain(line)
})
