import { randomUUID } from 'node:crypto'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { dirname } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

const POLL_MS = 100

/**
 * Runs `work` while no other process holds `file`. A lock whose process is gone is taken over.
 * What is written under it is also renamed into place, so a lock lost in a race costs work, never content.
 * @throws what `work` throws, or the signal's reason while it waits.
 */
export async function withLock<T>(file: string, work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  await mkdir(dirname(file), { recursive: true })
  const owner = JSON.stringify({ pid: process.pid, host: hostname(), id: randomUUID() })
  while (!(await take(file, owner))) {
    signal?.throwIfAborted()
    await dropIfStale(file)
    await delay(POLL_MS, undefined, signal ? { signal } : {})
  }
  try {
    return await work()
  } finally {
    if ((await read(file)) === owner) await rm(file, { force: true })
  }
}

async function take(file: string, owner: string): Promise<boolean> {
  try {
    await writeFile(file, owner, { flag: 'wx' })
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

const read = (file: string): Promise<string | undefined> => readFile(file, 'utf8').catch(() => undefined)

async function dropIfStale(file: string): Promise<void> {
  const text = await read(file)
  if (text === undefined || text === '' || isAlive(text)) return
  const aside = `${file}.${randomUUID()}`
  await rename(file, aside).catch(() => undefined)
  await rm(aside, { force: true })
}

function isAlive(text: string): boolean {
  try {
    const { pid, host } = JSON.parse(text) as { pid: number; host: string }
    // A cache on a shared disk: nothing is known of the processes of another machine.
    if (host !== hostname()) return true
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
