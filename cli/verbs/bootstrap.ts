import type { ApplyResult, Failure } from '../../provisioners/engine/types.ts'
import { EXIT } from '../../provisioners/errors.ts'
import { bootstrapCluster, bootstrapSaved } from '../../provisioners/operations/bootstrap/index.ts'
import { verifyCluster } from '../../provisioners/operations/verify/index.ts'
import type { BootstrapReport, Planned } from '../../provisioners/runtime/types.ts'
import type { Console } from '../console.ts'
import { planSummary, planText, unreachableLines } from '../render/plan.ts'
import { type Colors, duration } from '../render/text.ts'
import type { Verb } from './context.ts'
import { chosenBy, operationOf, type PartOptions } from './plan.ts'
import { reportText, verifyExit } from './verify.ts'

type Depth = 'full' | 'quick' | 'none'

export interface BootstrapOptions extends PartOptions {
  readonly file: string
  /**
   * What to verify afterwards: everything with real jobs, only the daemons' health, or nothing. Absent: everything, but
   * nothing when only a part was applied, since the rest of the cluster may not exist yet.
   */
  readonly verify?: Depth
  /** The file of a saved plan: this plan is applied, or none. */
  readonly plan?: string
}

/** How much a bootstrap verifies at its end. `changed`: it applied something. */
export function depthOf({ verify, only, host }: Omit<BootstrapOptions, 'file'>, changed: boolean): Depth {
  const wanted = verify ?? (only || host ? 'none' : 'full')
  // An unchanged cluster was proved when it was made, so only the health of its daemons is checked.
  return changed || wanted === 'none' ? wanted : 'quick'
}

/** As many lines as the excerpt of a unit's logs has. */
const LINES_OF_A_FAILURE = 30

function failureText(failure: Failure, c: Colors): string {
  const lines = [`${c.red('failed')} ${c.bold(`${failure.host}: ${failure.title}`)}`]
  const words = failure.output.trimEnd().split('\n').slice(-LINES_OF_A_FAILURE)
  lines.push(...words.map((line) => c.dim(`  │ ${line}`)))
  if (failure.cause) lines.push(`  cause  ${failure.cause}`)
  lines.push(`  next   ${c.cyan(failure.next)}`)
  return lines.join('\n')
}

/** One grouped list of the failures, and the number of steps that were skipped because of them. */
export function applyText(applied: ApplyResult, c: Colors): string {
  const count = (wanted: string): number =>
    Object.values(applied.outcomes).filter((outcome) => outcome === wanted).length
  const undone = count('skipped') + count('unknown')
  const rest = undone > 0 ? `, ${undone} not done because of it: type the same command again` : ''
  const failed = applied.failures.length > 0 ? `, ${c.red(`${applied.failures.length} failed`)}${rest}` : rest
  const summary = c.bold(`${count('ok')} changes made in ${duration(applied.ms)}${failed}.`)
  return [...applied.failures.map((failure) => failureText(failure, c)), summary].join('\n')
}

/** 14 when a step failed; 15 when some hosts are complete and others are not, or were set aside; 130 when it was interrupted. */
export function applyExit(report: BootstrapReport, interrupted: boolean): number {
  const done = report.plan.unreachable === undefined ? EXIT.done : EXIT.partial
  if (!report.applied) return done
  const outcomes = Object.entries(report.applied.outcomes)
  if (outcomes.every(([, outcome]) => outcome === 'ok')) return done
  if (interrupted) return EXIT.interrupted
  const hostOf = (ref: string): string => ref.slice(0, ref.indexOf('!'))
  const touched = new Set(outcomes.map(([ref]) => hostOf(ref)))
  const broken = new Set(outcomes.filter(([, outcome]) => outcome !== 'ok').map(([ref]) => hostOf(ref)))
  return broken.size < touched.size ? EXIT.partial : EXIT.stepFailed
}

/** Shows the plan and asks. `whose` goes before the cluster's name in the question: `the users of `. */
export const consentTo =
  (console: Console, whose = '') =>
  ({ plan }: Planned): Promise<boolean> => {
    const without = plan.unreachable?.map(({ host }) => host).join(', ')
    const aside = without === undefined ? '' : `, without ${without}`
    return console.consent(
      `Apply these changes to ${whose}${plan.cluster}${aside}?`,
      planText(plan, console.err),
    )
  }

/** Reports what was done, or that there was nothing to do, and returns the exit code. `more` are lines below the report. */
export function reportApplied(
  console: Console,
  report: BootstrapReport,
  more: () => readonly string[] = () => [],
): number {
  console.result(report, () => {
    return [outcomeText(report, console.out), ...more()].join('\n')
  })
  return applyExit(report, console.signal.aborted)
}

/** What was done, and the hosts that were set aside. */
const outcomeText = ({ applied, plan }: BootstrapReport, c: Colors): string =>
  applied ? [...unreachableLines(plan, c), applyText(applied, c)].join('\n') : planText(plan, c)

/** `howdah bootstrap`: shows the plan, asks, applies it, and proves the cluster. */
export const bootstrap: Verb<BootstrapOptions> = async (console, options) => {
  const operation = operationOf(console, options)
  const consent = consentTo(console)
  const report = await (options.plan === undefined
    ? bootstrapCluster(operation, consent, chosenBy(options))
    : bootstrapSaved(operation, consent, options.plan))
  const exit = applyExit(report, console.signal.aborted)
  if (exit !== EXIT.done) {
    console.result(report, () => outcomeText(report, console.out))
    return exit
  }
  const done = report.applied ? applyText(report.applied, console.out) : planSummary(report.plan)
  // Users whose keys could not be read were left as they are. The plan warns about that, and the run is only partial.
  const whole = report.users && report.users.left.length > 0 ? EXIT.partial : EXIT.done
  const depth = depthOf(options, report.applied !== undefined)
  if (depth === 'none') {
    console.result(report, () => done)
    return whole
  }
  console.note(done)
  const verified = await verifyCluster(operation, { quick: depth === 'quick' })
  console.result({ ...report, verified }, () => reportText(verified, console.out))
  return verifyExit(verified) || whole
}
