import { access, mkdir, writeFile } from 'node:fs/promises'
import { HowdahError } from '../provisioners/errors.ts'
import type { Reporter } from '../provisioners/events.ts'
import { checkMachine, checkRequirements, missingPackages } from './requirements.ts'
import { run, succeeds } from './run.ts'

const ENV = { DEBIAN_FRONTEND: 'noninteractive' }
const POLICY = '/usr/sbin/policy-rc.d'

/**
 * Installs the missing packages of a lab with apt; does nothing when none is missing.
 * Throws LAB_NEEDS_LINUX, LAB_NEEDS_ROOT, LAB_NEEDS_APT, LAB_COMMAND_FAILED.
 */
export async function ensureLabPackages(report: Reporter, signal?: AbortSignal): Promise<void> {
  checkMachine()
  const missing = await missingPackages()
  if (missing.length === 0) return
  if (!(await succeeds('apt-get', ['--version']))) {
    throw new HowdahError({
      code: 'LAB_NEEDS_APT',
      exit: 'preflight',
      message: `A lab needs ${missing.join(', ')}, and this machine has no apt-get to install them.`,
      next: 'Install them, or use a Debian or Ubuntu machine.',
    })
  }
  report({ type: 'phase', title: `Installing ${missing.join(', ')}` })
  const options = { env: ENV, signal, timeout: 600_000 }
  await run('apt-get', ['-qq', 'update'], options)
  await withoutStarting(() =>
    run('apt-get', ['-qqy', '--no-install-recommends', 'install', ...missing], options),
  )
  await checkRequirements()
}

/** The lab starts its own sshd and tinyproxy; the packages must not start theirs on this machine. */
async function withoutStarting(work: () => Promise<unknown>): Promise<void> {
  const theirs = await access(POLICY).then(
    () => true,
    () => false,
  )
  if (theirs) {
    await work()
    return
  }
  await mkdir('/usr/sbin', { recursive: true })
  await writeFile(POLICY, '#!/bin/sh\nexit 101\n', { mode: 0o755 })
  try {
    await work()
  } finally {
    await run('rm', ['-f', POLICY])
  }
}
