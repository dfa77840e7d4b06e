import { readFile, writeFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { expect } from 'vitest'
import { stringify } from 'yaml'
import { ensureLabPackages, labDown, labUp } from '../../../lab/index.ts'
import { createFileServer } from '../../../lab/software/file-server.ts'
import type { Desired } from '../../../provisioners/engine/types.ts'
import { silent } from '../../../provisioners/events.ts'
import { alone, compare, openHostDrivers, sizedContext } from '../../../provisioners/runtime/observe.ts'
import { planAndApply } from '../../../provisioners/runtime/run.ts'
import { pipeline } from '../../../provisioners/services/pipeline/index.ts'
import type { ComponentContext } from '../../../provisioners/services/types.ts'
import { blob, digest } from '../../artifacts/support.ts'
import { labLogin } from '../support.ts'
import { fetchDebian11 } from './python-mirror.ts'

/** Two hosts of a cluster that get Python 2.7, without Hadoop. */

export const HOSTS = ['m1', 'w1'] as const

export interface PythonLab {
  /** cluster.yml, whose `pipeline.python` installs Python 2.7 from a mirror on this machine. */
  readonly spec: Readonly<Record<string, unknown>>
  /** Stops the mirror. */
  closeMirror(): Promise<void>
}

/** Starts the hosts. `dir` gets the packages of Debian 11 and all other files on this machine. */
export async function pythonLab(name: string, dir: string): Promise<PythonLab> {
  await ensureLabPackages(silent)
  await labDown(name)
  const lab = await labUp({ name, hosts: HOSTS.map((host) => ({ name: host, release: 'trixie' })) })
  const server = createFileServer(await fetchDebian11(dir))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const software = join(dir, 'software.tar.gz')
  await writeFile(software, blob(1000))
  const source = { url: software, sha256: digest(await readFile(software), 'sha256') }
  const mirror = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const spec = {
    name,
    hosts: lab.hosts.map((host) => ({
      ...{ name: host.name, address: host.address, memory: '4GiB' },
      roles: host.name === 'm1' ? ['master'] : ['worker'],
    })),
    ssh: labLogin(lab),
    artifacts: { provider: 'file', files: { hadoop: source, hive: source, sqoop: source, extras: source } },
    java: { jdks: { 8: { path: '/opt/jdk/8' } } },
    pipeline: { python: { version: 2.7, install: true, mirrors: [mirror] } },
  }
  const closeMirror = async () => {
    const closed = new Promise((resolve) => server.close(resolve))
    server.closeAllConnections()
    await closed
  }
  return { spec, closeMirror }
}

/** The resources of the pipeline whose ids match, without the rest of a cluster. */
const only =
  (ours: RegExp) =>
  (context: ComponentContext): Desired =>
    alone(
      Object.fromEntries(
        context.cluster.hosts.map((host) => [
          host.name,
          pipeline.resources(host, context).filter(({ id }) => ours.test(id)),
        ]),
      ),
    )

/** The output of the steps that failed. */
export interface Installed {
  readonly steps: readonly string[]
  readonly failures: readonly string[]
}

/** Applies the resources to the hosts. Returns the steps. */
export async function tryInstall(
  spec: object,
  { dir, ours, bundle }: { readonly dir: string; readonly ours: RegExp; readonly bundle?: string },
): Promise<Installed> {
  const file = join(dir, 'cluster.yml')
  await writeFile(file, stringify(spec))
  const options = {
    ...{ file, report: silent, ...(bundle !== undefined && { bundle }) },
    prompts: { confirm: async () => true, stdin: async () => '' },
  }
  const want = only(ours)
  const report = await planAndApply(
    {
      verb: 'pipeline',
      observe: async (session) => {
        const context = await sizedContext(session)
        const sized = (facts: ComponentContext['facts']) => ({ ...context, facts })
        return compare(session, context, { drivers: openHostDrivers(session), want, sized })
      },
    },
    options,
    async () => true,
  )
  return {
    steps: report.plan.steps.map(({ ref }) => ref).sort(),
    failures: (report.applied?.failures ?? []).map((failure) => JSON.stringify(failure)),
  }
}

/** Like that, and checks that every step succeeded. */
export async function install(...args: Parameters<typeof tryInstall>): Promise<readonly string[]> {
  const { steps, failures } = await tryInstall(...args)
  expect(failures).toEqual([])
  return steps
}
