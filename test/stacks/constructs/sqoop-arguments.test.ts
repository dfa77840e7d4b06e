import { expect, it } from 'vitest'
import { sqoopArguments } from '../../../stacks/constructs/emr/steps.ts'
import { infrastructure } from '../../config/support.ts'

const emrOf = (sqoop: string) => {
  const text = `name: x\naws: {deployment: small-emr, region: eu-west-1, emr: {sqoop: {${sqoop}}}}\n`
  const { emr } = infrastructure(text)
  if (emr === undefined) throw new Error('no EMR')
  return sqoopArguments(emr)
}
const after = (args: readonly string[], flag: string) => args[args.indexOf(flag) + 1]

it('the Sqoop step always has a digest: of the default, or the one that was given', () => {
  expect(after(emrOf(''), '--digest')).toMatch(/^[0-9a-f]{64}$/)
  const tarball = "tarball: 's3://b/sqoop.tar.gz'"
  expect(after(emrOf(`${tarball}, sha512: ${'a'.repeat(128)}`), '--digest')).toBe('a'.repeat(128))
  expect(after(emrOf(`${tarball}, sha256: ${'b'.repeat(64)}`), '--digest')).toBe('b'.repeat(64))
})
