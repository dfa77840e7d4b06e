import { ARTIFACTS_ERRORS } from './artifacts.ts'
import { AWS_ERRORS } from './aws.ts'
import { CLUSTER_FILE_ERRORS } from './cluster-file.ts'
import { CLUSTER_PARTS_ERRORS } from './cluster-parts.ts'
import { CONNECTIONS_ERRORS } from './connections.ts'
import { DATABASES_ERRORS } from './databases.ts'
import { ENGINE_ERRORS } from './engine.ts'
import { INFRASTRUCTURE_ERRORS } from './infrastructure.ts'
import { LAB_ERRORS } from './lab.ts'
import { LEGACY_ERRORS } from './legacy.ts'
import { OPERATIONS_ERRORS } from './operations.ts'
import type { ErrorEntry } from './types.ts'

/**
 * Every error code that Howdah can report, by part. This is the one place of codes: a code that is not here does not
 * compile (`ErrorCode`), and one that no test provokes fails `test/error-codes`.
 */
export const ERROR_PARTS = {
  'cluster.yml: form, hosts, versions, properties': CLUSTER_FILE_ERRORS,
  'cluster.yml: databases, applications, jobs, users': CLUSTER_PARTS_ERRORS,
  'cluster.yml: the section aws': AWS_ERRORS,
  "The cluster.yml of edX's analytics configuration": LEGACY_ERRORS,
  'Software and where it comes from': ARTIFACTS_ERRORS,
  'Connections to hosts': CONNECTIONS_ERRORS,
  'Plan, execution, lock': ENGINE_ERRORS,
  'Databases, backup, rotation': DATABASES_ERRORS,
  'Secrets, applications, schedule, pipeline, verification': OPERATIONS_ERRORS,
  'Infrastructure on AWS': INFRASTRUCTURE_ERRORS,
  'The lab': LAB_ERRORS,
} as const

type CodesOf<P> = P extends unknown ? keyof P : never

/** A code of `ERROR_PARTS`. */
export type ErrorCode = CodesOf<(typeof ERROR_PARTS)[keyof typeof ERROR_PARTS]> & string

/** The entry of each code. */
export const ERROR_CODES = Object.assign({}, ...Object.values(ERROR_PARTS)) as Readonly<
  Record<ErrorCode, ErrorEntry>
>
