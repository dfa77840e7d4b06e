import type { Connection } from 'mysql2/promise'
import type { Cluster, DatabaseServer } from '../../config/types.ts'
import { HowdahError } from '../../errors.ts'
import { databaseLogin } from '../../runtime/database.ts'
import { bareContext } from '../../runtime/observe.ts'
import { openSession, type Session } from '../../runtime/session.ts'
import type { OperationOptions } from '../../runtime/types.ts'
import { defaultFs } from '../../services/hdfs/index.ts'
import { sqlServers, targetOf } from '../../services/result-store/index.ts'
import { runPipelineCheck } from './check.ts'
import { runPipelineSmoke } from './smoke/index.ts'
import type { SmokeReport } from './smoke/types.ts'
import type { PipelineCheckOptions, PipelineInput, PipelineReport, SmokeOptions } from './types.ts'

/** The login of the administrator of a database server; undefined where cluster.yml has no such server. */
function adminOf(
  session: Session,
  server: DatabaseServer | undefined,
): (() => Promise<Connection>) | undefined {
  if (!server) return undefined
  const own = sqlServers(session.cluster).find(({ target }) => target === targetOf(server))
  return own && (() => databaseLogin(session, server, own.admin))
}

function pipelineOf({ pipeline, file }: Cluster): NonNullable<Cluster['pipeline']> {
  if (pipeline === undefined) throw absent(file)
  return pipeline
}

/** Opens a session with what a check of the pipeline needs, and closes it after `work`. Throws PIPELINE_ABSENT. */
async function withInput<T>(
  operation: OperationOptions,
  work: (input: PipelineInput, fs: string) => Promise<T>,
): Promise<T> {
  const session = await openSession(operation, { before: pipelineOf })
  try {
    const { cluster, transports, report, signal } = session
    const pipeline = pipelineOf(cluster)
    const lmsAdmin = adminOf(session, cluster.lms?.server)
    const storeAdmin = adminOf(session, cluster.resultStore?.server)
    const input = {
      ...{ cluster, pipeline, transports, report },
      ...(lmsAdmin && { lmsAdmin }),
      ...(storeAdmin && { storeAdmin }),
      ...(signal && { signal }),
    }
    return await work(input, defaultFs(bareContext(session)))
  } finally {
    await session.close()
  }
}

/** Checks on a running cluster what the pipeline needs. Throws PIPELINE_ABSENT, PIPELINE_NO_CHECK, PIPELINE_INTERRUPTED. */
export const checkPipeline = (
  operation: OperationOptions,
  options: PipelineCheckOptions,
): Promise<PipelineReport> =>
  withInput(operation, (input, fs) => runPipelineCheck({ ...input, ...options }, fs))

/** Runs tasks of the pipeline on generated events. Throws PIPELINE_ABSENT, PIPELINE_INTERRUPTED. */
export const smokePipeline = (operation: OperationOptions, options: SmokeOptions): Promise<SmokeReport> =>
  withInput(operation, (input, fs) => runPipelineSmoke(input, fs, options))

const absent = (file: string): HowdahError =>
  new HowdahError({
    code: 'PIPELINE_ABSENT',
    exit: 'configuration',
    message: 'cluster.yml has no section `pipeline`, so there is nothing to check or to run',
    where: file,
    expected: 'a section `pipeline`, which may be empty: pipeline: {}',
    next: 'howdah explain pipeline',
  })
