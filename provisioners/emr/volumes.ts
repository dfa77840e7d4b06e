import { FLEET_DEFAULTS } from './legacy-keys.ts'
import { DEFAULT_VOLUME_GB } from './types-by-release.ts'

/** EBS volumes of a group, a fleet or a type in it. */

export interface Volumes {
  readonly volume_size?: number | null | undefined
  readonly volume_type?: string | null | undefined
}

/** Either key meant an EBS volume; the other had a default. */
export function volumeOf({ volume_size, volume_type }: Volumes): { type: string; size: number } | undefined {
  if (volume_size == null && volume_type == null) return undefined
  const type =
    volume_type == null || volume_type === 'gp2' || volume_type === 'standard' ? 'gp3' : volume_type
  return { type, size: volume_size ?? FLEET_DEFAULTS.volumeGb }
}

export function volumeWhy({ volume_type }: Volumes): string {
  const type = volume_type ?? 'gp2, the default then,'
  return volumeOf({ volume_type: volume_type ?? 'gp2' })?.type === volume_type
    ? 'an EBS volume; it is always encrypted now'
    : `an EBS volume; ${type} is gp3 now, cheaper and faster, and always encrypted`
}

/** The volume of an instance whose type had disks inside, where the file names no volume. */
export const SUCCESSOR_VOLUMES = [{ type: 'gp3', size: DEFAULT_VOLUME_GB }]

export const localDiskWhy = (type: string, gb: number): string =>
  `${type} had ${gb} GB of local disks, and its successor has none: HDFS and the scratch space of jobs are on this volume${gb > DEFAULT_VOLUME_GB ? '; write a larger size if your jobs filled more' : ''}`
