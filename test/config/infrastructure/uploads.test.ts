import { describe, expect, it } from 'vitest'
import { parseInfrastructure } from '../../../provisioners/config/index.ts'
import { problemsOf } from '../support.ts'

const FILES = new Set(['/srv/site/boot.sh', '/home/ann/certs.zip'])

const parse = (text: string) =>
  parseInfrastructure(text, '/srv/site/cluster.yml', {
    around: { home: '/home/ann', user: 'ann' },
    today: '2026-11-24',
    read: (file) => {
      if (FILES.has(file)) return ''
      throw Object.assign(new Error('absent'), { code: 'ENOENT' })
    },
  })

/** Line 3 has the uploads, line 4 the bucket, line 5 EMR. */
const file = (uploads: string, emr: string, bucket = '{name: acme-config}') => `name: insights
aws: {deployment: small-emr, region: eu-west-1,
  uploads: [${uploads}],
  buckets: {configuration: ${bucket}},
  emr: {${emr}}}
`
const codes = (text: string) => problemsOf(text, parse).codes

const ACTION = "bootstrapActions: [{path: 's3://acme-config/boot.sh'}]"
const TLS = "security: {inTransitCertificates: 's3://acme-config/tls/certs.zip'}"
const BOTH = '{file: boot.sh, key: boot.sh}, {file: ~/certs.zip, key: /tls/certs.zip}'

describe('aws.uploads', () => {
  it('has absolute paths, and keys below the prefix of the bucket', () => {
    expect(parse(file(BOTH, `${ACTION}, ${TLS}`)).uploads).toEqual([
      { file: '/srv/site/boot.sh', key: 'boot.sh' },
      { file: '/home/ann/certs.zip', key: 'tls/certs.zip' },
    ])
    const below = file(
      '{file: boot.sh, key: boot.sh}',
      "bootstrapActions: [{path: 's3://acme-config/emr/boot.sh'}]",
      '{name: acme-config, prefix: emr/}',
    )
    expect(parse(below).uploads).toEqual([{ file: '/srv/site/boot.sh', key: 'emr/boot.sh' }])
  })

  it.each([
    ['a file that is missing', file('{file: no.sh, key: a}', ''), ['SPEC_UPLOAD_FILE 3:20']],
    [
      'a key twice',
      file('{file: boot.sh, key: a}, {file: boot.sh, key: /a}', ''),
      ['SPEC_UPLOAD_TWICE 3:59'],
    ],
    ["Howdah's folder", file('{file: boot.sh, key: scripts/a}', ''), ['SPEC_UPLOAD_TWICE 3:34']],
  ])('refuses %s', (_title, text, wanted) => expect(codes(text)).toEqual(wanted))

  it.each([
    ['a bootstrap action', ACTION],
    ['certificates', TLS],
    ['a script of a step', "steps: [{type: script, path: 's3://acme-config/a.sh'}]"],
    ['a jar of a step', "steps: [{type: jar, jar: 's3://acme-config/a.jar'}]"],
  ])('is required for %s in a bucket that the same apply makes', (_title, emr) => {
    const { codes: found, errors } = problemsOf(file('', emr), parse)
    expect(found.map((one) => one.split(' ')[0])).toEqual(['SPEC_NOT_UPLOADED'])
    expect(errors[0]?.details.next).toMatch(/^add \{file: FILE, key: \S+\} to aws\.uploads/)
  })

  it('is not required for a bucket that exists, or one of somebody else', () => {
    expect(codes(file('', ACTION, '{name: acme-config, existing: true}'))).toEqual([])
    expect(codes(file('', "bootstrapActions: [{path: 's3://other/boot.sh'}]"))).toEqual([])
  })
})
