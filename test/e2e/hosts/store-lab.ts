import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { ensureLabPackages, type Lab, labDown, labUp } from '../../../lab/index.ts'
import { sizeCluster } from '../../../provisioners/config/index.ts'
import type { Desired, Resource } from '../../../provisioners/engine/types.ts'
import { silent } from '../../../provisioners/events.ts'
import { databaseAuthorities } from '../../../provisioners/runtime/database.ts'
import { compare, openDrivers } from '../../../provisioners/runtime/observe.ts'
import { planAndApply } from '../../../provisioners/runtime/run.ts'
import type { Session } from '../../../provisioners/runtime/session.ts'
import type { OperationOptions } from '../../../provisioners/runtime/types.ts'
import { resultStore } from '../../../provisioners/services/result-store/index.ts'
import { file as fileResource } from '../../../provisioners/services/support/resources.ts'
import type { ComponentContext } from '../../../provisioners/services/types.ts'
import { labLogin } from '../support.ts'

/** A host with a real result store and a program that reads results all the time, without the rest of a cluster. */

export const HOST = 's1'
const CLIENT = 'results-reader'
const CREDENTIALS = '/etc/results-reader.cnf'
const SCRIPT = '/usr/local/bin/results-reader'
export const CLIENT_LOG = '/var/log/results-reader.log'

export const options = (file: string): OperationOptions => ({
  file,
  report: silent,
  prompts: { confirm: async () => false, stdin: async () => '' },
})

/** Starts the host. `more` is appended to cluster.yml. */
export async function storeLab(name: string, more: object = {}): Promise<{ lab: Lab; file: string }> {
  await ensureLabPackages(silent)
  await labDown(name)
  const lab = await labUp({ name, hosts: [{ name: HOST, release: 'trixie' }] })
  const address = lab.hosts.find((host) => host.name === HOST)?.address
  const spec = {
    name,
    hosts: [{ name: HOST, address, memory: '8GiB', roles: ['master', 'worker', 'result-store'] }],
    ssh: labLogin(lab),
    ...more,
  }
  const file = join(lab.stateDir, 'cluster.yml')
  await writeFile(file, stringify(spec))
  return { lab, file }
}

/**
 * Two readers in one daemon. One reads its password at the start and logs in with it again and again. The other reads the
 * file again for each login.
 */
function reader(context: ComponentContext): Resource[] {
  const { cluster } = context
  if (!cluster.resultStore) return []
  const { user, password } = cluster.resultStore.api
  const login = `[client]\nhost = 127.0.0.1\nprotocol = TCP\nuser = ${user}\npassword = ${context.secret(password)}\nloose-ssl-verify-server-cert = 0\n`
  const script = `#!/bin/sh
cp ${CREDENTIALS} /run/${CLIENT}.cnf
ask() { if mariadb --defaults-file="$1" -N -e 'SELECT 1' >/dev/null 2>>${CLIENT_LOG}.words; then echo "$2 ok"; else echo "$2 FAIL"; fi >>${CLIENT_LOG}; }
while :; do ask /run/${CLIENT}.cnf daemon; ask ${CREDENTIALS} fresh; sleep 0.1; done
`
  return [
    fileResource('test', CREDENTIALS, login, { mode: '0600', sensitive: true }),
    fileResource('test', SCRIPT, script, { mode: '0755' }),
    {
      type: 'unit',
      id: `unit:${CLIENT}`,
      component: 'test',
      name: CLIENT,
      content: `[Service]\nUMask=0077\nExecStart=${SCRIPT}\n[Install]\nWantedBy=multi-user.target\n`,
      effective: [CREDENTIALS, SCRIPT],
      ready: { script: 'true', timeoutSeconds: 5, title: 'runs' },
      logs: [],
      after: [`file:${CREDENTIALS}`, `file:${SCRIPT}`, `sql:${HOST}:3306!database-user:${user}`],
    } as Resource,
  ]
}

export const desired = (context: ComponentContext): Desired => {
  const host = context.cluster.hosts.find(({ name }) => name === HOST)
  if (!host) throw new Error(`no host ${HOST}`)
  return {
    [HOST]: [...resultStore.resources(host, context), ...reader(context)],
    ...resultStore.sqlTargets(context),
  }
}

async function observe(session: Session) {
  const { cluster, secrets } = session
  const base: ComponentContext = {
    ...{ cluster, facts: {}, artifacts: {}, jdkArtifacts: {}, sizing: sizeCluster(cluster, {}) },
    authorities: databaseAuthorities(cluster),
    secret: (ref) => secrets.get(ref).reveal(),
  }
  const sized = (facts: ComponentContext['facts']) => ({
    ...base,
    facts,
    sizing: sizeCluster(cluster, facts),
  })
  return compare(session, base, { drivers: openDrivers(session), want: desired, sized })
}

/** Applies the desired resources to the host. Returns the titles of the steps. Throws when a step failed. */
export async function settle(file: string): Promise<string[]> {
  const report = await planAndApply({ verb: 'bootstrap', observe }, options(file), async () => true)
  const failed = report.applied?.failures ?? []
  if (failed.length > 0) throw new Error(failed.map(({ title, output }) => `${title}: ${output}`).join('\n'))
  return report.plan.steps.map(({ title }) => title)
}
