import type { DatabaseAccount, DatabaseServer } from '../../config/types.ts'
import type { Pipeline } from '../../config/types-pipeline.ts'
import type { Resource } from '../../engine/types.ts'
import { addressOf } from '../result-store/servers.ts'
import { file } from '../support/resources.ts'
import type { ComponentContext } from '../types.ts'
import { PIPELINE, pipelinePaths } from './paths.ts'

/** A credentials file of the pipeline: JSON without comments, which its reader would refuse. */
const credentials = (
  server: DatabaseServer,
  { user, password }: DatabaseAccount,
  context: ComponentContext,
) =>
  `${JSON.stringify(
    { host: addressOf(server), port: server.port, username: user, password: context.secret(password) },
    undefined,
    2,
  )}\n`

/** The files with which tasks log in to the two databases. Only the account that runs tasks can read them. */
export function credentialFiles(context: ComponentContext, { user }: Pipeline): Resource[] {
  const { lms, resultStore } = context.cluster
  const { directory, input, output } = pipelinePaths(context.cluster)
  const closed = {
    owner: user,
    group: 'hadoop',
    mode: '0600',
    sensitive: true,
    after: [`directory:${directory}`, `user:${user}`],
  }
  return [
    ...(lms ? [file(PIPELINE, input, credentials(lms.server, lms.reader, context), closed)] : []),
    ...(resultStore
      ? [file(PIPELINE, output, credentials(resultStore.server, resultStore.pipeline, context), closed)]
      : []),
  ]
}
