import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  DEMO_HOSTS,
  hostsFor,
  isGenerated,
  labDemoCluster,
  writeDemoCluster,
} from '../../lab/demo-cluster.ts'
import { versionOf } from '../../lab/software/jdk8.ts'
import type { Lab } from '../../lab/types.ts'
import { loadCluster } from '../../provisioners/config/index.ts'
import { PROFILE_NAMES } from '../../provisioners/config/versions/profiles.ts'

const JDK = { file: '/cache/jdk-8u504.tar.gz', sha256: 'a'.repeat(64), bytes: 5, version: '8u504' }
let lab: Lab

beforeEach(async () => {
  lab = {
    name: 'demo',
    bridge: 'hw123456',
    subnet: '10.77.9.0/24',
    gateway: '10.77.9.1',
    user: 'ops',
    identityFile: '/lab/id_ed25519',
    knownHosts: '/lab/known_hosts',
    hosts: DEMO_HOSTS.map((host, i) => ({ ...host, address: `10.77.9.${11 + i}`, pid: undefined })),
    mirrorUrl: 'http://10.77.9.1:8642',
    proxyUrl: 'http://10.77.9.1:3128',
    stateDir: await mkdtemp(join(tmpdir(), 'howdah-demo-')),
  }
})
afterEach(() => rm(lab.stateDir, { recursive: true }))

describe('cluster.yml of the demo', () => {
  it('is one that Howdah reads without a warning', async () => {
    const cluster = await loadCluster(await writeDemoCluster(lab, JDK))
    expect(cluster.warnings).toEqual([])
    expect(
      cluster.hosts.map(({ name, address, roles, memoryMb }) => [name, address, roles[0], memoryMb]),
    ).toEqual([
      ['m1', '10.77.9.11', 'master', 6144],
      ['w1', '10.77.9.12', 'worker', 4096],
      ['w2', '10.77.9.13', 'worker', 4096],
      ['lms1', '10.77.9.14', 'lms-database', 1024],
      ['rs1', '10.77.9.15', 'result-store', 1024],
    ])
    expect(cluster.ssh).toMatchObject({
      hostKeys: 'strict',
      knownHosts: [lab.knownHosts],
      useSshConfig: false,
    })
    expect(cluster.artifacts).toMatchObject({
      provider: 'maven',
      delivery: { kind: 'pull', baseUrl: lab.mirrorUrl },
    })
    expect(cluster.java.jdks[8]).toMatchObject({ kind: 'tarball', url: JDK.file, sha256: JDK.sha256 })
    expect(cluster.resultStore?.server).toMatchObject({ kind: 'host', host: 'rs1' })
    expect(cluster.lms?.server).toMatchObject({ kind: 'host', host: 'lms1' })
  })

  it.each(PROFILE_NAMES)('of the profile %s is one that Howdah reads as that profile', async (name) => {
    const cluster = await loadCluster(await writeDemoCluster(lab, JDK, name))
    expect(cluster.profile).toBe(name)
    expect(cluster.warnings).toEqual([])
    const releases = hostsFor(name).map(({ release }) => release)
    // A host must have every JDK that its cluster wants: Debian has 17 in sid alone.
    expect(releases).toEqual(
      cluster.java.use.hadoop === 17
        ? ['sid', 'sid', 'sid', 'trixie', 'trixie']
        : ['trixie', 'trixie', 'trixie', 'trixie', 'trixie'],
    )
  })

  it('is written again while it is unedited', async () => {
    const file = await writeDemoCluster(lab, JDK)
    await writeDemoCluster(lab, { ...JDK, sha256: 'b'.repeat(64) })
    expect(await readFile(file, 'utf8')).toContain('b'.repeat(64))
  })

  it('is left alone once it was edited, and when it was never ours', async () => {
    const file = await writeDemoCluster(lab, JDK)
    for (const text of [`${labDemoCluster(lab, JDK)}# mine\n`, 'name: mine\n', '']) {
      await writeFile(file, text)
      expect(await writeDemoCluster(lab, JDK)).toBe(file)
      expect(await readFile(file, 'utf8')).toBe(text)
    }
  })

  it('recognises its own text', () => {
    expect(isGenerated(labDemoCluster(lab, JDK))).toBe(true)
    expect(isGenerated(labDemoCluster(lab, JDK).replace('6GiB', '8GiB'))).toBe(false)
  })
})

it('reads the version of a JDK 8 out of its package', () => {
  expect(versionOf('/x/openjdk-8-jdk-headless_8u504-ga-1_amd64.deb')).toBe('8u504')
  expect(versionOf('openjdk-8-jdk-headless_8u462-b08-2_arm64.deb')).toBe('8u462')
  expect(() => versionOf('')).toThrow('no version')
})
