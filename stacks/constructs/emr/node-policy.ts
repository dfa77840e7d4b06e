import type { Infrastructure, InfrastructureEmr } from '../../../provisioners/config/infrastructure/types.ts'
import { partitionOf } from '../arns.ts'
import { dataStatements } from '../buckets/data.ts'
import { readingOf } from '../buckets/policy.ts'
import type { PolicyStatement } from '../policy.ts'
import type { BucketReferences, KeyReferences } from '../references.ts'
import { sqoopLibraries } from './steps.ts'

export interface NodePolicyOptions {
  readonly infrastructure: Pick<Infrastructure, 'region' | 'name' | 'logs' | 'configuration' | 'dataBuckets'>
  readonly emr: InfrastructureEmr
  readonly key: KeyReferences
  readonly logs: BucketReferences
  readonly configuration: BucketReferences
}

/** Folder of the cluster's logs in the bucket of logs. */
export const LOG_FOLDER = 'emr'

/**
 * The permissions of every node. AWS has withdrawn its managed policy for nodes without a successor. This one allows
 * the deployment's buckets, the buckets and objects that cluster.yml names, the key, and the cluster itself.
 */
export const nodeStatements = (options: NodePolicyOptions): PolicyStatement[] => {
  const { infrastructure, emr, key, logs, configuration } = options
  const partition = partitionOf(infrastructure.region)
  const named = namedObjects(emr).map((path) => `arn:${partition}:s3:::${path}`)
  return [
    ...readingOf('Configuration', infrastructure.configuration, configuration),
    ...readingOf('Logs', infrastructure.logs, logs, LOG_FOLDER),
    {
      Sid: 'WriteLogs',
      Effect: 'Allow',
      Action: ['s3:PutObject', 's3:AbortMultipartUpload', 's3:ListMultipartUploadParts'],
      Resource: `${logs.arn}/${[infrastructure.logs.prefix, LOG_FOLDER].filter((p) => p !== '').join('/')}/*`,
    },
    {
      Sid: 'FindBuckets',
      Effect: 'Allow',
      Action: 's3:GetBucketLocation',
      Resource: [logs.arn, configuration.arn],
    },
    ...dataStatements(infrastructure),
    {
      Sid: 'ReadSoftwareOfEmr',
      Effect: 'Allow',
      Action: 's3:GetObject',
      Resource: [`arn:${partition}:s3:::*.elasticmapreduce/*`, `arn:${partition}:s3:::elasticmapreduce/*`],
    },
    ...(named.length === 0
      ? []
      : ([{ Sid: 'ReadNamed', Effect: 'Allow', Action: 's3:GetObject', Resource: named }] as const)),
    {
      Sid: 'UseKey',
      Effect: 'Allow',
      Action: ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:DescribeKey'],
      Resource: key.keyArn,
    },
    describing(infrastructure),
  ]
}

/** Lets a node, or the scheduler, describe this cluster, and no other cluster of the account. */
const describing = (infrastructure: Pick<Infrastructure, 'region' | 'name'>): PolicyStatement => ({
  Sid: 'DescribeOwnCluster',
  Effect: 'Allow',
  Action: [
    'elasticmapreduce:DescribeCluster',
    'elasticmapreduce:DescribeStep',
    'elasticmapreduce:ListBootstrapActions',
    'elasticmapreduce:ListInstanceFleets',
    'elasticmapreduce:ListInstanceGroups',
    'elasticmapreduce:ListInstances',
    'elasticmapreduce:ListSteps',
  ],
  // By tag and not by id: the cluster depends on this policy, so the policy cannot name the cluster.
  Resource: `arn:${partitionOf(infrastructure.region)}:elasticmapreduce:${infrastructure.region}:*:cluster/*`,
  Condition: { StringEquals: { 'elasticmapreduce:ResourceTag/Name': infrastructure.name } },
})

/**
 * The launcher of the pipeline's tasks finds the cluster by its name, and its master by the tag of its instances.
 * AWS has no narrower resource for these two actions.
 */
export const findingCluster: PolicyStatement = {
  Sid: 'FindCluster',
  Effect: 'Allow',
  Action: ['elasticmapreduce:ListClusters', 'ec2:DescribeInstances'],
  Resource: '*',
}

/** Permissions of a scheduler outside of the cluster; on the master it has the nodes' permissions. */
export const schedulerStatements = (
  infrastructure: Pick<Infrastructure, 'region' | 'name'>,
): PolicyStatement[] => [findingCluster, describing(infrastructure)]

/**
 * Objects in S3 that cluster.yml names, as `bucket/key`: scripts, jars, software, certificates. An argument that
 * ends with a slash is a folder. Sorted, each once.
 */
export const namedObjects = (emr: InfrastructureEmr): string[] => {
  const texts = [
    ...emr.bootstrapActions.flatMap((action) => [action.path, ...action.args]),
    ...emr.steps.flatMap((step) => [step.jar, ...step.args]),
    ...(emr.sqoop.kind === 'step' ? [emr.sqoop.tarball] : []),
    ...(emr.sqoop.kind === 'none' ? [] : [emr.sqoop.driver]),
    ...sqoopLibraries(emr).map(({ uri }) => uri),
    ...(emr.security.inTransitCertificates === undefined ? [] : [emr.security.inTransitCertificates]),
  ]
  const paths = texts.flatMap((text) => {
    const [, path] = /^s3[an]?:\/\/([^/]+\/.+)$/.exec(text) ?? []
    if (path === undefined) return []
    return [path.endsWith('/') ? `${path}*` : path]
  })
  return [...new Set(paths)].sort()
}
