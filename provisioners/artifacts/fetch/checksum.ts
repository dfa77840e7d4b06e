import type { Digest, HashName } from '../hash.ts'

const DIGITS: Readonly<Record<HashName, number>> = { sha256: 64, sha512: 128 }

/**
 * Reads a published checksum file, in any of the styles that Apache projects use: `hash  file`, `SHA512 (file) = hash`,
 * a bare hash, and what `gpg --print-md` and `--print-mds` write (upper case, in groups, wrapped over lines, file name first).
 * @returns undefined when the text has no such hash for the file.
 */
export function parseChecksum(text: string, fileName: string, algorithm: HashName): Digest | undefined {
  const hex =
    coreutils(text, fileName, algorithm) ??
    bsd(text, fileName, algorithm) ??
    gpg(text, fileName, algorithm) ??
    manyByGpg(text, fileName, algorithm)
  return hex === undefined ? undefined : { algorithm, hex: hex.toLowerCase() }
}

const isHash = (word: string, algorithm: HashName): boolean =>
  word.length === DIGITS[algorithm] && /^[0-9a-fA-F]+$/.test(word)

const sameFile = (path: string, fileName: string): boolean => path.replace(/^.*\//, '') === fileName

function coreutils(text: string, fileName: string, algorithm: HashName): string | undefined {
  for (const line of text.split(/\r?\n/)) {
    const [hash = '', name] = line.trim().split(/\s+\*?/)
    if (isHash(hash, algorithm) && (name === undefined || sameFile(name, fileName))) return hash
  }
  return undefined
}

function bsd(text: string, fileName: string, algorithm: HashName): string | undefined {
  for (const line of text.split(/\r?\n/)) {
    const match = /^(\S+)\s*\((.+)\)\s*=\s*([0-9a-fA-F]+)\s*$/.exec(line.trim())
    if (match === null) continue
    const [, label = '', name = '', hash = ''] = match
    const rightLabel = label.replace('-', '').toLowerCase() === algorithm
    if (rightLabel && sameFile(name, fileName) && isHash(hash, algorithm)) return hash
  }
  return undefined
}

function gpg(text: string, fileName: string, algorithm: HashName): string | undefined {
  const colon = text.indexOf(':')
  if (colon < 0 || !sameFile(text.slice(0, colon).trim(), fileName)) return undefined
  const joined = text
    .slice(colon + 1)
    .replace(/^\s*SHA-?(256|512)\s*=/i, '')
    .replace(/\s+/g, '')
  return isHash(joined, algorithm) ? joined : undefined
}

/** `gpg --print-mds`: one hash after the other, each as `file: SHA256 = …` wrapped over lines (Hadoop 1 and 2: `.mds`). */
function manyByGpg(text: string, fileName: string, algorithm: HashName): string | undefined {
  const entries = text.split(/\r?\n(?=\S)/)
  return entries.map((entry) => ofOne(entry, fileName, algorithm)).find((hash) => hash !== undefined)
}

function ofOne(entry: string, fileName: string, algorithm: HashName): string | undefined {
  const match = /^(.+):\s*([A-Z0-9-]+)\s*=([\s0-9A-Fa-f]*)$/.exec(entry.trim())
  if (!match || !sameFile(match[1] ?? '', fileName)) return undefined
  if (match[2]?.replace('-', '').toLowerCase() !== algorithm) return undefined
  const joined = (match[3] ?? '').replace(/\s+/g, '')
  return isHash(joined, algorithm) ? joined : undefined
}
