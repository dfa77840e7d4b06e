import { randomUUID } from 'node:crypto'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { dirname } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

const POLL_MS = 100

/**
 * Runs `work` while no other process holds the lock `file`. The lock of a dead process is taken over.
 * Files are also renamed into place, so a lock that is lost in a race costs only time.
 * @throws the errors of `work`, or the signal's reason while it waits.
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
    // A cache on a shared disk: the processes of another machine are unknown, so its lock counts as held.
    if (host !== hostname()) return true
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
