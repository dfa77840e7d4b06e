import { describe, expect, it } from 'vitest'
import { JDK_BUILDS } from '../../provisioners/config/versions/jdk-builds.ts'
import { makePlan } from '../../provisioners/engine/index.ts'
import type { Desired } from '../../provisioners/engine/types.ts'
import { registry } from '../../provisioners/runtime/observe.ts'
import { java } from '../../provisioners/services/java/index.ts'
import { clusterOf, contextOf } from './a-context.ts'

const cluster = (jdks = '') => `
name: first
hosts:
  - {name: m1, address: 10.0.0.1, roles: [master, worker, result-store], memory: 8GiB}
${jdks === '' ? '' : `java: {jdks: {8: ${jdks}}}\n`}`

const jdk8 = (jdks?: string) => clusterOf(cluster(jdks)).java.jdks[8]
const [x64, arm] = JDK_BUILDS.map(({ url, sha256 }) => ({ url, sha256 }))

describe('JDK 8', () => {
  it('is a pinned tarball where cluster.yml names none: Debian 11 to 13 have no package of it', () => {
    expect(jdk8()).toEqual({ kind: 'tarball', ...x64, processor: 'x86_64', home: '/opt/jdk/8' })
  })

  it('comes from a mirror of the operator with the checksum that Howdah knows', () => {
    const file = x64?.url.split('/').at(-1)
    expect(jdk8(`{tarball: 'https://mirror.example.org/jdk/${file}'}`)).toEqual({
      ...{ kind: 'tarball', url: `https://mirror.example.org/jdk/${file}`, sha256: x64?.sha256 },
      ...{ processor: 'x86_64', home: '/opt/jdk/8' },
    })
    expect(jdk8(`{tarball: '${arm?.url}'}`)).toMatchObject({ ...arm, processor: 'aarch64' })
  })

  it('of another build needs its checksum, and has no processor that is known', () => {
    const sha256 = 'a'.repeat(64)
    expect(() => jdk8(`{tarball: https://example.org/jdk-8.tar.gz}`)).toThrow(/no checksum/)
    const file = x64?.url.split('/').at(-1)
    expect(jdk8(`{tarball: 'https://example.org/${file}', sha256: ${sha256}}`)).toEqual({
      ...{ kind: 'tarball', url: `https://example.org/${file}`, sha256, home: '/opt/jdk/8' },
    })
  })

  it('is the package or the path that cluster.yml names', () => {
    expect(jdk8('{package: openjdk-8-jdk-headless}')).toMatchObject({ kind: 'package' })
    expect(jdk8('{path: /opt/jdk/8}')).toMatchObject({ kind: 'path' })
  })

  it('is refused on a host with another processor, with the lines that are right there', () => {
    const context = contextOf(cluster())
    const [host] = context.cluster.hosts
    const facts = java.resources(host as never, context).filter(({ type }) => type === 'fact')
    const desired: Desired = { m1: facts.map((one) => ({ ...one, after: [] })) }
    const refusals = (processor: string) =>
      makePlan({
        ...{ cluster: 'first', desired, registry },
        observed: {
          m1: { states: { 'fact:java-8': { java: 'absent' }, 'fact:java-8-processor': { processor } } },
        },
      }).refusals
    expect(refusals('x86_64')).toEqual([])
    const [refusal] = refusals('aarch64')
    expect(refusal?.message).toContain('m1 has another processor: aarch64')
    expect(refusal?.next).toContain(arm?.url)
    // What it says is valid, and is the right build.
    const written = /java: \{jdks: \{8: (\{.*\})\}\}$/.exec(refusal?.next ?? '')?.[1]
    expect(jdk8(written)).toMatchObject({ ...arm, processor: 'aarch64' })
  })
})

it('every pinned build is https, and its checksum is a SHA-256', () => {
  for (const { url, sha256 } of JDK_BUILDS) {
    expect(url).toMatch(/^https:\/\/\S+\.tar\.gz$/)
    expect(sha256).toMatch(/^[0-9a-f]{64}$/)
  }
  expect(new Set(JDK_BUILDS.map(({ sha256 }) => sha256)).size).toBe(JDK_BUILDS.length)
})
