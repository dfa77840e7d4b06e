/** Starts and removes labs. */
import { randomBytes } from 'node:crypto'
import { access, chmod, mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { withLock } from '../provisioners/artifacts/lock.ts'
import { HowdahError } from '../provisioners/errors.ts'
import { type Reporter, silent } from '../provisioners/events.ts'
import { ensureBase } from './machine/base.ts'
import { killGroup } from './machine/cgroups.ts'
import { hostPublicKeys, prepareRoot, startMachine, stopMachine, waitForMachine } from './machine/machine.ts'
import { mountinfo, mountsBelow, unmountBelow } from './machine/mounts.ts'
import { chooseSubnet, ensureBridge, removeLinks, setCut } from './machine/network.ts'
import { runningPid } from './machine/processes.ts'
import { ensureService } from './machine/services.ts'
import { checkName, labRoot, MAX_HOSTS, stateDirOf } from './names.ts'
import { checkMachine, checkRequirements } from './requirements.ts'
import { interrupted, run } from './run.ts'
import { removeRuntime } from './runtime.ts'
import { restoreState, type SnapshotOptions, takeSnapshot } from './snapshots/index.ts'
import { sshArgs } from './ssh.ts'
import {
  labNames,
  labOf,
  machinesOf,
  readState,
  requireMachine,
  requireState,
  servicePidFile,
  writeState,
} from './state.ts'
import { knownHostsFile } from './texts.ts'
import type { Lab, LabOptions, LabState, LabStatus } from './types.ts'

const lockOf = (name: string): string => join(labRoot(), `.${name}.lock`)

/**
 * Starts a lab: bridge, package proxy, artifact mirror, and its hosts, ready for logins. In an existing lab it starts
 * what is down. Throws LAB_* errors; after an abort LAB_INTERRUPTED, and `labDown` removes what exists.
 */
export async function labUp(
  options: LabOptions,
  report: Reporter = silent,
  signal?: AbortSignal,
): Promise<Lab> {
  checkOptions(options)
  await checkRequirements()
  return withLock(
    lockOf(options.name),
    async () => {
      const state = await resumeOrCreate(options, report, signal)
      await raise(state, report, signal)
      return labOf(state)
    },
    signal,
  ).catch((error: unknown) => {
    // After an abort, waiting for another command throws the signal's own error.
    throw signal?.aborted && !(error instanceof HowdahError) ? interrupted() : error
  })
}

function checkOptions({ name, hosts }: LabOptions): void {
  checkName('lab', name)
  for (const host of hosts) checkName('host', host.name)
  const names = hosts.map((host) => host.name)
  const twice = names.find((host, i) => names.indexOf(host) !== i)
  if (twice === undefined && names.length >= 1 && names.length <= MAX_HOSTS) return
  throw new HowdahError({
    code: 'LAB_HOSTS',
    exit: 'preflight',
    message:
      twice === undefined ? `A lab cannot have ${names.length} hosts` : `Two hosts have the name "${twice}"`,
    expected: `1 to ${MAX_HOSTS} hosts with different names`,
  })
}

async function resumeOrCreate(
  options: LabOptions,
  report: Reporter,
  signal?: AbortSignal,
): Promise<LabState> {
  const known = await readState(options.name)
  if (known !== undefined) {
    await checkSame(known, options)
    return known
  }
  const { from } = options
  if (from !== undefined) {
    report({ type: 'phase', title: `Lab ${options.name} starts from snapshot ${from.name}` })
    await restoreState(options.name, from)
    return register(options.name, from.hosts, from.subnet)
  }
  const bases = new Map<string, string>()
  for (const { release } of options.hosts) {
    if (!bases.has(release)) bases.set(release, await ensureBase(release, options.cacheDir, report, signal))
  }
  const hosts = options.hosts.map(({ name, release }) => ({
    name,
    release,
    base: bases.get(release) as string,
    layers: [],
  }))
  return register(options.name, hosts, options.subnet)
}

/** One process at a time chooses and records a subnet, since two labs could choose the same otherwise. */
function register(name: string, hosts: LabState['hosts'], requested: string | undefined): Promise<LabState> {
  return withLock(join(labRoot(), '.subnets.lock'), async () => {
    const others = (await labNames()).filter((other) => other !== name)
    const states = await Promise.all(others.map(readState))
    const taken = states.filter((state) => state !== undefined).map(({ subnet }) => subnet)
    const subnet = await chooseSubnet(name, taken, requested)
    const state: LabState = { formatVersion: 1, name, subnet, hosts }
    await writeState(state)
    return state
  })
}

async function checkSame(state: LabState, options: LabOptions): Promise<void> {
  const list = (hosts: LabOptions['hosts']) =>
    hosts.map(({ name, release }) => `${name} (${release})`).join(', ')
  const next = `howdah lab down --name ${state.name}`
  if (list(state.hosts) !== list(options.hosts)) {
    const message = `Lab "${state.name}" exists with other hosts`
    const [found, expected] = [list(state.hosts), list(options.hosts)]
    throw new HowdahError({ code: 'LAB_DIFFERENT', exit: 'preflight', message, found, expected, next })
  }
  for (const { base, layers, name } of state.hosts) {
    for (const tree of [...layers, base]) {
      await access(tree).catch(() => {
        const message = `A tree of host ${name} is missing from the cache`
        throw new HowdahError({ code: 'LAB_BASE_GONE', exit: 'preflight', message, where: tree, next })
      })
    }
  }
}

async function raise(state: LabState, report: Reporter, signal?: AbortSignal): Promise<void> {
  const lab = await labOf(state)
  report({ type: 'phase', title: `Starting lab ${lab.name}: ${lab.hosts.length} hosts on ${lab.subnet}` })
  await makeSecrets(lab, signal)
  await ensureBridge(lab.name, lab.subnet, signal)
  const machines = machinesOf(state)
  await allSettled([
    ensureService('proxy', lab, signal),
    ensureService('mirror', lab, signal),
    raiseHosts(machines, lab, report, signal),
  ])
}

async function raiseHosts(
  machines: ReturnType<typeof machinesOf>,
  lab: Lab,
  report: Reporter,
  signal?: AbortSignal,
): Promise<void> {
  await allSettled(machines.map((machine) => prepareRoot(machine, lab, signal)))
  const keys = await Promise.all(machines.map(async (m) => ({ ...m, publicKeys: await hostPublicKeys(m) })))
  await writeFile(`${lab.knownHosts}.part`, knownHostsFile(keys), { mode: 0o600 })
  await rename(`${lab.knownHosts}.part`, lab.knownHosts)
  await allSettled(
    machines.map(async (machine) => {
      await startMachine(machine)
      await waitForMachine(machine, lab, report, signal)
    }),
  )
}

/** As Promise.all, but it throws only after all work has ended: labDown must not run beside the rest. */
async function allSettled(work: readonly Promise<void>[]): Promise<void> {
  const failed = (await Promise.allSettled(work)).find((result) => result.status === 'rejected')
  if (failed !== undefined) throw failed.reason
}

async function makeSecrets(lab: Lab, signal?: AbortSignal): Promise<void> {
  await mkdir(lab.stateDir, { recursive: true })
  await chmod(lab.stateDir, 0o700)
  const isThere = (file: string) =>
    access(file).then(
      () => true,
      () => false,
    )
  if (!(await isThere(`${lab.identityFile}.pub`))) {
    await rm(lab.identityFile, { force: true })
    await run(
      'ssh-keygen',
      ['-q', '-t', 'ed25519', '-N', '', '-C', `lab ${lab.name}`, '-f', lab.identityFile],
      { signal },
    )
  }
  const password = join(lab.stateDir, 'opspw.password')
  if (!(await isThere(password))) {
    await writeFile(`${password}.part`, `${randomBytes(18).toString('base64url')}\n`, { mode: 0o600 })
    await rename(`${password}.part`, password)
  }
}

/**
 * Removes everything of a lab: processes, mounts, links, control groups, files. It finds them by the lab's name, so
 * that it also removes an incomplete lab, or one without its state. Does nothing without such a lab.
 */
export async function labDown(name: string, report: Reporter = silent): Promise<void> {
  checkName('lab', name)
  checkMachine()
  await withLock(lockOf(name), async () => {
    const dir = stateDirOf(name)
    report({ type: 'phase', title: `Removing lab ${name}` })
    await killGroup(name)
    await removeRuntime(name)
    await unmountBelow(dir)
    await removeLinks(name)
    if (mountsBelow(dir, await mountinfo()).length > 0) {
      const message = `Something is still mounted below ${dir}`
      throw new HowdahError({
        code: 'LAB_MOUNT_STAYS',
        exit: 'preflight',
        message,
        next: `findmnt | grep ${dir}`,
      })
    }
    await rm(dir, { recursive: true, force: true })
  })
}

/**
 * Keeps the files of a lab's hosts as a snapshot. It shuts the hosts down cleanly, and then starts them again or, with
 * `down`, removes the lab. Returns the snapshot's directory. Throws LAB_* errors.
 */
export async function labSnapshot(
  lab: string,
  options: SnapshotOptions & { readonly down?: boolean },
  report: Reporter = silent,
  signal?: AbortSignal,
): Promise<string> {
  checkMachine()
  const dir = await withLock(
    lockOf(lab),
    async () => {
      const taken = await takeSnapshot(await requireState(lab), options, report, signal)
      if (!options.down) await raise(taken.state, report, signal)
      return taken.dir
    },
    signal,
  )
  if (options.down) await labDown(lab, report)
  return dir
}

/** The state of one lab, or of all. Incomplete labs without a state are left out. Throws LAB_UNKNOWN. */
export async function labStatus(name?: string): Promise<LabStatus[]> {
  checkMachine()
  const states =
    name === undefined ? await Promise.all((await labNames()).map(readState)) : [await requireState(name)]
  return Promise.all(states.filter((state) => state !== undefined).map(statusOf))
}

async function statusOf(state: LabState): Promise<LabStatus> {
  const lab = await labOf(state)
  const runs = async (service: 'proxy' | 'mirror') =>
    (await runningPid(servicePidFile(state.name, service))) !== undefined
  const [proxyRunning, mirrorRunning] = [await runs('proxy'), await runs('mirror')]
  const whole = proxyRunning && mirrorRunning && lab.hosts.every(({ pid }) => pid !== undefined)
  return { lab, proxyRunning, mirrorRunning, whole }
}

/** The argument list that logs in to a host, for exec. Throws LAB_UNKNOWN, LAB_UNKNOWN_HOST. */
export async function labSshArgs(name: string, host: string, user?: string): Promise<string[]> {
  checkMachine()
  const state = await requireState(name)
  return sshArgs(await labOf(state), requireMachine(state, host).address, user)
}

/** Drops a host's frames on the bridge (`on`), or forwards them again: it hangs, as when its switch fails. */
export async function labCut(name: string, host: string, on: boolean): Promise<void> {
  await setCut(requireMachine(await requireState(name), host).machine, on)
}

/** Kills a host. Its files are kept; `labBoot` starts it again. */
export async function labKill(name: string, host: string): Promise<void> {
  await stopMachine(requireMachine(await requireState(name), host))
}

/** Starts a host that is down, and waits for it. */
export async function labBoot(
  name: string,
  host: string,
  report: Reporter = silent,
  signal?: AbortSignal,
): Promise<void> {
  const state = await requireState(name)
  const [machine, lab] = [requireMachine(state, host), await labOf(state)]
  await prepareRoot(machine, lab, signal)
  await startMachine(machine)
  await waitForMachine(machine, lab, report, signal)
}
