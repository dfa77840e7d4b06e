/**
 * Snapshots: the files of a lab's hosts at one moment, from which other labs start. The disks of hosts are overlays, so
 * a snapshot needs no copy: the files that a host has written become a read-only layer, and the host continues with an
 * empty layer on top.
 */
import { randomBytes } from 'node:crypto'
import { chmod, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { withLock } from '../../provisioners/artifacts/lock.ts'
import type { Reporter } from '../../provisioners/events.ts'
import { updateMark } from '../demo-cluster.ts'
import { shutDownMachine } from '../machine/machine.ts'
import { checkName, stateDirOf } from '../names.ts'
import { run } from '../run.ts'
import { labOf, machinesOf, writeState } from '../state.ts'
import type { LabState, Snapshot, StoredSnapshot } from '../types.ts'
import { removeSnapshots, snapshotsDir, sweepSnapshots } from './store.ts'

/** Files in a lab's state directory that belong to one run of the lab, and not to a snapshot. */
const RUN_FILES = /^(state\.json|hosts|mirror|.*\.(pid|log|part)|tinyproxy\.conf)$/

export interface SnapshotOptions {
  readonly name: string
  /** `sourcesKey()` of the sources that made the hosts. */
  readonly key: string
  readonly cacheDir?: string
}

/**
 * Shuts the hosts down, and keeps their files. The caller holds the lab's lock, and starts the hosts again from the
 * returned state. Throws LAB_NAME, LAB_HOST_STAYS, LAB_COMMAND_FAILED, LAB_INTERRUPTED.
 */
export async function takeSnapshot(
  state: LabState,
  { name, key, cacheDir }: SnapshotOptions,
  report: Reporter,
  signal?: AbortSignal,
): Promise<{ state: LabState; dir: string }> {
  checkName('snapshot', name)
  const lab = await labOf(state)
  const machines = machinesOf(state)
  report({ type: 'phase', title: `Shutting down ${machines.length} hosts of lab ${state.name}` })
  await Promise.all(machines.map((machine) => shutDownMachine(machine, lab, signal)))
  return withLock(join(snapshotsDir(cacheDir), '.lock'), async () => {
    await sweepSnapshots(cacheDir)
    const dir = join(snapshotsDir(cacheDir), `${name}-${randomBytes(4).toString('hex')}`)
    const part = `${dir}.part-${process.pid}`
    await mkdir(join(part, 'hosts'), { recursive: true, mode: 0o700 })
    const hosts = state.hosts.map((host) => ({
      ...host,
      layers: [join(dir, 'hosts', host.name), ...host.layers],
    }))
    await copyState(lab.stateDir, join(part, 'state'))
    const snapshot: Snapshot = {
      ...{ formatVersion: 1, name, key, lab: state.name, stateDir: lab.stateDir },
      ...{ subnet: state.subnet, hosts, taken: new Date().toISOString() },
    }
    await writeFile(join(part, 'snapshot.json'), `${JSON.stringify(snapshot, undefined, 2)}\n`, {
      mode: 0o600,
    })
    // From here on the lab uses the snapshot: if this process is killed, `lab up` names the missing layer.
    const next: LabState = { ...state, hosts }
    await writeState(next)
    for (const machine of machines) await moveUpper(machine.dir, join(part, 'hosts', machine.name))
    await rename(part, dir)
    await removeSnapshots(name, dir, cacheDir)
    return { state: next, dir }
  })
}

/** Moves the files that the host has written to the layer; the host's own directory is empty afterwards. */
async function moveUpper(machineDir: string, layer: string): Promise<void> {
  const upper = join(machineDir, 'upper')
  await rename(upper, layer).catch(async (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EXDEV') throw error
    await run('cp', ['-a', upper, layer], { timeout: 600_000 })
    await rm(upper, { recursive: true })
  })
  await rm(join(machineDir, 'work'), { recursive: true, force: true })
}

/** Copies keys, known hosts, cluster.yml and secrets; files of the mirror become hard links. */
async function copyState(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true, mode: 0o700 })
  for (const entry of await readdir(from)) {
    if (!RUN_FILES.test(entry)) await run('cp', ['-a', join(from, entry), join(to, entry)])
  }
  await linkOrCopy(join(from, 'mirror'), join(to, 'mirror'))
}

async function linkOrCopy(from: string, to: string): Promise<void> {
  await run('cp', ['-al', from, to]).catch(async () => {
    await rm(to, { recursive: true, force: true })
    await run('cp', ['-a', from, to], { timeout: 600_000 })
  })
}

/**
 * Writes the state directory of a lab that starts from a snapshot. Where the lab has another name than the lab of the
 * snapshot, the paths in its cluster.yml files are changed.
 */
export async function restoreState(lab: string, snapshot: StoredSnapshot): Promise<void> {
  const dir = stateDirOf(lab)
  await rm(dir, { recursive: true, force: true })
  await mkdir(join(dir, 'hosts'), { recursive: true, mode: 0o700 })
  await chmod(dir, 0o700)
  const kept = join(snapshot.dir, 'state')
  for (const entry of await readdir(kept)) {
    if (entry !== 'mirror') await run('cp', ['-a', join(kept, entry), join(dir, entry)])
  }
  await linkOrCopy(join(kept, 'mirror'), join(dir, 'mirror'))
  for (const { name } of snapshot.hosts) {
    await mkdir(join(dir, 'hosts', name))
    // Its keys and names are in the layer already.
    await writeFile(join(dir, 'hosts', name, 'prepared'), '')
  }
  if (snapshot.stateDir === dir) return
  for (const entry of await readdir(dir)) {
    if (!entry.endsWith('.yml')) continue
    const file = join(dir, basename(entry))
    const text = await readFile(file, 'utf8')
    await writeFile(file, updateMark(text, text.replaceAll(snapshot.stateDir, dir)), { mode: 0o600 })
  }
}
