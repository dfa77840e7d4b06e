import type { Draft } from './draft.ts'
import type { Legacy } from './legacy.ts'
import type { Role } from './legacy-keys.ts'

/** What a legacy file does not say and the one who runs the translation may. */
export interface TranslateOptions {
  /** Where `keypair_name` is not written: what edX's tool read from AWS_KEYPAIR_NAME. */
  readonly keypairName?: string
  /** The VPC of `vpc_subnet_id`. */
  readonly vpc?: { readonly id: string; readonly cidr: string }
}

/** What the parts of a translation are made with. */
export interface Translation {
  readonly legacy: Legacy
  readonly draft: Draft
  readonly options: TranslateOptions
}

/** A name of a cluster that addresses may carry: small letters, digits, dashes, at most 31. */
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

/** `s3://bucket/folder/` → bucket and folder; s3n is EMR's old word for s3. */
export function s3Parts(address: string): { readonly bucket: string; readonly key: string } | undefined {
  const found = /^s3n?:\/\/([^/]+)\/?(.*?)\/*$/.exec(address)
  return found === null ? undefined : { bucket: found[1] as string, key: found[2] as string }
}

export const asS3 = (address: string): string => address.replace(/^s3n:/, 's3:')

/** The file name at the end of an address. */
export const baseName = (address: string): string => address.split('/').at(-1) ?? address

/** What Spot risks outside task nodes. */
export const spotRisk = (role: Role): string =>
  role === 'core'
    ? 'Spot instances; a core node that AWS takes back takes its blocks of HDFS with it, so task nodes are the better place for Spot'
    : 'Spot instances; the cluster ends when AWS takes the master back'
