import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { expect } from 'vitest'
import { parse, stringify } from 'yaml'
import { type Lab, labSshArgs } from '../../lab/index.ts'
import type { Plan } from '../../provisioners/engine/types.ts'
import { HOWDAH } from '../support/howdah.ts'

export const ROOT = join(dirname(fileURLToPath(import.meta.url)), '../..')

/** Why this machine cannot run the lab, or undefined. Tests that need it are skipped, with this reason in their title. */
export function noLab(): string | undefined {
  if (process.platform !== 'linux') return 'needs Linux'
  if (process.getuid?.() !== 0) return 'needs root'
  return existsSync('/usr/bin/systemd-nspawn') ? undefined : 'needs systemd-nspawn (scripts/prepare.sh)'
}

export interface Ran {
  readonly code: number
  readonly out: string
  readonly err: string
}

/** Runs the command line like a user, without a terminal. */
export async function howdah(
  args: readonly string[],
  options: { input?: string; timeout?: number } = {},
): Promise<Ran> {
  const { exitCode, stdout, stderr } = await execa(HOWDAH, args, {
    reject: false,
    timeout: options.timeout ?? 840_000,
    input: options.input ?? '',
    env: { NO_COLOR: '1' },
  })
  return { code: exitCode ?? -1, out: stdout, err: stderr }
}

/** Like `howdah`, and checks the exit code. The message of a failure has the output. */
export async function expectExit(code: number, args: readonly string[], options = {}): Promise<Ran> {
  const ran = await howdah(args, options)
  expect(ran.code, `howdah ${args.join(' ')}\n${ran.out.slice(-4000)}\n${ran.err.slice(-4000)}`).toBe(code)
  return ran
}

/** The login of cluster.yml to the hosts of a lab: with the lab's key and known hosts, and no settings of the user who runs
 * the tests. */
export const labLogin = (lab: Pick<Lab, 'user' | 'identityFile' | 'knownHosts'>) => ({
  user: lab.user,
  identityFiles: [lab.identityFile],
  agent: false,
  config: false,
  knownHosts: [lab.knownHosts],
})

/** Runs a shell script as root on a host of the lab. Throws when it fails. */
export async function onHost(lab: string, host: string, script: string): Promise<string> {
  const [program = 'ssh', ...args] = await labSshArgs(lab, host)
  const { stdout } = await execa(program, [...args, 'sudo', 'sh', '-s'], { input: script, timeout: 120_000 })
  return stdout
}

/** Runs a command line as the user of the lab, in the shell that ssh starts. */
export async function asOps(lab: string, host: string, command: string): Promise<string> {
  const [program = 'ssh', ...args] = await labSshArgs(lab, host)
  return (await execa(program, [...args, command], { stdin: 'ignore', timeout: 120_000 })).stdout
}

export async function planOf(file: string): Promise<Plan> {
  const ran = await howdah(['plan', '--json', file])
  return JSON.parse(ran.out) as Plan
}

type Edit = (spec: Record<string, unknown>) => void

/** A changed copy of cluster.yml in the same directory, so that it has the same state directory. */
export async function variant(file: string, name: string, edit: Edit): Promise<string> {
  const spec = parse(await readFile(file, 'utf8')) as Record<string, unknown>
  edit(spec)
  const path = join(dirname(file), `${name}.yml`)
  await writeFile(path, stringify(spec))
  return path
}

/** Main process ids of Howdah's units and the databases on a host: equal before and after means nothing restarted. */
export const pids = (lab: string, host: string): Promise<string> =>
  onHost(
    lab,
    host,
    `for u in $(ls /etc/systemd/system/*.service.d/howdah.conf | sed 's#.*system/##; s#.d/howdah.conf##'); do
      echo "$u $(systemctl show -p MainPID --value "$u")"
    done`,
  )
