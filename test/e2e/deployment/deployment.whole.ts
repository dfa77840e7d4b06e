import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe } from 'vitest'
import { stringify } from 'yaml'
import { ensureLabPackages, labDown, labJdk8, labUp } from '../../../lab/index.ts'
import { stateDirOf } from '../../../lab/names.ts'
import { silent } from '../../../provisioners/events.ts'
import { expectExit, noLab } from '../support.ts'
import { appsTests } from './apps.ts'
import { logsTests } from './logs.ts'
import { pipelineTests } from './pipeline.ts'
import { scheduleTests } from './schedule.ts'
import { storeTests } from './store.ts'

const LAB = 'deployment'
const skip = noLab()

const ROLES: Readonly<Record<string, readonly string[]>> = {
  m1: ['master'],
  w1: ['worker'],
  rs1: ['result-store'],
  lms1: ['lms-database'],
  sch1: ['scheduler'],
  api1: ['api'],
  ins1: ['insights'],
}
const MEMORY: Readonly<Record<string, string>> = { m1: '6GiB', w1: '4GiB' }

/** The guide's third deployment: a cluster, and around it what feeds it, starts its tasks and shows its results. */
describe.skipIf(skip)(`a whole deployment${skip ? ` (skipped: ${skip})` : ''}`, () => {
  const place = { lab: LAB, file: join(stateDirOf(LAB), 'cluster.yml') }

  beforeAll(async () => {
    await ensureLabPackages(silent)
    await labDown(LAB)
    const hosts = Object.keys(ROLES).map((name) => ({ name, release: 'trixie' as const }))
    const lab = await labUp({ name: LAB, hosts })
    const jdk = await labJdk8(undefined, silent)
    await writeFile(
      place.file,
      stringify({
        name: LAB,
        hosts: lab.hosts.map(({ name, address }) => ({
          name,
          address,
          roles: ROLES[name],
          memory: MEMORY[name] ?? '1GiB',
          cores: 2,
        })),
        ssh: {
          user: lab.user,
          identityFiles: [lab.identityFile],
          agent: false,
          config: false,
          knownHosts: [lab.knownHosts],
        },
        java: { jdks: { 8: { tarball: jdk.file, sha256: jdk.sha256 } } },
        artifacts: { provider: 'maven', delivery: 'push' },
        pipeline: { python: { version: 3 } },
      }),
    )
    await expectExit(0, ['bootstrap', '--yes', '--verify', 'quick', place.file])
  })
  afterAll(() => labDown(LAB))

  storeTests(place)
  logsTests(place)
  scheduleTests(place)
  appsTests(place)
  pipelineTests(place)
})
