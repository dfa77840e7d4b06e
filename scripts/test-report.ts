/** The report of all stages of a test run: failures, times, one closing line. Pure. */

export interface TestTime {
  readonly name: string
  readonly seconds: number
}

/** The result of one stage. */
export interface StageResult {
  readonly title: string
  readonly seconds: number
  readonly ok: boolean
  /** Vitest's JSON report; null where it wrote none; absent for a stage without vitest. */
  readonly report?: string | null
}

interface Assertion {
  readonly fullName: string
  readonly status: string
  readonly duration?: number
  readonly failureMessages?: readonly string[]
}

interface SuiteReport {
  readonly name: string
  readonly message?: string
  readonly status: string
  readonly startTime: number
  readonly endTime: number
  readonly assertionResults: readonly Assertion[]
}

interface VitestReport {
  readonly numPassedTests: number
  readonly numFailedTests: number
  readonly numPendingTests: number
  readonly testResults: readonly SuiteReport[]
}

export interface Summary {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
  readonly stages: readonly TestTime[]
  readonly files: readonly TestTime[]
  readonly tests: readonly TestTime[]
  /** One line for each failed test, file or stage. */
  readonly failures: readonly string[]
}

function parse(text: string | null): VitestReport | undefined {
  try {
    return JSON.parse(text ?? '') as VitestReport
  } catch {
    return undefined
  }
}

const bySeconds = (a: TestTime, b: TestTime): number => b.seconds - a.seconds
const round = (ms: number): number => Math.round(ms / 10) / 100

function failuresOf(suite: SuiteReport, file: string): string[] {
  const failed = suite.assertionResults.filter(({ status }) => status === 'failed')
  // A file that cannot be loaded, or whose hooks fail, has no failed test of its own.
  if (failed.length === 0 && suite.status === 'failed')
    return [`failed file: ${file}\n  ${(suite.message ?? '').split('\n')[0]}`]
  return failed.map(
    ({ fullName, failureMessages }) =>
      `failed test: ${fullName} (${file})\n  ${String(failureMessages?.[0] ?? '').split('\n')[0]}`,
  )
}

/** A stage that wrote no report did not run its tests, so it counts as a failure. */
export function summarise(results: readonly StageResult[], root: string): Summary {
  const reports = results.flatMap(({ report }) => (report === undefined ? [] : [parse(report)]))
  const whole = reports.filter((report) => report !== undefined)
  const suites = whole.flatMap(({ testResults }) => testResults)
  const nameOf = (file: string): string => (file.startsWith(`${root}/`) ? file.slice(root.length + 1) : file)
  const sum = (key: 'numPassedTests' | 'numFailedTests' | 'numPendingTests'): number =>
    whole.reduce((total, report) => total + report[key], 0)
  const failures = [
    ...suites.flatMap((suite) => failuresOf(suite, nameOf(suite.name))),
    ...results.flatMap(({ title, report }) =>
      report !== undefined && parse(report) === undefined ? [`no report: ${title}`] : [],
    ),
    ...results.filter(({ ok }) => !ok).map(({ title }) => `failed stage: ${title}`),
  ]
  return {
    passed: sum('numPassedTests'),
    failed: failures.length > 0 ? Math.max(1, sum('numFailedTests')) : sum('numFailedTests'),
    skipped: sum('numPendingTests'),
    stages: results.map(({ title, seconds }) => ({ name: title, seconds })),
    files: suites
      .map(({ name, startTime, endTime }) => ({ name: nameOf(name), seconds: round(endTime - startTime) }))
      .sort(bySeconds),
    tests: suites
      .flatMap(({ name, assertionResults }) =>
        assertionResults.map(({ fullName, duration = 0 }) => ({
          ...{ name: `${nameOf(name)}: ${fullName}`, seconds: round(duration) },
        })),
      )
      .sort(bySeconds),
    failures,
  }
}

const SLOWEST = 20

const table = (rows: readonly TestTime[]): string =>
  rows.map(({ name, seconds }) => `${seconds.toFixed(1).padStart(8)} s  ${name}`).join('\n')

/** The end of a test run. The failures come last, before the closing line, since you read a long log from its end. */
export function summaryText({ passed, failed, skipped, stages, tests, failures }: Summary): string {
  return [
    `\n── times of the stages\n${table(stages)}`,
    `\n── the ${SLOWEST} slowest tests\n${table(tests.slice(0, SLOWEST))}\n`,
    ...failures,
    `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`,
  ].join('\n')
}
