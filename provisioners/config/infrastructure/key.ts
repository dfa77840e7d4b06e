import { readFileSync } from 'node:fs'
import type { ErrorCode } from '../../errors.ts'
import { localPath } from '../resolve/context.ts'
import { isFault, parsePublicKey } from '../resolve/public-key.ts'
import { type InfrastructureContext, refuse } from './context.ts'
import type { InfrastructureKeyPair } from './types.ts'

/** The types of keys that EC2 takes for Linux. */
const TYPES = ['ssh-ed25519', 'ssh-rsa']

export const readText = (path: string): string => readFileSync(path, 'utf8')

export function resolveKeyPair(context: InfrastructureContext): InfrastructureKeyPair {
  const input = context.aws.keyPair
  if (input === undefined) return { kind: 'none' }
  if (input.existing !== undefined) {
    for (const key of ['publicKeyFile', 'name'] as const) {
      if (input[key] === undefined) continue
      refuse(context, 'SPEC_TWO_KEYS', ['keyPair', key], {
        message: `aws.keyPair says both ${key} and existing`,
        expected: 'a key pair that is there (existing), or one that is made (publicKeyFile)',
        next: `remove ${key} or existing`,
        at: 'key',
      })
    }
    return { kind: 'existing', name: input.existing }
  }
  if (input.publicKeyFile === undefined) {
    refuse(context, 'SPEC_MISSING_KEY', ['keyPair'], {
      message: 'aws.keyPair names no key',
      expected: 'publicKeyFile or existing',
      next: 'add publicKeyFile: ~/.ssh/id_ed25519.pub',
      at: 'key',
    })
    return { kind: 'none' }
  }
  const publicKey = publicKeyIn(localPath(input.publicKeyFile, context), input.publicKeyFile, context)
  if (publicKey === undefined) return { kind: 'none' }
  return { kind: 'public-key', name: input.name ?? context.name, publicKey }
}

/** The key's one line. Of what the file holds, nothing is repeated: it may be a private key. */
function publicKeyIn(file: string, written: string, context: InfrastructureContext): string | undefined {
  const wrong = (code: ErrorCode, message: string, expected: string, next: string): undefined => {
    refuse(context, code, ['keyPair', 'publicKeyFile'], { message, found: written, expected, next })
    return undefined
  }
  let content: string
  try {
    content = context.read(file)
  } catch (cause) {
    const why = (cause as NodeJS.ErrnoException).code ?? 'unknown'
    const make = `ssh-keygen -t ed25519 -f ${file.replace(/\.pub$/, '')}`
    return wrong('SPEC_KEY_FILE', `${file} can't be read (${why})`, 'a public key', make)
  }
  if (/PRIVATE KEY|PuTTY-User-Key-File/.test(content)) {
    const expected = 'the public half, the file beside it that ends in .pub'
    const next = `write ${written}.pub`
    return wrong(
      'SPEC_PRIVATE_KEY',
      `${written} is a private key, which must not leave this machine`,
      expected,
      next,
    )
  }
  const lines = content
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
  const [line = ''] = lines
  const expected = `one key of the type ${TYPES.join(' or ')}`
  const next = 'ssh-keygen -t ed25519, and name the file that ends in .pub'
  if (lines.length !== 1) return wrong('SPEC_KEY_FILE', `${file} holds ${lines.length} keys`, expected, next)
  const parsed = parsePublicKey(line)
  if (isFault(parsed))
    return wrong('SPEC_KEY_FILE', `${file} holds no key to use: ${parsed.why}`, expected, next)
  if (TYPES.includes(parsed.type)) return line
  return wrong(
    'SPEC_KEY_FILE',
    `${file} holds a key of the type ${parsed.type}, which EC2 does not take`,
    expected,
    next,
  )
}
