import { readFileSync } from 'node:fs'

const script = readFileSync(new URL('../user-data/app-server.sh', import.meta.url), 'utf8')

/** `s3://bucket/prefix/apps/api/install`: what an application server runs at its first boot, if it is there. */
export const installerUri = (configurationUri: string, kind: string): string =>
  `${configurationUri}/apps/${kind}/install`

/** The user data of an application server, in base64 as a launch template wants it. `uri` is plain text. */
export const appUserData = (uri: string, region: string): string =>
  Buffer.from(script.replace('@INSTALLER@', () => uri).replace('@REGION@', () => region)).toString('base64')
