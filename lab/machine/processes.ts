/** Processes that continue after the command that started them, identified by pid and start time. */
import { spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { sh } from '../../provisioners/shell.ts'

export interface ProcessId {
  readonly pid: number
  /** Field 22 of /proc/<pid>/stat, clock ticks since boot: distinguishes a process from a later one with its pid. */
  readonly start: string
}

/** The start time from a line of /proc/<pid>/stat; undefined for a zombie, which is dead already. */
export function startTimeOf(stat: string): string | undefined {
  // The command's name is in brackets, and may contain brackets and spaces.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19]
}

/** The process with this pid, or undefined when none is alive. */
export async function processOf(pid: number): Promise<ProcessId | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined)
  const start = stat === undefined ? undefined : startTimeOf(stat)
  return start === undefined ? undefined : { pid, start }
}

/** Parses a pid file of `startDetached`; undefined when it is not valid. */
export function parseProcessId(text: string): ProcessId | undefined {
  const [pid, start] = text.trim().split(' ')
  return pid !== undefined && /^[1-9]\d*$/.test(pid) && start !== undefined && /^\d+$/.test(start)
    ? { pid: Number(pid), start }
    : undefined
}

/** The pid of the process of a pid file, if that process still runs. */
export async function runningPid(file: string): Promise<number | undefined> {
  const text = await readFile(file, 'utf8').catch(() => undefined)
  const known = text === undefined ? undefined : parseProcessId(text)
  if (known === undefined) return undefined
  return (await processOf(known.pid))?.start === known.start ? known.pid : undefined
}

export interface Detached {
  readonly command: string
  readonly args: readonly string[]
  readonly log: string
  readonly pidFile: string
  /** `cgroup.procs` of the group that the process enters before it executes the command. */
  readonly cgroupProcs: string
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
}

/** Starts a process in its own session and control group, so that it continues when this process exits. */
export async function startDetached(what: Detached): Promise<number> {
  const log = openSync(what.log, 'a', 0o600)
  await rm(what.pidFile, { force: true })
  const script = sh`echo $$ > ${what.cgroupProcs} && exec ${[what.command, ...what.args]}`
  const child = spawn('/bin/sh', ['-c', script], {
    detached: true,
    stdio: ['ignore', log, log],
    cwd: what.cwd ?? '/',
    env: {
      PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
      HOME: '/root',
      LC_ALL: 'C',
      ...what.env,
    },
  })
  closeSync(log)
  const pid = await new Promise<number>((resolve, reject) => {
    child.once('error', reject)
    child.once('spawn', () => resolve(child.pid as number))
  })
  child.unref()
  const id = await processOf(pid)
  if (id !== undefined) await writeFile(what.pidFile, `${id.pid} ${id.start}\n`, { mode: 0o600 })
  return pid
}
