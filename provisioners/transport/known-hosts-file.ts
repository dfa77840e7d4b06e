import { mkdir, open, readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { HowdahError } from '../errors.ts'
import { messageOf } from './failures.ts'
import { hostsMatch, type KnownHosts, knownHostLine, parseKnownHosts, recordedName } from './known-hosts.ts'
import { createLimiter, type Limiter } from './limiter.ts'

async function readIfThere(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return ''
    throw new HowdahError({
      code: 'SSH_KNOWN_HOSTS_UNREADABLE',
      exit: 'authentication',
      message: `the known hosts file ${file} cannot be read: ${messageOf(error)}`,
      where: file,
      next: `ls -l ${file}, or set ssh.knownHosts`,
    })
  }
}

/** Reads all files; a missing file counts as empty. Throws SSH_KNOWN_HOSTS_UNREADABLE. */
export async function readKnownHosts(files: readonly string[]): Promise<KnownHosts> {
  const all = await Promise.all(files.map(async (file) => parseKnownHosts(file, await readIfThere(file))))
  return { entries: all.flatMap((one) => one.entries), skipped: all.flatMap((one) => one.skipped) }
}

/** One writer at a time in this process; between processes, each line is one write with O_APPEND. */
const writers = new Map<string, Limiter>()

/**
 * Appends a host's key, with a hashed name when the file has hashed names. Creates the file (0600) and its directory
 * (0700). A key that the file has already is not written again.
 */
export async function recordHostKey(file: string, host: string, port: number, key: Buffer): Promise<void> {
  const alone = writers.get(file) ?? createLimiter(1)
  writers.set(file, alone)
  await alone(async () => {
    const text = await readIfThere(file)
    const { entries } = parseKnownHosts(file, text)
    const base64 = key.toString('base64')
    const name = recordedName(host, port)
    if (entries.some((e) => e.marker === 'none' && e.key === base64 && hostsMatch(e.hosts, name))) return
    const hashed = entries.some((entry) => entry.hosts.startsWith('|1|'))
    // Without a final newline in the file, the new line would become part of its last line.
    const lead = text === '' || text.endsWith('\n') ? '' : '\n'
    await append(file, `${lead}${knownHostLine(host, port, key, hashed)}\n`)
  })
}

async function append(file: string, text: string): Promise<void> {
  try {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 })
    const handle = await open(file, 'a', 0o600)
    try {
      await handle.appendFile(text)
      await handle.sync()
    } finally {
      await handle.close()
    }
  } catch (error) {
    throw new HowdahError({
      code: 'SSH_KNOWN_HOSTS_UNWRITABLE',
      exit: 'authentication',
      message: `the host key cannot be recorded in ${file}: ${messageOf(error)}`,
      where: file,
      next: 'make the file writable, or set ssh.knownHosts to one that is',
    })
  }
}
