import { mkdir, readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { execa } from 'execa'
import type { HowdahError } from '../../errors.ts'
import { preflight } from '../errors.ts'

/** tar's option for a compressed member, by its extension. */
const FILTERS: Readonly<Record<string, string>> = { xz: '--xz', gz: '--gzip', zst: '--zstd' }

const MAGIC = '!<arch>\n'
const HEADER = 60

/**
 * Unpacks the files of a Debian package below `into`, without its scripts and without dpkg: a .deb is an ar archive,
 * whose member `data.tar.<compression>` is a tarball.
 * @throws HowdahError ARTIFACT_UNPACK.
 */
export async function unpackDeb(file: string, into: string, signal?: AbortSignal): Promise<void> {
  const data = dataMember(await readFile(file))
  if (data === undefined) throw unpackError(file, 'no data.tar in it')
  await mkdir(into, { recursive: true })
  const run = await execa('tar', ['-x', data.filter, '--no-same-owner', '-C', into, '-f', '-'], {
    input: data.bytes,
    reject: false,
    all: true,
    env: { TAR_OPTIONS: undefined, LC_ALL: 'C' },
    ...(signal ? { cancelSignal: signal } : {}),
  })
  signal?.throwIfAborted()
  if (run.exitCode !== 0) throw unpackError(file, run.all.split('\n')[0] || run.shortMessage || 'tar failed')
}

/** The member of an ar archive with the files. A member is a header of 60 bytes and the content, at even offsets. */
function dataMember(archive: Uint8Array): { bytes: Uint8Array; filter: string } | undefined {
  const text = (from: number, to: number) => Buffer.from(archive.subarray(from, to)).toString('latin1').trim()
  if (text(0, MAGIC.length) !== MAGIC.trim()) return undefined
  for (let at = MAGIC.length; at + HEADER <= archive.length; ) {
    const name = text(at, at + 16).replace(/\/$/, '')
    const size = Number(text(at + 48, at + 58))
    const filter = FILTERS[/^data\.tar\.(\w+)$/.exec(name)?.[1] ?? '']
    if (filter !== undefined) return { bytes: archive.subarray(at + HEADER, at + HEADER + size), filter }
    if (!Number.isInteger(size)) return undefined
    at += HEADER + size + (size % 2)
  }
  return undefined
}

const unpackError = (file: string, found: string): HowdahError =>
  preflight('ARTIFACT_UNPACK', {
    message: `${basename(file)} cannot be unpacked on this machine`,
    found,
    expected: 'a Debian package, and the programs tar and xz',
    where: file,
    next: 'apt-get install tar xz-utils',
  })
