import { EXIT } from '../../provisioners/errors.ts'
import { auditCluster } from '../../provisioners/operations/store/index.ts'
import type { Verb } from './context.ts'

/** `howdah store audit`: exit 17 when a collation, a grant or an account is wrong. */
export const storeAudit: Verb<{ readonly file: string }> = async (console, { file }) => {
  const audit = await auditCluster(console.operation(file))
  const c = console.out
  console.result(audit, () => {
    const { databases, tables, columns, accounts } = audit.looked
    const wrong = audit.collations.map(
      ({ what, found, expected }) => `${c.red('✗')} ${what}: ${found}, expected ${expected}`,
    )
    const users = audit.accounts.map(
      ({ account, problem, detail }) => `${c.red('✗')} ${account}: ${problem} (${detail})`,
    )
    const { requireSecureTransport: secure, ok } = audit.transport
    const transport = ok
      ? []
      : [`${c.red('✗')} require_secure_transport: ${secure}, expected ON: it takes connections without TLS`]
    const looked = `${columns} columns, ${tables} tables, ${databases} databases, ${accounts} accounts on ${audit.version}`
    const verdict = audit.ok
      ? c.green(`all ${audit.expectedCollation}, all grants right`)
      : c.red('not all right')
    return [...wrong, ...users, ...transport, `checked ${looked}`, c.bold(verdict)].join('\n')
  })
  return audit.ok ? EXIT.done : EXIT.verification
}
