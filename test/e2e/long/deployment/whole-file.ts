import { readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { stringify } from 'yaml'
import type { JdkTarball, Lab } from '../../../../lab/index.ts'
import { labLogin } from '../../support.ts'
import { writeApps } from './apps-hooks.ts'

/** The guide's third deployment: a cluster, the LMS, the scheduler and the applications. */
export const ROLES: Readonly<Record<string, readonly string[]>> = {
  m1: ['master'],
  w1: ['worker'],
  rs1: ['result-store'],
  lms1: ['lms-database'],
  sch1: ['scheduler'],
  api1: ['api'],
  ins1: ['insights'],
}
const MEMORY: Readonly<Record<string, string>> = { m1: '6GiB', w1: '4GiB' }

/** What Howdah installs, all in one file: users, schedule, logs, applications, pipeline. */
async function whatRuns(dir: string): Promise<Record<string, unknown>> {
  for (const name of ['ana', 'bo']) {
    await execa('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', `${name}@desk`, '-f', join(dir, name)])
  }
  const key = (name: string): string => readFileSync(join(dir, `${name}.pub`), 'utf8').trim()
  return {
    resultStore: { tls: 'required' },
    pipeline: { python: { version: 3 } },
    users: [
      { name: 'ana', type: 'admin', authorizedKeys: [key('ana')] },
      {
        name: 'bo',
        type: 'restricted',
        authorizedKeys: [key('bo')],
        sudoCommands: ['ALL=(hadoop) NOPASSWD: /usr/bin/id'],
      },
    ],
    schedule: {
      timeout: '15min',
      jobs: [{ name: 'proof', workflow: 'verify', when: '*-01-01 00:00', retry: { times: 0 } }],
    },
    trackingLogs: { sources: [{ host: 'lms1' }] },
    apps: await writeApps(dir),
  }
}

/** Writes the cluster.yml of the deployment on the hosts of a lab, with keys and hooks in the same directory. */
export async function writeDeployment(file: string, dir: string, lab: Lab, jdk: JdkTarball): Promise<void> {
  const spec = {
    name: lab.name,
    hosts: lab.hosts.map(({ name, address }) => ({
      ...{ name, address, roles: ROLES[name], memory: MEMORY[name] ?? '1GiB', cores: 2 },
    })),
    ssh: labLogin(lab),
    java: { jdks: { 8: { tarball: jdk.file, sha256: jdk.sha256 } } },
    artifacts: { provider: 'maven', delivery: 'push' },
    ...(await whatRuns(dir)),
  }
  await writeFile(file, stringify(spec))
}
