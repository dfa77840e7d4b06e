/** What a lab leaves on this machine, found without the lab's own code. */
import { readdir, readFile, readlink, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { bridgeName, labRoot } from '../../lab/names.ts'
import type { Lab } from '../../lab/types.ts'

/** Everything on this machine that bears a lab's mark, by kind, found without the lab's own code. */
export async function traces(name: string): Promise<Record<string, string[]>> {
  const bridge = bridgeName(name)
  const marks = [bridge, `${labRoot()}/${name}`]
  const marked = (text: string) => marks.some((mark) => text.includes(mark))
  const read = (file: string) => readFile(file, 'utf8').catch(() => '')
  const pids = (await readdir('/proc')).filter((entry) => /^\d+$/.test(entry))
  const processes: string[] = []
  for (const pid of pids) {
    const [command, group] = [await read(`/proc/${pid}/cmdline`), await read(`/proc/${pid}/cgroup`)]
    // A process that has ended, and waits for its parent to ask, is no longer one.
    const ended = /\) [ZX] /.test(await read(`/proc/${pid}/stat`))
    if (!ended && (marked(command) || marked(group)))
      processes.push(`${pid} ${command.replaceAll('\0', ' ')}`)
  }
  const groups = (await execa('find', ['/sys/fs/cgroup', '-name', `*${bridge}*`], { reject: false })).stdout
  const nspawn = (await execa('find', ['/run/systemd/nspawn'], { reject: false })).stdout
  const lines = (text: string) => text.split('\n').filter((line) => line !== '' && marked(line))
  return {
    processes,
    mounts: lines(await read('/proc/self/mounts')),
    links: lines((await execa('ip', ['-brief', 'link'])).stdout),
    routes: lines((await execa('ip', ['route'])).stdout),
    groups: lines(groups),
    runtime: lines(nspawn),
    files: (await readdir(labRoot()).catch(() => [])).filter((entry) => entry.includes(name)),
  }
}

export const NOTHING = {
  processes: [],
  mounts: [],
  links: [],
  routes: [],
  groups: [],
  runtime: [],
  files: [],
}

/** systemd-nspawn names the lock of a tree by the tree's inode. */
export async function lockFiles(lab: Lab): Promise<string[]> {
  return Promise.all(
    lab.hosts.map(async ({ name }) => {
      const { dev, ino } = await stat(join(lab.stateDir, 'hosts', name, 'root'))
      return `inode-${dev}:${ino}`
    }),
  )
}

/** A process that has ended, and waits for its parent to ask how, is no longer one. */
async function hasEnded(pid: string): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined)
  return stat === undefined || /\) [ZX] /.test(stat)
}

/** Processes in the given PID namespaces, whatever they are called and whichever group they are in. */
export async function inhabitants(namespaces: readonly string[]): Promise<string[]> {
  const found: string[] = []
  for (const pid of (await readdir('/proc')).filter((entry) => /^\d+$/.test(entry))) {
    const namespace = await readlink(`/proc/${pid}/ns/pid`).catch(() => '')
    if (namespaces.includes(namespace) && !(await hasEnded(pid))) found.push(pid)
  }
  return found
}

export async function childOf(pid: number | undefined): Promise<number> {
  return Number((await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8')).trim().split(' ')[0])
}

export const namespacesOf = (lab: Lab): Promise<string[]> =>
  Promise.all(lab.hosts.map(async ({ pid }) => readlink(`/proc/${await childOf(await childOf(pid))}/ns/pid`)))
