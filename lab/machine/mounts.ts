import { readFile } from 'node:fs/promises'
import { run, succeeds } from '../run.ts'

/** Mount points at or below `dir`, the deepest first, from /proc/self/mountinfo. */
export function mountsBelow(dir: string, mountinfo: string): string[] {
  const points = mountinfo
    .split('\n')
    .map((line) => line.split(' ')[4])
    .filter((point) => point !== undefined)
    .map((point) =>
      point.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8))),
    )
  return points.filter((point) => point === dir || point.startsWith(`${dir}/`)).reverse()
}

export const mountinfo = (): Promise<string> => readFile('/proc/self/mountinfo', 'utf8')

export async function isMounted(dir: string): Promise<boolean> {
  return mountsBelow(dir, await mountinfo()).includes(dir)
}

/** Unmounts everything at or below `dir`; a busy mount is detached, and ends with its last user. */
export async function unmountBelow(dir: string): Promise<void> {
  for (const point of mountsBelow(dir, await mountinfo())) {
    if (!(await succeeds('umount', [point]))) await run('umount', ['--lazy', point])
  }
}
