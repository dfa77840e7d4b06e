import { EXIT } from '../../provisioners/errors.ts'
import {
  type RestoreOptions,
  type RestorePlan,
  restoreStore,
} from '../../provisioners/operations/store/restore.ts'
import type { Verb } from './context.ts'

export interface StoreRestoreOptions extends RestoreOptions {
  readonly file: string
}

function planText({ from, into, target, moved }: RestorePlan): string {
  const lines = [
    `+ ${into} on ${target}: ${from.tables} tables, ${from.rows} rows of ${from.database} as of ${from.taken}`,
  ]
  if (moved) lines.push(`~ the ${moved.tables} tables in ${into} move to ${moved.to} and stay there`)
  return lines.join('\n')
}

/** `howdah store restore`: exit 17 when the copy differs from what was backed up. */
export const storeRestore: Verb<StoreRestoreOptions> = async (console, { file, ...wanted }) => {
  const report = await restoreStore(console.operation(file), wanted, async (plan) => {
    return console.consent(`Restore into ${plan.into}?`, planText(plan))
  })
  const c = console.out
  console.result(report, () =>
    report.ok
      ? [
          c.green(`✓ ${report.into}: all ${report.rows} rows of ${report.from.tables} tables read the same`),
          ...(report.moved ? [`the earlier tables are in ${report.moved.to}`] : []),
        ].join('\n')
      : [
          ...report.differences.map(
            ({ what, found, expected }) => `${c.red('✗')} ${what}: ${found}, expected ${expected}`,
          ),
          c.red('the copy differs from the original, so it was removed again'),
        ].join('\n'),
  )
  return report.ok ? EXIT.done : EXIT.verification
}
