import { EXIT } from '../../provisioners/errors.ts'
import { verifyCluster } from '../../provisioners/operations/verify/index.ts'
import type { VerifyReport } from '../../provisioners/operations/verify/types.ts'
import { type Colors, duration, table } from '../render/text.ts'
import type { Verb } from './context.ts'

export interface VerifyVerbOptions {
  readonly file: string
  readonly quick?: boolean
  readonly only?: readonly string[]
  readonly seed?: number
}

/** Rows shown of each result table; all of them are compared. */
const SHOWN = 12

/** The proof as text: what was computed, what failed, the verdict. */
export function reportText(report: VerifyReport, c: Colors): string {
  const tables = report.tables.map(({ name, columns, rows }) => {
    const more = rows.length > SHOWN ? `\n… and ${rows.length - SHOWN} more rows` : ''
    return `${c.bold(name)}\n${table(columns, rows.slice(0, SHOWN))}${more}\n`
  })
  const failed = report.checks.filter((check) => check.status === 'fail')
  const failures = failed.map((check) => {
    const detail = check.detail
      .trimEnd()
      .split('\n')
      .slice(-20)
      .map((line) => c.dim(`  │ ${line}`))
    return [
      `${c.red('✗')} ${c.bold(check.name)}: ${check.title}`,
      ...detail,
      ...(check.next ? [`  next  ${c.cyan(check.next)}`] : []),
    ].join('\n')
  })
  const compared = report.compared.map(({ table: name, rows, mismatches }) =>
    mismatches.length === 0
      ? `${c.green('✓')} ${name}: all ${rows} rows are right`
      : `${c.red('✗')} ${name}: ${mismatches.length} of ${rows} rows are wrong`,
  )
  const passed = report.checks.filter((check) => check.status === 'pass').length
  const verdict =
    failed.length === 0
      ? c.green(`verified: ${passed} checks passed`)
      : c.red(`${failed.length} of ${report.checks.length} checks failed`)
  return [...tables, ...compared, ...failures, c.bold(`${verdict} in ${duration(report.ms)}`)].join('\n')
}

export const verifyExit = (report: VerifyReport): number =>
  report.checks.some((check) => check.status === 'fail') ? EXIT.verification : EXIT.done

/** `howdah verify`: proves the cluster with real jobs, or only asks every daemon (--quick). */
export const verify: Verb<VerifyVerbOptions> = async (console, options) => {
  const { file, ...rest } = options
  const report = await verifyCluster(console.operation(file), rest)
  console.result(report, () => reportText(report, console.out))
  return verifyExit(report)
}
