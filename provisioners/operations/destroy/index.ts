import { dataDirectoriesOf } from '../../config/placed.ts'
import type { Cluster } from '../../config/types.ts'
import type { Desired, Resource, Unit } from '../../engine/types.ts'
import { HowdahError } from '../../errors.ts'
import { appPlaces } from '../../runtime/app-files.ts'
import { withLock } from '../../runtime/lock.ts'
import { baseContext } from '../../runtime/observe.ts'
import { openSession, type Session } from '../../runtime/session.ts'
import type { OperationOptions } from '../../runtime/types.ts'
import { desire } from '../../services/index.ts'
import { withoutJobs } from '../../services/scheduler/index.ts'
import type { OwnedFiles } from '../../services/scheduler/owned-files.ts'
import { dataPaths } from '../../services/support/index.ts'
import type { TimedJob } from '../../services/tracking-logs/index.ts'
import { raw, sh } from '../../shell.ts'

/** One thing to take away from a host, in order. */
export interface Removal {
  readonly host: string
  readonly title: string
  readonly script: string
  /** Holds users' data: only with `data` and the cluster's name typed. */
  readonly data: boolean
}

export interface DestroyOptions {
  readonly data: boolean
  /** Must equal the cluster's name when `data` is set. */
  readonly confirm?: string
}

export interface DestroyReport {
  readonly formatVersion: '1.0'
  readonly cluster: string
  readonly removed: readonly { readonly host: string; readonly title: string }[]
  readonly kept: readonly { readonly host: string; readonly title: string }[]
}

/** Records that must outlive the software while the data does: the NameNode's format above all. */
const RECORDS = '/var/lib/howdah'

/** Nothing is to be done where systemd does not know the unit; what fails where it does is an error. */
const whereLoaded = (name: string, command: string): string =>
  sh`if [ "$(systemctl show -p LoadState --value ${name})" = loaded ]; then ${raw(command)}; fi`

function unitRemoval(unit: Unit): string {
  const name = `${unit.name}.service`
  const own = unit.content !== undefined
  return [
    // A unit of an OS package goes on running: its package is not ours to remove.
    // A NodeManager's containers outlive it on purpose (work-preserving restart); here they go with it.
    // All of its processes: the option that says so has another name in each age of systemd, and is the default.
    // Where none is left to signal, the next command tells whether the unit stopped.
    own ? whereLoaded(name, sh`systemctl kill ${name} || :; systemctl disable --now ${name}`) : ':',
    own ? sh`rm -f ${`/etc/systemd/system/${name}`}` : ':',
    sh`rm -rf ${`/etc/systemd/system/${name}.d/howdah.conf`} ${`/etc/howdah/units/${unit.name}.files`} ${`/run/howdah/started/${unit.name}`}`,
    sh`rmdir ${`/etc/systemd/system/${name}.d`} 2>/dev/null || :`,
    'systemctl daemon-reload',
  ].join('\n')
}

const HOSTS_BLOCK = "sed -i '/^# BEGIN howdah/,/^# END howdah/d' /etc/hosts"

function removal(host: string, resource: Resource): Removal | undefined {
  const plain = (title: string, script: string): Removal => ({ host, title, script, data: false })
  switch (resource.type) {
    case 'unit': {
      const unit = resource as Unit
      return plain(`unit ${unit.name}`, unitRemoval(unit))
    }
    case 'file':
    case 'symlink': {
      const { path } = resource as { path: string }
      return plain(path, sh`rm -f ${path}`)
    }
    case 'archive': {
      const { path } = resource as { path: string }
      return plain(path, sh`rm -rf ${path}`)
    }
    case 'x-timed-job': {
      const timer = `${(resource as TimedJob).name}.timer`
      return plain(`timer ${timer}`, whereLoaded(timer, sh`systemctl disable --now ${timer}`))
    }
    case 'x-timers':
      return plain('the jobs of the schedule', withoutJobs())
    case 'x-owned-files': {
      const { set } = resource as OwnedFiles
      return plain(set.dir, sh`rm -rf ${set.dir}`)
    }
    case 'hosts-block':
      return plain('the block of Howdah in /etc/hosts', HOSTS_BLOCK)
    default:
      return undefined
  }
}

