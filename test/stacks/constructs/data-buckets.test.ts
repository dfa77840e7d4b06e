import { describe, expect, it } from 'vitest'
import type { Infrastructure } from '../../../provisioners/config/infrastructure/types.ts'
import { dataStatements } from '../../../stacks/constructs/buckets/data.ts'
import { deploymentOf } from '../../../stacks/deployments/index.ts'
import { statementsOf } from '../support/emr.ts'
import { anEmr, largeEmr, largeHadoop, singleServer, smallEmr } from '../support/infrastructures.ts'
import { deployed } from '../support/template.ts'

const dataBuckets = [
  { name: 'example-tracking', prefix: 'logs/lms', write: false },
  { name: 'example-warehouse', prefix: 'hive', write: true },
  { name: 'example-reports', prefix: '', write: true },
]
const arn = (path: string): string => `arn:aws:s3:::example-${path}`

describe('buckets of data', () => {
  const statements = dataStatements({ region: 'eu-west-1', dataBuckets })
  const saying = (action: string) =>
    statements.filter((statement) => [statement.Action].flat().includes(action))

  it('are read below their folders, and nowhere else', () => {
    expect(saying('s3:GetObject').map(({ Resource }) => Resource)).toEqual([
      [arn('tracking/logs/lms'), arn('tracking/logs/lms/*')],
      [arn('warehouse/hive'), arn('warehouse/hive/*')],
      arn('reports/*'),
    ])
    expect(saying('s3:ListBucket').map(({ Resource, Condition }) => [Resource, Condition])).toEqual([
      [arn('tracking'), { StringLike: { 's3:prefix': ['logs/lms', 'logs/lms/*'] } }],
      [arn('warehouse'), { StringLike: { 's3:prefix': ['hive', 'hive/*'] } }],
      [arn('reports'), undefined],
    ])
  })

  it('are written only where that was said', () => {
    for (const action of ['s3:PutObject', 's3:DeleteObject', 's3:AbortMultipartUpload'])
      expect(saying(action).map(({ Resource }) => Resource)).toEqual([
        [arn('warehouse/hive'), arn('warehouse/hive/*')],
        arn('reports/*'),
      ])
    expect(JSON.stringify(statements)).not.toMatch(/"s3:\*"|"Resource":"\*"/)
  })

  it("are of the region's partition, and say nothing where there are none", () => {
    const [found] = dataStatements({ region: 'cn-north-1', dataBuckets: dataBuckets.slice(0, 1) })
    expect(found?.Resource).toEqual(['arn:aws-cn:s3:::example-tracking'])
    expect(dataStatements({ region: 'eu-west-1', dataBuckets: [] })).toEqual([])
  })
})

const built = (infrastructure: Infrastructure) =>
  deployed((app) => deploymentOf(infrastructure)(app, 'insights'), 'insights')

describe('a deployment with buckets of data', () => {
  const sids = dataStatements({ region: 'eu-west-1', dataBuckets }).map(({ Sid }) => Sid)

  it.each([
    ['small-emr', smallEmr, ['emr-node']],
    ['large-emr', largeEmr, ['emr-node']],
    ['large-hadoop', largeHadoop, ['hadoop', 'scheduler']],
    ['single-server', singleServer, ['server']],
  ] as const)('%s lets in the roles that work on them, and no others', (_, infrastructure, roles) => {
    const template = built({ ...infrastructure, dataBuckets })
    const policies = template.having('aws_iam_role_policy', {})
    const letIn = policies.filter(({ policy }) => String(policy).includes('example-tracking'))
    expect(letIn.map(({ name }) => name).sort()).toEqual(roles.map((role) => `insights-${role}`))
    for (const role of roles)
      expect(Object.keys(statementsOf(template, `insights-${role}`))).toEqual(expect.arrayContaining(sids))
    expect(Object.values(template.resources('aws_s3_bucket')).map(({ bucket }) => bucket)).not.toContain(
      'example-tracking',
    )
  })

  it('has them in the policy of the endpoint for S3, since they may be of another account', () => {
    const policyOf = (infrastructure: Infrastructure): { Sid: string; Principal: string }[] => {
      const [s3] = built(infrastructure).having('aws_vpc_endpoint', { vpc_endpoint_type: 'Gateway' })
      return JSON.parse(String(s3?.policy)).Statement
    }
    const added = policyOf({ ...singleServer, dataBuckets }).slice(3)
    expect(added.map(({ Sid }) => Sid)).toEqual(sids)
    expect(new Set(added.map(({ Principal }) => Principal))).toEqual(new Set(['*']))
    expect(policyOf(singleServer)).toHaveLength(3)
    const emr = { ...anEmr, bootstrapActions: [{ name: 'b', path: 's3://of-others/boot.sh', args: [] }] }
    const logs = { name: 'old-logs', existing: true, prefix: '' }
    const named = policyOf({ ...smallEmr, emr, logs }) as { Sid: string; Resource?: string | string[] }[]
    const resources = (sid: string) => named.find(({ Sid }) => Sid === sid)?.Resource
    expect(resources('NamedObjects')).toEqual(['arn:aws:s3:::of-others/boot.sh', 'arn:aws:s3:::old-logs/*'])
    expect(resources('NamedLogs')).toEqual(['arn:aws:s3:::old-logs/*'])
    expect(resources('ApplicationInterfaces')).toBe('arn:aws:s3:::prod.eu-west-1.appinfo.src/*')
  })
})
