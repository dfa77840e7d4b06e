/** The state files of labs, and the paths below a lab's state directory. */
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { HowdahError } from '../provisioners/errors.ts'
import { runningPid } from './machine/processes.ts'
import { bridgeName, gatewayOf, hostAddress, labRoot, machineName, stateDirOf } from './names.ts'
import { type Lab, type LabState, MIRROR_PORT, OPS_USER, PROXY_PORT, RELEASES } from './types.ts'

const path = z.string().startsWith('/')
export const subnetSchema = z.string().regex(/^10\.77\.\d{1,3}\.0\/24$/)
export const hostsSchema = z
  .array(
    z.object({
      name: z.string(),
      release: z.enum(RELEASES),
      base: path,
      layers: z.array(path).default([]),
    }),
  )
  .min(1)

const schema = z.object({
  formatVersion: z.literal(1),
  name: z.string(),
  subnet: subnetSchema,
  hosts: hostsSchema,
})

/** The content of a state file, or undefined when it is not valid (truncated, or of another version). */
export function parseState(text: string): LabState | undefined {
  try {
    return schema.parse(JSON.parse(text))
  } catch {
    return undefined
  }
}

export async function readState(lab: string): Promise<LabState | undefined> {
  const text = await readFile(join(stateDirOf(lab), 'state.json'), 'utf8').catch(() => undefined)
  return text === undefined ? undefined : parseState(text)
}

export async function writeState(state: LabState): Promise<void> {
  const file = join(stateDirOf(state.name), 'state.json')
  await mkdir(stateDirOf(state.name), { recursive: true, mode: 0o700 })
  await writeFile(`${file}.part`, `${JSON.stringify(state, undefined, 2)}\n`, { mode: 0o600 })
  await rename(`${file}.part`, file)
}

/** Names of all labs with a state directory here, complete or not. */
export async function labNames(): Promise<string[]> {
  const entries = await readdir(labRoot(), { withFileTypes: true }).catch(() => [])
  return entries
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .map((entry) => entry.name)
}

/** The names and paths of one host of a lab. */
export interface Machine {
  readonly lab: string
  readonly name: string
  readonly address: string
  /** The trees below the host's own files, the topmost first. */
  readonly lower: readonly string[]
  /** Its name for systemd-nspawn. */
  readonly machine: string
  /** Has the overlay (`upper`, `work`, `root`), `console.log` and `pid`. */
  readonly dir: string
  readonly root: string
  readonly pidFile: string
}

export function machinesOf(state: LabState): Machine[] {
  return state.hosts.map(({ name, base, layers }, index) => {
    const dir = join(stateDirOf(state.name), 'hosts', name)
    return {
      lab: state.name,
      name,
      lower: [...layers, base],
      dir,
      address: hostAddress(state.subnet, index),
      machine: machineName(state.name, index),
      root: join(dir, 'root'),
      pidFile: join(dir, 'pid'),
    }
  })
}

export const servicePidFile = (lab: string, service: 'proxy' | 'mirror'): string =>
  join(stateDirOf(lab), `${service}.pid`)

/** The lab as callers see it, with the pids of its hosts. */
export async function labOf(state: LabState): Promise<Lab> {
  const stateDir = stateDirOf(state.name)
  const gateway = gatewayOf(state.subnet)
  const machines = machinesOf(state)
  const pids = await Promise.all(machines.map(({ pidFile }) => runningPid(pidFile)))
  return {
    name: state.name,
    bridge: bridgeName(state.name),
    subnet: state.subnet,
    gateway,
    user: OPS_USER,
    identityFile: join(stateDir, 'id_ed25519'),
    knownHosts: join(stateDir, 'known_hosts'),
    hosts: state.hosts.map(({ name, release }, i) => ({
      name,
      release,
      address: hostAddress(state.subnet, i),
      pid: pids[i],
    })),
    mirrorUrl: `http://${gateway}:${MIRROR_PORT}`,
    proxyUrl: `http://${gateway}:${PROXY_PORT}`,
    stateDir,
  }
}

/** Throws LAB_UNKNOWN when there is no lab of this name. */
export async function requireState(lab: string): Promise<LabState> {
  const state = await readState(lab)
  if (state !== undefined) return state
  const names = await labNames()
  throw new HowdahError({
    code: 'LAB_UNKNOWN',
    exit: 'preflight',
    message: names.includes(lab) ? `Lab "${lab}" is incomplete` : `There is no lab "${lab}" here`,
    found: names.length === 0 ? 'no lab' : names.join(', '),
    next: names.includes(lab) ? `howdah lab down --name ${lab}` : `howdah lab up --name ${lab}`,
  })
}

/** Throws LAB_UNKNOWN_HOST, which names the hosts of the lab. */
export function requireMachine(state: LabState, host: string): Machine {
  const machine = machinesOf(state).find(({ name }) => name === host)
  if (machine !== undefined) return machine
  throw new HowdahError({
    code: 'LAB_UNKNOWN_HOST',
    exit: 'preflight',
    message: `Lab "${state.name}" has no host "${host}"`,
    found: host,
    expected: state.hosts.map(({ name }) => name).join(', '),
    next: `howdah lab status`,
  })
}
