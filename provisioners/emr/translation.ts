import { DEFAULT_RELEASE } from '../config/index.ts'
import type { Draft } from './draft.ts'
import type { Legacy } from './legacy.ts'
import type { Role } from './legacy-keys.ts'

/** What a legacy file does not have, and you may give. */
export interface TranslateOptions {
  /** The default of `keypair_name`: edX's tool read it from AWS_KEYPAIR_NAME. */
  readonly keypairName?: string
  /** The VPC of `vpc_subnet_id`. */
  readonly vpc?: { readonly id: string; readonly cidr: string }
}

/** What every part of a translation needs. */
export interface Translation {
  readonly legacy: Legacy
  readonly draft: Draft
  readonly options: TranslateOptions
}

/** The release of the new file. AMI versions can no longer be started, so they become the default release. */
export const releaseOf = ({ top }: Pick<Legacy, 'top'>): string => top.release_label || DEFAULT_RELEASE

/** The name of a cluster in a form for addresses: small letters, digits, dashes, at most 31. */
export function tidyName(name: string): string {
  const tidy = name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+/, '')
    .slice(0, 31)
    .replace(/-+$/, '')
  return tidy === '' ? 'emr' : tidy
}

/** Whether a text still holds a placeholder of a guide, `<your cluster name here>`. */
export const isPlaceholder = (text: string): boolean => /<[^<>]+>/.test(text)

/** `s3://bucket/folder/` → bucket and folder; s3n is EMR's old scheme. */
export function s3Parts(address: string): { readonly bucket: string; readonly key: string } | undefined {
  const found = /^s3n?:\/\/([^/]+)\/?(.*?)\/*$/.exec(address)
  return found === null ? undefined : { bucket: found[1] as string, key: found[2] as string }
}

export const asS3 = (address: string): string => address.replace(/^s3n:/, 's3:')

/** The file name at the end of an address. */
export const baseName = (address: string): string => address.split('/').at(-1) ?? address

/** The risk of Spot outside task nodes. */
export const spotRisk = (role: Role): string =>
  role === 'core'
    ? 'Spot instances; when AWS interrupts a core node its HDFS blocks are lost, so task nodes are better for Spot'
    : 'Spot instances; the cluster terminates when AWS interrupts the master'
