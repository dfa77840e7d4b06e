import { ownText } from '../../../provisioners/files.ts'
import { agentOf, userDataOf } from '../servers/user-data.ts'

const script = ownText('stacks/user-data/app-server.sh')

/** `s3://bucket/prefix/apps/api/install`: the script that an application server runs at its first boot, if it exists. */
export const installerUri = (configurationUri: string, kind: string): string =>
  `${configurationUri}/apps/${kind}/install`

/** Fetches the installer and runs it. `uri` is plain text. */
export const installerScript = (uri: string, region: string): string =>
  script.replace('@INSTALLER@', () => uri).replace('@REGION@', () => region)

/**
 * The user data of an application server, in base64 as a launch template needs it. The agent comes first, so that
 * you can log in to a server whose installer hangs.
 */
export const appUserData = (uri: string, region: string): string =>
  Buffer.from(
    userDataOf([agentOf({ region }), { name: 'app-server', text: installerScript(uri, region) }]),
  ).toString('base64')
