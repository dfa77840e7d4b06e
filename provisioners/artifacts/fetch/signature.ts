import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { HowdahError } from '../../errors.ts'
import { preflight } from '../errors.ts'
import { shownUrl } from './http.ts'

/** gpg's result for a valid detached signature. */
export interface Signed {
  /** Fingerprint of the primary key that signed. */
  readonly fingerprint: string
  /** The key has expired since; an old release has the signature of an old key. */
  readonly expired: boolean
}

/**
 * Checks the detached signature `asc` of `file` against a KEYS file (armoured public keys, with text between them,
 * as Apache's projects publish it). gpg runs with a temporary home, so the keys of this machine's user are neither used
 * nor changed. Every key in the file is trusted.
 * @param origin where the file came from, for the error.
 * @throws HowdahError ARTIFACT_KEYS, ARTIFACT_NO_GPG, ARTIFACT_SIGNATURE or ARTIFACT_UNKNOWN_KEY; exit preflight.
 */
export async function checkSignature(
  file: string,
  asc: string,
  keys: string,
  origin: string,
  signal?: AbortSignal,
): Promise<Signed> {
  if (!(await stat(keys).catch(() => undefined))?.isFile()) throw keysError(keys, 'no such file')
  const home = await mkdtemp(join(tmpdir(), 'howdah-gpg-'))
  const gpg = (args: readonly string[]) => runGpg(home, args, signal)
  try {
    const imported = await gpg(['--status-fd', '1', '--import', keys])
    if (!/^\[GNUPG:\] IMPORT_OK /m.test(imported)) throw keysError(keys, 'no public key in it')
    const signature = join(home, 'signature.asc')
    await writeFile(signature, asc)
    return parseStatus(await gpg(['--status-fd', '1', '--verify', signature, file]), file, keys, origin)
  } finally {
    await rm(home, { recursive: true, force: true })
  }
}

async function runGpg(home: string, args: readonly string[], signal?: AbortSignal): Promise<string> {
  // gpg exits with 2 when it does not support some keys of the file, so the status lines decide.
  const run = await execa('gpg', ['--homedir', home, '--batch', '--no-tty', '--no-autostart', ...args], {
    reject: false,
    stdin: 'ignore',
    env: { LC_ALL: 'C' },
    ...(signal ? { cancelSignal: signal } : {}),
  })
  signal?.throwIfAborted()
  if (run.code === 'ENOENT') throw noGpg()
  return run.stdout
}

/** Reads gpg's status lines (doc/DETAILS of GnuPG). */
function parseStatus(status: string, file: string, keys: string, origin: string): Signed {
  const line = (word: string) => new RegExp(`^\\[GNUPG:\\] ${word} (.*)$`, 'm').exec(status)?.[1]?.split(' ')
  const valid = line('VALIDSIG')
  const what = file.replace(/^.*\//, '')
  if (line('REVKEYSIG')) throw badSignature(what, origin, 'a signature by a revoked key')
  if (valid) return { fingerprint: valid[9] ?? valid[0] ?? '', expired: line('EXPKEYSIG') !== undefined }
  const unknown = line('NO_PUBKEY')?.[0]
  if (unknown) throw unknownKey(what, origin, unknown, keys)
  throw badSignature(what, origin, line('BADSIG') ? 'a signature of another file' : 'no signature')
}

/** No `.asc` for a tarball that must be signed. */
export const unsignedError = (what: string, tried: readonly string[]): HowdahError =>
  preflight('ARTIFACT_NO_SIGNATURE', {
    message: `No mirror has a signature for ${what}, and artifacts.keys requires one`,
    found: 'no .asc file for it',
    expected: `${what}.asc on one of the mirrors`,
    detail: tried.map(shownUrl).join('\n'),
    next: 'Add a mirror that has it, such as https://archive.apache.org/dist.',
  })

const badSignature = (what: string, origin: string, found: string): HowdahError =>
  preflight('ARTIFACT_SIGNATURE', {
    message: `The signature of ${what} is not valid`,
    found,
    expected: 'a signature of this file by a key of artifacts.keys',
    where: shownUrl(origin),
    next: 'Do not use this file. Compare it with another mirror, and report it to the operator of this one.',
  })

const unknownKey = (what: string, origin: string, id: string, keys: string): HowdahError =>
  preflight('ARTIFACT_UNKNOWN_KEY', {
    message: `${what} is signed by a key that is not in ${keys}`,
    found: `key ${id}`,
    expected: `a key of ${keys}`,
    where: shownUrl(origin),
    next: "Download the newest KEYS from the project's own site, and compare the key's fingerprint there.",
  })

const keysError = (keys: string, found: string): HowdahError =>
  new HowdahError({
    code: 'ARTIFACT_KEYS',
    exit: 'configuration',
    message: `${keys} is not a file of public keys`,
    found,
    expected: "a KEYS file, as Apache's projects publish it",
    where: 'artifacts.keys',
  })

const noGpg = (): HowdahError =>
  preflight('ARTIFACT_NO_GPG', {
    message: 'gpg is not installed on this machine, and artifacts.keys requires signature checks',
    next: 'apt-get install gpg',
  })
