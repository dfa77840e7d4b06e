import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { ensureLabPackages, labDown, labJdk8, labUp } from '../../../lab/index.ts'
import { defaultCacheDir, publishMirror, resolveArtifacts } from '../../../provisioners/artifacts/index.ts'
import { loadCluster } from '../../../provisioners/config/index.ts'
import { silent } from '../../../provisioners/events.ts'
import type { AppsStatus } from '../../../provisioners/operations/apps/index.ts'
import type { VerifyReport } from '../../../provisioners/operations/verify/types.ts'
import { expectExit, labLogin, noLab, onHost, planOf, variant } from '../support.ts'
import { writeApps } from './deployment/apps-hooks.ts'

const LAB = 'single'
const skip = noLab()
const CLUSTER = ['master', 'worker', 'lms-database']
/** Roles that are outside of a larger cluster, and here on the master. */
const SERVICES = ['scheduler', 'api', 'insights']
const ODD = 'a\'b"c&d$e\\f`g<h>i;j k'

/** The smallest installation. Then its result store moves to a real MySQL on another server. */
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
        hosts: [{ ...s1, roles: [...CLUSTER, 'result-store', ...SERVICES] }],
        ssh: labLogin(lab),
        java: { jdks: { 8: { tarball: jdk.file, sha256: jdk.sha256 } } },
        // A password with special characters, which passes through SQL, XML, option files, shells and Sqoop.
        resultStore: { pipeline: { password: { file: 'odd-password' } } },
        pipeline: { python: { version: 3 } },
        schedule: { jobs: [{ name: 'who', command: 'id -un; hadoop fs -ls -d /tmp', when: 'yearly' }] },
        apps: await writeApps(lab.stateDir),
        // Pushed over SSH. The other clusters of these tests pull.
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

  it('is bootstrapped from pushed tarballs, and verify passes', () => proved(file))

  it('runs scheduler and applications on the same host', async () => {
    const ran = await expectExit(0, ['schedule', 'run', 'who', file])
    expect(ran.err).toMatch(/hadoop[\s\S]* \/tmp/)
    const { out } = await expectExit(0, ['apps', 'status', '--json', file])
    const { checks } = JSON.parse(out) as AppsStatus
    expect(checks.map(({ name, status }) => `${name} ${status}`).sort()).toEqual([
      'api s1 pass',
      'api-proxy s1 pass',
      'insights s1 pass',
      'insights-proxy s1 pass',
    ])
    // Without other hosts to reach, there is no key.
    expect(await onHost(LAB, 's1', 'ls /var/lib/scheduler/.ssh 2>/dev/null || echo none')).toBe('none')
  })

  it('moves its result store to MySQL on another server, with an ordinary plan', async () => {
    const moved = await variant(file, 'mysql', (spec) => {
      const hosts = spec.hosts as { roles: string[] }[]
      for (const host of hosts) host.roles = CLUSTER
      delete spec.apps
      delete spec.schedule
      hosts.push({ name: 'my1', address: addresses.my1, memory: '1GiB', roles: ['result-store'] } as never)
      spec.resultStore = { ...(spec.resultStore as object), flavor: 'mysql' }
    })
    const plan = await planOf(moved)
    expect(plan.refusals).toEqual([])
    expect(plan.steps.some(({ host }) => host === 'sql:my1:3306')).toBe(true)
    await proved(moved)
  })
})
