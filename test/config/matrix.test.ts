import { describe, expect, it } from 'vitest'
import { checkVersions, type VersionChoice } from '../../provisioners/config/index.ts'
import { compareVersions } from '../../provisioners/config/versions/matrix.ts'
import { PROFILE_NAMES, PROFILES } from '../../provisioners/config/versions/profiles.ts'
import { BASE, parse, problemsOf } from './support.ts'

const certified: VersionChoice = {
  versions: { hadoop: '3.4.2', hive: '3.1.3', sqoop: '1.4.7' },
  java: { hadoop: 8, hive: 8, sqoop: 8 },
  provider: 'mirror',
}
const choose = (
  versions: Partial<VersionChoice['versions']>,
  java: Partial<VersionChoice['java']> = {},
  provider: VersionChoice['provider'] = 'mirror',
): VersionChoice => ({
  versions: { ...certified.versions, ...versions },
  java: { ...certified.java, ...java },
  provider,
})

describe('the version matrix', () => {
  it('accepts certified sets without a finding', () => {
    expect(checkVersions(certified)).toEqual([])
    expect(checkVersions(choose({}, { hadoop: 17 }))).toEqual([])
    expect(checkVersions({ ...certified, provider: 'maven' })).toEqual([])
  })

  it.each([
    ['Hive 3.1.3 on JDK 11', choose({}, { hive: 11 }), /java: \{hive: 8\}/],
    ['Hive 3.1.3 on JDK 17', choose({}, { hive: 17 }), /java: \{hive: 8\}/],
    ['Hive 4.0.1 on JDK 17', choose({ hive: '4.0.1' }, { hive: 17 }), /java: \{hive: 8\}/],
    ['Hive 4.2.0 on JDK 8', choose({ hive: '4.2.0' }), /hive: 3\.1\.3/],
    ['Hadoop 3.2.4 on JDK 11', choose({ hadoop: '3.2.4' }, { hadoop: 11 }), /java: \{hadoop: 8\}/],
    ['Hadoop 3.4.0 on JDK 17', choose({ hadoop: '3.4.0' }, { hadoop: 17 }), /hadoop: 3\.4\.2/],
    ['Hadoop 3.3.6 on JDK 17', choose({ hadoop: '3.3.6' }, { hadoop: 17 }), /hadoop: 3\.4\.2/],
    ['Hadoop 3.5.0 on JDK 8', choose({ hadoop: '3.5.0' }), /java: \{hadoop: 17\}/],
    ['Hive 3.1.3 with Hadoop 3.5.0', choose({ hadoop: '3.5.0' }, { hadoop: 17 }), /hadoop: 3\.4\.2/],
    ['Sqoop 1.4.7 on JDK 17', choose({}, { sqoop: 17 }), /java: \{sqoop: 8\}/],
    ['Sqoop 1.4.6 with Hadoop 3.4.2', choose({ sqoop: '1.4.6' }), /sqoop: 1\.4\.7/],
    ['Hive 2.3.9 with Hadoop 3.4.2', choose({ hive: '2.3.9' }), /hive: 3\.1\.3/],
    ['Hadoop 1.2.1 on JDK 17', choose({ hadoop: '1.2.1' }, { hadoop: 17 }), /java: \{hadoop: 8\}/],
    ['Hadoop 2.10.2 on JDK 11', choose({ hadoop: '2.10.2' }, { hadoop: 11 }), /java: \{hadoop: 8\}/],
    ['Hadoop 1.0.2', choose({ hadoop: '1.0.2' }), /hadoop: 1\.2\.1/],
    ['Hadoop 2.0.6', choose({ hadoop: '2.0.6' }), /hadoop: 2\.10\.2/],
    ['Hive 2.3.9 with Hadoop 1.2.1', choose({ hadoop: '1.2.1', hive: '2.3.9' }), /hive: 1\.2\.2/],
    ['Hive 3.1.3 with Hadoop 2.10.2', choose({ hadoop: '2.10.2' }), /hive: 2\.3\.9/],
    ['Hive 0.10.0', choose({ hadoop: '1.2.1', hive: '0.10.0' }), /hive: 0\.11\.0/],
    ['Sqoop 1.4.7 with Hadoop 1.2.1', choose({ hadoop: '1.2.1', hive: '1.2.2' }), /sqoop: 1\.4\.6/],
    ['Sqoop 1.4.4', choose({ sqoop: '1.4.4' }), /sqoop: 1\.4\.5/],
  ])('refuses %s', (pair, choice, remedy) => {
    const found = checkVersions(choice).find((one) => one.pair === pair)
    expect(found).toMatchObject({ verdict: 'refuse', code: 'SPEC_VERSION_PAIR' })
    expect(found?.message).toContain(`${pair} does not work: `)
    expect(found?.next).toMatch(remedy)
  })

  it.each(PROFILE_NAMES)('accepts the profile %s without a finding', (name) => {
    const { versions, java } = PROFILES[name]
    for (const provider of ['mirror', 'maven'] as const) {
      expect(checkVersions({ versions, java, provider })).toEqual([])
    }
  })

  it('warns of a set that was never tried as a whole', () => {
    expect(checkVersions(choose({ hadoop: '1.2.1', hive: '1.2.2', sqoop: '1.4.5' }))).toMatchObject([
      {
        verdict: 'warn',
        code: 'SPEC_VERSION_NOT_CERTIFIED',
        next: 'write `versions: {profile: seed}`',
      },
    ])
  })

  it('accepts an untried version with a warning, and asks about a typing error', () => {
    expect(checkVersions(choose({ hadoop: '3.3.6' }))).toMatchObject([
      {
        verdict: 'warn',
        code: 'SPEC_VERSION_NOT_CERTIFIED',
        message: 'Hadoop 3.3.6 is not certified: it was not tried',
      },
    ])
    expect(checkVersions(choose({ hadoop: '3.4.22' }))[0]?.message).toMatch(
      /no such release is known; did you mean 3\.4\.2\?/,
    )
  })

  it('refuses to assemble an unknown version from Maven', () => {
    const found = checkVersions(choose({ hadoop: '3.3.6' }, {}, 'maven'))
    expect(found).toMatchObject([
      { verdict: 'refuse', next: 'write `hadoop: 3.4.2`, or use `provider: mirror`' },
    ])
  })

  it('points at the version, or at the JDK, in the file', () => {
    const text = `${BASE}versions:\n  hadoop: 3.5.0\njava:\n  sqoop: 17\n  hadoop: 17\n`
    expect(problemsOf(text).codes).toEqual([
      'SPEC_VERSION_PAIR 6:11',
      'SPEC_VERSION_PAIR 6:11',
      'SPEC_VERSION_PAIR 8:10',
    ])
    expect(problemsOf(`${BASE}versions: {hadoop: 3.5.0}\n`).codes[0]).toBe('SPEC_VERSION_PAIR 5:20')
  })

  it('warns in the cluster', () => {
    const [warning] = parse(`${BASE}versions: {hadoop: 3.3.6}\n`).warnings
    expect(warning).toMatch(/^\/srv\/site\/cluster\.yml:5:20: Hadoop 3\.3\.6 is not certified/)
  })

  it('compares by number', () => {
    expect(compareVersions('2.10.2', '2.9.9')).toBeGreaterThan(0)
    expect(compareVersions('3.4', '3.4.0')).toBe(0)
    expect(compareVersions('1.4.7', '1.99')).toBeLessThan(0)
  })
})
