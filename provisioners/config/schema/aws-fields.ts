import { z } from 'zod'
import { choice, matching, positive } from './fields.ts'
import { ofKind } from './kinds.ts'

/** Small parts that the section `aws` is made of. */

export const cidr = (about: string) =>
  matching(/^\d{1,3}(\.\d{1,3}){3}\/\d{1,2}$/, 'a range of IPv4 addresses, such as 10.20.0.0/16', about)

/** An id of AWS: vpc-…, subnet-…, sg-…. */
export const idOf = (prefix: string, about: string) =>
  matching(
    new RegExp(`^${prefix}-[0-9a-f]{8,17}$`),
    `an id that begins with ${prefix}-, such as ${prefix}-0123456789abcdef0`,
    about,
  )

export const idsOf = (prefix: string, about: string) =>
  z.array(idOf(prefix, `An id (${prefix}-…).`)).describe(about)

export const s3Address = (about: string) =>
  matching(/^s3:\/\/[^/\s]+\/\S+$/, 'an address in S3, such as s3://bucket/folder/file', about)

export const artifactAddress = (about: string) =>
  matching(/^(https|s3):\/\/\S+$/, 'an address that begins with https:// or s3://', about)

/** Values that YAML may read as numbers; the reader of the file keeps their characters. */
export const plain = z.union([ofKind('property', z.string()), z.number(), z.boolean()], {
  error: 'text, a number, true or false',
})

export const texts = (about: string) => z.array(plain.describe('An argument.')).describe(about)

export const textMap = (about: string) => z.record(ofKind('property', z.string()), plain).describe(about)

export const instanceType = (about: string) =>
  matching(/^(db\.)?[a-z][a-z0-9-]*\.[a-z0-9-]+$/, 'an instance type, such as m5.xlarge', about)

export const rootVolume = (gb: number) =>
  positive(`Size of the root volume in GB. Default: ${gb}.`).max(16384, { error: 'at most 16384' }).optional()

export const volume = z
  .strictObject({
    type: choice(['gp3', 'gp2', 'io1', 'io2', 'st1', 'sc1'], 'Type of the volume. Default: gp3.').optional(),
    size: positive('Size in GB.'),
    iops: positive('Operations per second. With gp3 at least 3000; required with io1 and io2.').optional(),
    throughput: positive('MiB per second, 125 to 1000. With gp3.').optional(),
  })
  .describe('An EBS volume. It is always encrypted.')

export const volumes = (about: string) => z.array(volume).describe(about).optional()

export const image = matching(
  /^(ami-[0-9a-f]{8,17}|\/[A-Za-z0-9_./-]+)$/,
  'an image id (ami-…), or the name of an SSM parameter that holds one',
  'The image: an id (ami-…), or the SSM parameter that names the newest one. Default: /aws/service/debian/release/12/latest/amd64.',
)

/** A name in a bucket. Slashes at its ends mean nothing and are taken off. */
export const plainPath = (about: string) =>
  matching(/^[A-Za-z0-9!_.*'()/-]+$/, "letters, digits, slashes and !_.*'()-", about)

/** Digits with a meaning of their own: an account, a version, a price. */
export const digits = (about: string) =>
  z
    .union([matching(/^[^\p{Cc}]*$/u, 'one line of text', about), z.number()], { error: 'text or a number' })
    .describe(about)

export const dnsName = (about: string) =>
  matching(
    /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/,
    'a full name in DNS, in small letters, such as insights.example.org',
    about,
  )

export const listOf = <T extends z.ZodType>(one: T, about: string) =>
  z.array(one).min(1, { error: 'one or more' }).describe(about)

export const label = (about: string) =>
  matching(/^[^\p{Cc}]{1,256}$/u, 'one line of text, at most 256 characters', about, 'line')

export type VolumeInput = z.infer<typeof volume>
