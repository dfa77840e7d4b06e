import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ensureLabPackages, labDown, labJdk8, labUp } from '../../../lab/index.ts'
import { stateDirOf } from '../../../lab/names.ts'
import { silent } from '../../../provisioners/events.ts'
import { expectExit, noLab, onHost, planOf } from '../support.ts'
import { appsTests } from './deployment/apps.ts'
import { dailyTests } from './deployment/daily-jobs.ts'
import { logsTests } from './deployment/logs.ts'
import { pipelineTests } from './deployment/pipeline.ts'
import { scheduleTests } from './deployment/schedule.ts'
import { storeTests } from './deployment/store.ts'
import { userTests } from './deployment/users.ts'
import { ROLES, writeDeployment } from './deployment/whole-file.ts'

const LAB = 'deployment'
const skip = noLab()

/** The guide's third deployment, from one cluster.yml, with each part in use. */
describe.skipIf(skip)(`a whole deployment${skip ? ` (skipped: ${skip})` : ''}`, () => {
  const dir = stateDirOf(LAB)
  const place = { lab: LAB, file: join(dir, 'cluster.yml') }

  beforeAll(async () => {
    await ensureLabPackages(silent)
    await labDown(LAB)
    const hosts = Object.keys(ROLES).map((name) => ({ name, release: 'trixie' as const }))
    const lab = await labUp({ name: LAB, hosts })
    await mkdir(dir, { recursive: true })
    await writeDeployment(place.file, dir, lab, await labJdk8(undefined, silent))
    // The LMS creates the directory of its logs.
    await onHost(LAB, 'lms1', 'mkdir -p /edx/var/log/tracking')
  })
  afterAll(async () => {
    await labDown(LAB)
    await rm(dir, { recursive: true, force: true })
  })

  it('is bootstrapped by one command, and a second run would change nothing', async () => {
    await expectExit(0, ['bootstrap', '--yes', '--verify', 'quick', place.file])
    expect((await planOf(place.file)).steps).toEqual([])
  })

  userTests(place)
  storeTests(place)
  logsTests(place)
  scheduleTests(place)
  dailyTests(place)
  appsTests(place)
  pipelineTests(place)
})
