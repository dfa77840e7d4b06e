/**
 * A control group for each lab, with one for each host in it. Without their own groups, the systemd of two hosts would
 * share `/system.slice` and kill each other's services. Also, one write kills all processes of a lab.
 */
import { mkdir, readdir, readFile, rmdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { HowdahError } from '../../provisioners/errors.ts'
import { bridgeName } from '../names.ts'
import { until } from './wait.ts'

/** Mount points of the unified hierarchy (and of systemd's old one, if there) out of /proc/self/mounts. */
export function cgroupRoots(mounts: string): { unified: string | undefined; legacy: string | undefined } {
  const lines = mounts.split('\n').map((line) => line.split(' '))
  return {
    unified: lines.find(([, , type]) => type === 'cgroup2')?.[1],
    legacy: lines.find(
      ([, , type, options]) => type === 'cgroup' && options?.split(',').includes('name=systemd'),
    )?.[1],
  }
}

async function roots(): Promise<{ unified: string; legacy: string | undefined }> {
  const { unified, legacy } = cgroupRoots(await readFile('/proc/self/mounts', 'utf8'))
  if (unified !== undefined) return { unified, legacy }
  throw new HowdahError({
    code: 'LAB_NO_CGROUP2',
    exit: 'preflight',
    message: 'The lab needs the unified control group hierarchy (cgroup2), and none is mounted',
    next: 'mkdir -p /sys/fs/cgroup/unified && mount -t cgroup2 none /sys/fs/cgroup/unified',
  })
}

const groupOf = (lab: string): string => `howdah-${bridgeName(lab)}`

/** Makes the group `part` of a lab and returns the path of its `cgroup.procs`. */
export async function makeGroup(lab: string, part: string): Promise<string> {
  const dir = join((await roots()).unified, groupOf(lab), part)
  await mkdir(dir, { recursive: true })
  return join(dir, 'cgroup.procs')
}

/** Kills every process of a lab (or of one part of it), waits for their end, and removes the groups. */
export async function killGroup(lab: string, part = ''): Promise<void> {
  const { unified, legacy } = await roots()
  const dir = join(unified, groupOf(lab), part)
  // Repeatedly: a host that is just starting may enter the group after it was killed.
  const empty = await until(20_000, async () => {
    await writeFile(join(dir, 'cgroup.kill'), '1').catch(() => undefined)
    return (await isPopulated(dir)) ? undefined : true
  })
  if (empty === undefined) {
    throw new HowdahError({
      code: 'LAB_PROCESS_STAYS',
      exit: 'preflight',
      message: `Processes of lab "${lab}" do not end`,
      where: join(dir, 'cgroup.procs'),
      next: `Show them: cat ${join(dir, 'cgroup.procs')}`,
    })
  }
  await removeGroups(dir)
  // systemd-nspawn copies the group into the old hierarchy where there is one.
  if (legacy !== undefined) await removeGroups(join(legacy, groupOf(lab), part))
}

async function isPopulated(dir: string): Promise<boolean> {
  const events = await readFile(join(dir, 'cgroup.events'), 'utf8').catch(() => '')
  return /^populated 1$/m.test(events)
}

async function removeGroups(dir: string): Promise<void> {
  const entries = await readdir(dir, { withFileTypes: true }).catch(() => [])
  for (const entry of entries) if (entry.isDirectory()) await removeGroups(join(dir, entry.name))
  await rmdir(dir).catch(() => undefined)
}
