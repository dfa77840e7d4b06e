import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { ensureLabPackages, labDown, labJdk8, labUp } from '../../lab/index.ts'
import { defaultCacheDir, publishMirror, resolveArtifacts } from '../../provisioners/artifacts/index.ts'
import { silent } from '../../provisioners/events.ts'
import type { VerifyReport } from '../../provisioners/operations/verify/types.ts'
import { loadCluster } from '../../provisioners/spec/index.ts'
import { expectExit, labLogin, noLab, planOf, variant } from './support.ts'

const LAB = 'single'
const skip = noLab()
const ODD = 'a\'b"c&d$e\\f`g<h>i;j k'

/** The seed's smallest install, then its result store moved to a real MySQL on a server of its own. */
describe.skipIf(skip)(`one server with every role${skip ? ` (skipped: ${skip})` : ''}`, () => {
  let file = ''
  let addresses: Record<string, string> = {}

  beforeAll(async () => {
    await ensureLabPackages(silent)
    await labDown(LAB)
    const hosts = [
      { name: 's1', release: 'trixie' },
      { name: 'my1', release: 'sid' },
    ] as const
    const lab = await labUp({ name: LAB, hosts })
    const jdk = await labJdk8(undefined, silent)
    addresses = Object.fromEntries(lab.hosts.map(({ name, address }) => [name, address]))
    await writeFile(join(lab.stateDir, 'odd-password'), `${ODD}\n`, { mode: 0o600 })
    const s1 = { name: 's1', address: addresses.s1, memory: '8GiB', cores: 2 }
    file = join(lab.stateDir, 'cluster.yml')
    await writeFile(
      file,
      stringify({
        name: LAB,
        hosts: [{ ...s1, roles: ['master', 'worker', 'result-store', 'lms-database'] }],
        ssh: labLogin(lab),
        java: { jdks: { 8: { tarball: jdk.file, sha256: jdk.sha256 } } },
        // A password that no quoting may lose: it passes SQL, XML, option files, shells and Sqoop.
        resultStore: { pipeline: { password: { file: 'odd-password' } } },
        // Pushed over SSH: the other clusters of these tests pull.
        artifacts: { provider: 'maven', delivery: 'push' },
      }),
    )
    const cluster = await loadCluster(file)
    const { artifacts } = await resolveArtifacts(cluster, { cacheDir: defaultCacheDir(), report: silent })
    await publishMirror(Object.values(artifacts), join(lab.stateDir, 'mirror'))
  })
  afterAll(() => labDown(LAB))

  const proved = async (path: string): Promise<void> => {
    const { out, err } = await expectExit(0, ['bootstrap', '--yes', '--json', path])
    for (const form of [ODD, JSON.stringify(ODD).slice(1, -1)]) expect(out + err).not.toContain(form)
    const { verified } = JSON.parse(out) as { verified: VerifyReport }
    expect(verified.compared.map(({ table }) => table)).toEqual(
      expect.arrayContaining(['course_enrollment_daily', 'course_activity']),
    )
    expect(verified.compared.flatMap(({ mismatches }) => mismatches)).toEqual([])
    expect((await planOf(path)).steps).toEqual([])
    await expectExit(0, ['store', 'audit', path])
  }

  it('is raised from tarballs that are pushed, and carries records through itself', () => proved(file))

  it('moves its result store to MySQL on another server, by a plan like any other', async () => {
    const moved = await variant(file, 'mysql', (spec) => {
      const hosts = spec.hosts as { roles: string[] }[]
      for (const host of hosts) host.roles = host.roles.filter((role) => role !== 'result-store')
      hosts.push({ name: 'my1', address: addresses.my1, memory: '1GiB', roles: ['result-store'] } as never)
      spec.resultStore = { ...(spec.resultStore as object), flavor: 'mysql' }
    })
    const plan = await planOf(moved)
    expect(plan.refusals).toEqual([])
    expect(plan.steps.some(({ host }) => host === 'sql:my1:3306')).toBe(true)
    await proved(moved)
  })
})
