/** One host: its tree, its start, its stop. */
import { randomBytes } from 'node:crypto'
import { access, chmod, mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { HowdahError } from '../../provisioners/errors.ts'
import type { Reporter } from '../../provisioners/events.ts'
import { sh } from '../../provisioners/shell.ts'
import { bridgeName, vethName } from '../names.ts'
import { run, succeeds } from '../run.ts'
import { bootState, sshArgs } from '../ssh.ts'
import type { Machine } from '../state.ts'
import { aptProxyConf, hostsFile, networkUnit, sourcesList } from '../texts.ts'
import { type Lab, OPS_PASSWORD_USER, OPS_USER } from '../types.ts'
import { machineMirror } from './apt.ts'
import { killGroup, makeGroup } from './cgroups.ts'
import { isMounted, unmountBelow } from './mounts.ts'
import { deleteLink } from './network.ts'
import { runningPid, startDetached } from './processes.ts'
import { until } from './wait.ts'

const KEY_TYPES = ['ed25519', 'ecdsa'] as const
const BOOT_MS = 120_000
const SHUTDOWN_MS = 120_000

/** Mounts the host's overlay. The first time, it writes the host's own files into it. */
export async function prepareRoot(machine: Machine, lab: Lab, signal?: AbortSignal): Promise<void> {
  const [upper, work] = [join(machine.dir, 'upper'), join(machine.dir, 'work')]
  for (const dir of [upper, work, machine.root]) await mkdir(dir, { recursive: true })
  // The upper directory's mode becomes the mode of `/` on the host.
  await chmod(upper, 0o755)
  if (!(await isMounted(machine.root))) {
    const options = `lowerdir=${machine.lower.join(':')},upperdir=${upper},workdir=${work}`
    await run('mount', ['-t', 'overlay', '-o', options, machine.machine, machine.root], { signal })
  }
  const done = join(machine.dir, 'prepared')
  if (
    await access(done).then(
      () => true,
      () => false,
    )
  )
    return
  await writeFiles(machine, lab)
  await makeHostKeys(machine, signal)
  const password = (await readFile(join(lab.stateDir, 'opspw.password'), 'utf8')).trim()
  await run('chroot', [machine.root, 'chpasswd'], { input: `${OPS_PASSWORD_USER}:${password}\n`, signal })
  await writeFile(done, '')
}

async function writeFiles(machine: Machine, lab: Lab): Promise<void> {
  const release = lab.hosts.find(({ name }) => name === machine.name)?.release as string
  const key = await readFile(`${lab.identityFile}.pub`, 'utf8')
  const files: Record<string, string> = {
    'etc/hostname': `${machine.name}\n`,
    'etc/hosts': hostsFile(lab.gateway, lab.hosts),
    'etc/machine-id': `${randomBytes(16).toString('hex')}\n`,
    'etc/apt/sources.list': sourcesList(await machineMirror(), release),
    'etc/apt/apt.conf.d/60lab-proxy': aptProxyConf(lab.gateway),
    'etc/systemd/system/lab-network.service': networkUnit(machine.address),
    [`home/${OPS_USER}/.ssh/authorized_keys`]: key,
    [`home/${OPS_PASSWORD_USER}/.ssh/authorized_keys`]: key,
  }
  for (const [path, text] of Object.entries(files)) await writeFile(join(machine.root, path), text)
  const wants = join(machine.root, 'etc/systemd/system/multi-user.target.wants')
  await mkdir(wants, { recursive: true })
  const link = join(wants, 'lab-network.service')
  await rm(link, { force: true })
  await symlink('../lab-network.service', link)
}

const keyFile = (machine: Machine, type: string): string => join(machine.root, `etc/ssh/ssh_host_${type}_key`)

async function makeHostKeys(machine: Machine, signal?: AbortSignal): Promise<void> {
  for (const type of KEY_TYPES) {
    const file = keyFile(machine, type)
    await rm(file, { force: true })
    await run('ssh-keygen', ['-q', '-t', type, '-N', '', '-C', machine.name, '-f', file], { signal })
  }
}

/** The public host keys, read from the host's tree and not from the network. */
export function hostPublicKeys(machine: Machine): Promise<string[]> {
  return Promise.all(KEY_TYPES.map((type) => readFile(`${keyFile(machine, type)}.pub`, 'utf8')))
}

/** Starts the host unless it runs. It first removes what an earlier, killed start left. */
export async function startMachine(machine: Machine): Promise<void> {
  if ((await runningPid(machine.pidFile)) !== undefined) return
  await stopMachine(machine)
  await startDetached({
    command: '/bin/sh',
    args: ['-c', bootLoop(machine)],
    log: join(machine.dir, 'console.log'),
    pidFile: machine.pidFile,
    cgroupProcs: await makeGroup(machine.lab, machine.name),
    // Without this variable a host of a newer release finds only the old hierarchy, and refuses to boot.
    env: { SYSTEMD_NSPAWN_UNIFIED_HIERARCHY: '1' },
  })
}

/** Without a service manager, systemd-nspawn exits with 133 when its host reboots. */
function bootLoop(machine: Machine): string {
  const boot = ['systemd-nspawn', ...nspawnArgs(machine)]
  const veth = vethName(machine.machine)
  return sh`while :; do ${boot}; [ $? = 133 ] || exit; ip link delete ${veth} 2>/dev/null; done`
}

function nspawnArgs(machine: Machine): string[] {
  return [
    '--quiet',
    '--register=no',
    '--keep-unit',
    '--settings=no',
    '--link-journal=no',
    '--resolv-conf=off',
    '--timezone=off',
    '--console=pipe',
    `--machine=${machine.machine}`,
    `--hostname=${machine.name}`,
    `--network-bridge=${bridgeName(machine.lab)}`,
    `--directory=${machine.root}`,
    '--boot',
  ]
}

/** Kills the host, as a power failure (but the page cache is kept), and deletes its veth, which would block the next start. */
export async function stopMachine(machine: Machine): Promise<void> {
  await killGroup(machine.lab, machine.name)
  await rm(machine.pidFile, { force: true })
  await deleteLink(vethName(machine.machine))
}

/**
 * Shuts the host down as an operator would, so that its daemons end cleanly, and unmounts its tree.
 * Throws LAB_HOST_STAYS when it still runs after two minutes.
 */
export async function shutDownMachine(machine: Machine, lab: Lab, signal?: AbortSignal): Promise<void> {
  const [program = 'ssh', ...args] = sshArgs(lab, machine.address)
  // The connection may end before the command's own exit code comes back.
  await succeeds(program, ['-o', 'BatchMode=yes', ...args, 'sudo systemctl poweroff'], { signal })
  const stopped = async () => ((await runningPid(machine.pidFile)) === undefined ? true : undefined)
  if ((await until(SHUTDOWN_MS, stopped, signal)) === undefined) {
    throw new HowdahError({
      code: 'LAB_HOST_STAYS',
      exit: 'preflight',
      message: `Host ${machine.name} still runs ${SHUTDOWN_MS / 1000} seconds after the command to power off`,
      where: join(machine.dir, 'console.log'),
      next: `howdah lab down --name ${machine.lab}`,
    })
  }
  await stopMachine(machine)
  await unmountBelow(machine.root)
}

/** Waits until the host is booted and accepts logins. Throws LAB_HOST_DIED or LAB_HOST_SILENT with the end of its console. */
export async function waitForMachine(
  machine: Machine,
  lab: Lab,
  report: Reporter,
  signal?: AbortSignal,
): Promise<void> {
  report({ type: 'host', host: machine.name, state: 'connecting', detail: machine.address })
  let died = false
  const state = await until(
    BOOT_MS,
    async () => {
      if ((await runningPid(machine.pidFile)) !== undefined) return bootState(lab, machine.address)
      died = true
      return 'dead'
    },
    signal,
  )
  if (state === undefined || died) throw await bootError(machine, died)
  if (state !== 'running') {
    report({ type: 'log', level: 'warn', host: machine.name, text: `systemd reports "${state}" after boot` })
  }
  report({ type: 'host', host: machine.name, state: 'connected', detail: machine.address })
}

async function bootError(machine: Machine, died: boolean): Promise<HowdahError> {
  const log = await readFile(join(machine.dir, 'console.log'), 'utf8').catch(() => '')
  return new HowdahError({
    code: died ? 'LAB_HOST_DIED' : 'LAB_HOST_SILENT',
    exit: 'preflight',
    message: died
      ? `Host ${machine.name} stopped while it booted`
      : `Host ${machine.name} accepts no login after ${BOOT_MS / 1000} seconds`,
    where: `${machine.address}:22`,
    detail: log.trim().split('\n').slice(-15).join('\n'),
    next: `howdah lab down --name ${machine.lab}`,
  })
}
