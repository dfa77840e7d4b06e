import pc from 'picocolors'
import { expect, it } from 'vitest'
import { matrixText, type ProfileProof } from '../../cli/verbs/lab-matrix.ts'

const proved: ProfileProof = {
  profile: 'seed',
  bootstrapMs: 91_400,
  verifyMs: 120_000,
  passed: 52,
  failed: 0,
  skipped: 0,
  versions: [
    { what: 'NameNode', host: 'm1', version: '1.2.1', wanted: '1.2.1' },
    { what: 'Sqoop', host: 'm1', version: '', wanted: '1.4.5' },
  ],
  reason: '',
}
const colors = pc.createColors(false)

it('shows one line per profile, with the versions that daemons report', () => {
  const text = matrixText([proved], colors)
  expect(text).toMatch(/^seed +91 +120 +52 +0 +NameNode 1\.2\.1, Sqoop \?$/m)
  expect(text).toContain('1 of 1 profiles are proved')
})

it('shows a profile whose checks never ran, and the reason', () => {
  const stopped: ProfileProof = {
    ...proved,
    profile: 'legacy',
    bootstrapMs: 0,
    verifyMs: 0,
    passed: 0,
    versions: [],
    reason: 'bootstrap failed',
  }
  const text = matrixText([proved, stopped], colors)
  expect(text).toMatch(/^legacy +- +- +0 +0$/m)
  expect(text).toContain('✗ legacy: bootstrap failed')
  expect(text).toContain('1 of 2 profiles are not proved')
})
