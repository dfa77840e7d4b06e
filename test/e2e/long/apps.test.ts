import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe } from 'vitest'
import { stringify } from 'yaml'
import { ensureLabPackages, labDown, labUp } from '../../../lab/index.ts'
import type { Desired } from '../../../provisioners/engine/types.ts'
import { silent } from '../../../provisioners/events.ts'
import { compare, openDrivers } from '../../../provisioners/runtime/observe.ts'
import { planAndApply } from '../../../provisioners/runtime/run.ts'
import { appSqlTargets, apps } from '../../../provisioners/services/apps/index.ts'
import { resultStore } from '../../../provisioners/services/result-store/index.ts'
import { system } from '../../../provisioners/services/system/index.ts'
import type { ComponentContext } from '../../../provisioners/services/types.ts'
import { labLogin, noLab } from '../support.ts'
import { appsTests } from './deployment/apps.ts'

const LAB = 'apps'
const skip = noLab()

/** The parts of a bootstrap that applications need, without Hadoop: names and the result store. */
function infrastructure(context: ComponentContext): Desired {
  const hosts = context.cluster.hosts.map((host) => [
    host.name,
    [
      ...(host.daemons.includes('namenode') ? [] : system.resources(host, context)),
      ...resultStore.resources(host, context),
      ...apps.resources(host, context),
    ],
  ])
  const apart = appSqlTargets(context)
  const sql = Object.entries(resultStore.sqlTargets(context)).map(([target, list]) => [
    target,
    [...list, ...(apart[target] ?? [])],
  ])
  return Object.fromEntries([...hosts, ...sql])
}

describe.skipIf(skip)(`applications, without Hadoop${skip ? ` (skipped: ${skip})` : ''}`, () => {
  const dir = mkdtempSync(join(tmpdir(), 'howdah-apps-lab-'))
  const file = join(dir, 'cluster.yml')

  beforeAll(async () => {
    await ensureLabPackages(silent)
    await labDown(LAB)
    const names = ['rs1', 'api1', 'ins1']
    const lab = await labUp({ name: LAB, hosts: names.map((name) => ({ name, release: 'trixie' })) })
    const roles: Record<string, string[]> = {
      rs1: ['master', 'worker', 'result-store'],
      api1: ['api'],
      ins1: ['insights'],
    }
    const spec = {
      name: LAB,
      hosts: lab.hosts.map(({ name, address }) => ({ name, address, memory: '4GiB', roles: roles[name] })),
      ssh: labLogin(lab),
    }
    const named = (name: string) => ({ serverName: `${name}.lab.test`, tls: { selfSigned: true } })
    writeFileSync(file, stringify({ ...spec, apps: { api: named('api'), insights: named('insights') } }))
    const options = {
      ...{ file, report: silent },
      prompts: { confirm: async () => true, stdin: async () => '' },
    }
    await planAndApply(
      {
        verb: 'infrastructure',
        observe: async (session) => {
          const files = session.apps()
          const base: ComponentContext = {
            ...{ cluster: session.cluster, facts: {}, sizing: {}, artifacts: {}, jdkArtifacts: {} },
            ...(files && { apps: files }),
            secret: (ref) => session.secrets.get(ref).reveal(),
          }
          const sized = (facts: ComponentContext['facts']) => ({ ...base, facts })
          return compare(session, base, { drivers: openDrivers(session), want: infrastructure, sized })
        },
      },
      options,
      async () => true,
    )
    writeFileSync(file, stringify(spec))
  })
  afterAll(async () => {
    await labDown(LAB)
    rmSync(dir, { recursive: true, force: true })
  })

  appsTests({ lab: LAB, file, whole: false })
})
