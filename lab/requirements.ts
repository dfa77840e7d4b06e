import { constants } from 'node:fs'
import { access } from 'node:fs/promises'
import { join } from 'node:path'
import { type ErrorCode, HowdahError } from '../provisioners/errors.ts'

/** Programs that the lab calls, and the Debian package of each. */
export const LAB_PROGRAMS: Readonly<Record<string, string>> = {
  'systemd-nspawn': 'systemd-container',
  mmdebstrap: 'mmdebstrap',
  ip: 'iproute2',
  bridge: 'iproute2',
  sshd: 'openssh-server',
  ssh: 'openssh-client',
  'ssh-keygen': 'openssh-client',
  tinyproxy: 'tinyproxy',
}
export const DEBIAN_KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg'

const SBIN = ['/usr/local/sbin', '/usr/sbin', '/sbin']

async function isProgram(name: string): Promise<boolean> {
  const dirs = [...(process.env.PATH ?? '').split(':'), ...SBIN].filter(Boolean)
  for (const dir of dirs) {
    const found = await access(join(dir, name), constants.X_OK).then(
      () => true,
      () => false,
    )
    if (found) return true
  }
  return false
}

/** Debian packages that a lab needs and this machine lacks. */
export async function missingPackages(): Promise<string[]> {
  const missing = new Set<string>()
  for (const [program, name] of Object.entries(LAB_PROGRAMS)) {
    if (!(await isProgram(program))) missing.add(name)
  }
  if (
    !(await access(DEBIAN_KEYRING).then(
      () => true,
      () => false,
    ))
  )
    missing.add('debian-archive-keyring')
  return [...missing]
}

function refuse(code: ErrorCode, message: string, next: string): HowdahError {
  return new HowdahError({ code, exit: 'preflight', message, next })
}

/** Throws LAB_NEEDS_LINUX or LAB_NEEDS_ROOT. `platform` and `uid` are parameters for tests. */
export function checkMachine(
  platform: string = process.platform,
  uid: number | undefined = process.getuid?.(),
): void {
  if (platform !== 'linux') {
    throw refuse(
      'LAB_NEEDS_LINUX',
      `A lab needs Linux, and this is ${platform}.`,
      'Use a Debian or Ubuntu machine.',
    )
  }
  if (uid !== 0) {
    throw refuse(
      'LAB_NEEDS_ROOT',
      'A lab needs root, for containers and a network bridge.',
      'Run it again with sudo.',
    )
  }
}

/** Throws LAB_NEEDS_LINUX, LAB_NEEDS_ROOT or LAB_NEEDS_PACKAGES. */
export async function checkRequirements(): Promise<void> {
  checkMachine()
  const missing = await missingPackages()
  if (missing.length === 0) return
  throw refuse(
    'LAB_NEEDS_PACKAGES',
    `A lab needs ${missing.join(', ')}, which are not installed.`,
    `apt-get install ${missing.join(' ')}`,
  )
}
