import { ownText } from '../../../provisioners/files.ts'

/** A volume, where it is mounted, and the name under which it is attached. */
export interface MountedVolume {
  readonly directory: string
  readonly volumeId: string
  readonly device: string
}

/** AWS recommends sdf to sdp for data volumes: eleven of them. */
const LETTERS = 'fghijklmnop'
export const MOST_DATA_VOLUMES = LETTERS.length

/** '/data/1' for the first. */
export const dataDirectory = (index: number): string => `/data/${index + 1}`

/** '/dev/sdf' for the first. Throws RangeError beyond the eleventh. */
export const deviceName = (index: number): string => {
  const letter = LETTERS[index]
  if (letter === undefined) throw new RangeError(`no device name for data volume ${index + 1} of a server`)
  return `/dev/sd${letter}`
}

const script = ownText('stacks/user-data/data-volumes.sh')

/** Escapes `${` and `%{`, which Terraform reads as templates in every string. */
export const escapeForTerraform = (text: string): string =>
  // A function, since `$$` in a replacement string is one dollar.
  text.replaceAll('${', () => '$${').replaceAll('%{', '%%{')

/** The user data that formats (when blank) and mounts the volumes. Volume ids may be Terraform references. */
export const dataVolumesScript = (volumes: readonly MountedVolume[]): string =>
  escapeForTerraform(script).replace('@VOLUMES@', () =>
    volumes.map((v) => `${v.directory} ${v.volumeId} ${v.device}`).join('\n'),
  )
