import { EmrCluster, type EmrClusterOptions } from '../../../stacks/constructs/emr/cluster.ts'
import { anEmr, largeEmr } from './infrastructures.ts'
import { aBucket, aKey, aNetwork } from './references.ts'
import { synthesised, type Template } from './template.ts'

export const emrOptions = (emr: Partial<EmrClusterOptions['emr']> = {}): EmrClusterOptions => ({
  infrastructure: largeEmr,
  emr: { ...anEmr, ...emr },
  network: aNetwork,
  key: aKey,
  logs: aBucket('insights-logs-example'),
  configuration: aBucket('insights-config-example'),
  keyName: 'insights',
  steps: [],
})

/** A cluster alone, in a stack of its own. */
export const emrTemplate = (
  emr: Partial<EmrClusterOptions['emr']> = {},
  rest: Partial<EmrClusterOptions> = {},
): Template => synthesised((scope) => new EmrCluster(scope, 'emr', { ...emrOptions(emr), ...rest }))

interface Statement {
  readonly Sid: string
  readonly Action: string | readonly string[]
  readonly Resource: string | readonly string[]
  readonly Condition?: unknown
}

/** Statements of the one inline policy of a name. Throws when there is none, or a Sid is there twice. */
export const statementsOf = (template: Template, name: string): Record<string, Statement> => {
  const [policy] = template.having('aws_iam_role_policy', { name })
  if (policy === undefined) throw new Error(`no policy ${name}`)
  const { Statement } = JSON.parse(String(policy.policy)) as { Statement: Statement[] }
  const sids = new Set(Statement.map((s) => s.Sid))
  if (sids.size !== Statement.length) throw new Error(`a Sid of ${name} is there twice, which IAM refuses`)
  return Object.fromEntries(Statement.map((s) => [s.Sid, s]))
}

export type Block = Readonly<Record<string, unknown>>
/** A single nested block of a resource. */
export const block = (resource: Block, name: string): Block => resource[name] as Block