/** Directories with users' data, by host: never touched without `data`. */
function dataRemovals(cluster: Cluster): Removal[] {
  return cluster.hosts.flatMap((host) => {
    const dirs = [...dataDirectoriesOf(cluster, host)]
    // Only what Hadoop keeps there: a disk may hold other users' files beside it.
    for (const { hdfs, yarn } of host.dataDirs.map(dataPaths)) dirs.push(hdfs, yarn)
    // What is in the directory goes; the directory itself may be a mount point, and stays.
    const empty = (dir: string): string => sh`if [ -d ${dir} ]; then find ${dir} -mindepth 1 -delete; fi`
    const removals = dirs.map((dir) => ({
      host: host.name,
      title: `data in ${dir}`,
      script: empty(dir),
      data: true,
    }))
    return [...removals, { host: host.name, title: RECORDS, script: sh`rm -rf ${RECORDS}`, data: true }]
  })
}

/** What destroy would do, in order, a host at a time. Pure. */
export function destroyPlan(cluster: Cluster, desired: Desired): Removal[] {
  const software = Object.entries(desired).flatMap(([host, resources]) => {
    if (host.startsWith('sql:')) return []
    // Backwards: what was laid last is taken first, so units stop before their files go.
    return [...resources].reverse().flatMap((resource) => removal(host, resource) ?? [])
  })
  return [...software, ...dataRemovals(cluster)]
}

function check(cluster: Cluster, options: DestroyOptions): void {
  if (!options.data || options.confirm === cluster.name) return
  throw new HowdahError({
    code: 'DESTROY_UNCONFIRMED',
    exit: 'configuration',
    message: `--data removes every block and the NameNode's metadata of ${cluster.name}; it was not confirmed`,
    found: options.confirm === undefined ? 'no --confirm' : `--confirm=${options.confirm}`,
    expected: `--confirm=${cluster.name}`,
    next: `howdah destroy --data --confirm=${cluster.name}`,
  })
}

async function removeFrom(session: Session, host: string, removals: readonly Removal[]): Promise<void> {
  const transport = session.transports[host]
  if (!transport) return
  const script = removals.map(({ script: text }) => sh`( ${raw(text)} ) </dev/null`).join('\n')
  session.report({ type: 'phase', title: `Removing ${removals.length} things from ${host}` })
  const result = await transport.run({ script: `set -eu\n${script}\n`, as: 'root', timeoutMs: 600_000 })
  if (result.exit !== 0) {
    throw new HowdahError({
      code: 'DESTROY_FAILED',
      exit: 'stepFailed',
      message: `${host} could not be taken down`,
      detail: result.stderr.slice(-2000),
      where: host,
      next: 'repair the cause and type the same command again: it skips what is removed already',
    })
  }
}

/**
 * Takes the software away; data stays unless `data` is set and `confirm` names the cluster.
 * Throws DESTROY_UNCONFIRMED before any host is asked, DESTROY_FAILED.
 */
export async function destroyCluster(
  options: OperationOptions,
  destroy: DestroyOptions,
  consent: (removals: readonly Removal[], cluster: Cluster) => Promise<boolean>,
): Promise<DestroyReport> {
  const session = await openSession(options)
  try {
    const { cluster } = session
    check(cluster, destroy)
    const all = destroyPlan(cluster, desire({ ...(await baseContext(session)), ...appPlaces(cluster) }))
    const going = all.filter((one) => destroy.data || !one.data)
    if (!(await consent(going, cluster))) {
      throw new HowdahError({ code: 'DESTROY_DECLINED', exit: 'unexpected', message: 'nothing was removed' })
    }
    await withLock(session, 'destroy', () =>
      Promise.all(
        cluster.hosts.map(({ name }) =>
          removeFrom(
            session,
            name,
            going.filter((one) => one.host === name),
          ),
        ),
      ),
    )
    const named = (list: readonly Removal[]) => list.map(({ host, title }) => ({ host, title }))
    return {
      formatVersion: '1.0',
      cluster: cluster.name,
      removed: named(going),
      kept: named(all.filter((one) => !going.includes(one))),
    }
  } finally {
    await session.close()
  }
}
