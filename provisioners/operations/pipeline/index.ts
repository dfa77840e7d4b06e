import { HowdahError } from '../../errors.ts'
import { databaseLogin } from '../../runtime/database.ts'
import { bareContext } from '../../runtime/observe.ts'
import { openSession, type Session } from '../../runtime/session.ts'
import type { OperationOptions } from '../../runtime/types.ts'
import { defaultFs } from '../../services/hdfs/index.ts'
import { sqlServers, targetOf } from '../../services/result-store/index.ts'
import { runPipelineCheck } from './check.ts'
import type { PipelineCheckOptions, PipelineInput, PipelineReport } from './types.ts'

/** How the administrator of the LMS's server logs in; undefined where cluster.yml has no LMS. */
function lmsAdmin(session: Session): PipelineInput['lmsAdmin'] {
  const { cluster } = session
  if (!cluster.lms) return undefined
  const { server } = cluster.lms
  const own = sqlServers(cluster).find(({ target }) => target === targetOf(server))
  return own && (() => databaseLogin(session, server, own.admin))
}

/** Proves the pipeline's contract on a running cluster. Throws PIPELINE_ABSENT, PIPELINE_NO_CHECK, PIPELINE_INTERRUPTED. */
export async function checkPipeline(
  operation: OperationOptions,
  options: PipelineCheckOptions,
): Promise<PipelineReport> {
  const session = await openSession(operation)
  try {
    const { cluster, transports, report, signal } = session
    const { pipeline } = cluster
    if (pipeline === undefined) throw notSpokenOf(cluster.file)
    const admin = lmsAdmin(session)
    const fs = defaultFs(bareContext(session))
    return await runPipelineCheck(
      {
        cluster,
        pipeline,
        transports,
        report,
        ...(admin && { lmsAdmin: admin }),
        ...(signal && { signal }),
        ...options,
      },
      fs,
    )
  } finally {
    await session.close()
  }
}

const notSpokenOf = (file: string): HowdahError =>
  new HowdahError({
    code: 'PIPELINE_ABSENT',
    exit: 'configuration',
    message: 'cluster.yml says nothing of the pipeline, so there is no contract to check',
    where: file,
    expected: 'a section `pipeline`, which may be empty: pipeline: {}',
    next: 'howdah explain pipeline',
  })
