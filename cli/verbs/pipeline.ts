import { EXIT } from '../../provisioners/errors.ts'
import { checkPipeline, smokePipeline } from '../../provisioners/operations/pipeline/index.ts'
import type { PipelineReport } from '../../provisioners/operations/pipeline/types.ts'
import { mark } from '../render/plain.ts'
import { type Colors, duration } from '../render/text.ts'
import type { Verb } from './context.ts'

export interface PipelineVerbOptions {
  readonly file: string
  readonly only?: readonly string[]
}

export interface SmokeVerbOptions {
  readonly file: string
  readonly environment?: string
  /** Seconds for each task. */
  readonly timeout?: number
}

/** What a report ends with when nothing failed. */
type Verdict = (passed: number) => string

const contractHolds: Verdict = (passed) => `the contract holds: ${passed} checks passed`
const tasksRun: Verdict = (passed) => `the pipeline computes the right rows: ${passed} steps passed`

/** The report as text: each item with its evidence, each failure with its next command, and the verdict. */
export function checksText(
  { checks, ms }: PipelineReport,
  c: Colors,
  holds: Verdict = contractHolds,
): string {
  const lines = checks.map(({ name, title, status, detail, next }) =>
    [
      `${mark(status, c)} ${c.bold(name)}: ${title}`,
      ...detail
        .trimEnd()
        .split('\n')
        .slice(-20)
        .map((line) => c.dim(`  │ ${line}`)),
      ...(next ? [`  next  ${c.cyan(next)}`] : []),
    ].join('\n'),
  )
  const count = (wanted: string): number => checks.filter(({ status }) => status === wanted).length
  const skipped = count('skip') > 0 ? `, ${count('skip')} not tried` : ''
  const verdict =
    count('fail') === 0
      ? c.green(`${holds(count('pass'))}${skipped}`)
      : c.red(`${count('fail')} of ${checks.length} checks failed${skipped}`)
  return [...lines, c.bold(`${verdict} in ${duration(ms)}`)].join('\n')
}

/** `howdah pipeline check`: proves the pipeline's contract. Exit 17 when an item does not hold. */
export const check: Verb<PipelineVerbOptions> = async (console, { file, ...options }) => {
  const report = await checkPipeline(console.operation(file), options)
  console.result(report, () => checksText(report, console.out))
  return report.ok ? EXIT.done : EXIT.verification
}

/** `howdah pipeline smoke`: runs tasks of the pipeline itself. Exit 17 when one fails or its rows are wrong. */
export const smoke: Verb<SmokeVerbOptions> = async (console, { file, environment, timeout }) => {
  const report = await smokePipeline(console.operation(file), {
    ...(environment !== undefined && { environment }),
    ...(timeout !== undefined && { timeoutSeconds: timeout }),
  })
  console.result(report, () => checksText(report, console.out, tasksRun))
  return report.ok ? EXIT.done : EXIT.verification
}
