import { ownText } from '../../../provisioners/files.ts'
import { type Construct, Fn, TerraformLocal } from '../../tf.ts'
import { escapeForTerraform } from '../servers/data-volumes.ts'
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
 * you can log in to a server whose installer hangs. Terraform encodes it: the name of the bucket may be a reference,
 * and a reference that is encoded here is never resolved.
 */
export const appUserData = (scope: Construct, uri: string, region: string): string => {
  const agent = agentOf({ region })
  const app = escapeForTerraform(script).replace('@INSTALLER@', () => uri)
  const text = userDataOf([
    { ...agent, text: escapeForTerraform(agent.text) },
    { name: 'app-server', text: app.replace('@REGION@', () => region) },
  ])
  return Fn.base64encode(new TerraformLocal(scope, 'user-data', text).asString)
}
