import { createConnection } from 'node:net'
import { execa } from 'execa'
import type { Lab } from './types.ts'

type Login = Pick<Lab, 'identityFile' | 'knownHosts' | 'user'>

/** The argument list of an ssh to a host: only the lab's key and the lab's known hosts, with strict checking. */
export function sshArgs(lab: Login, address: string, user: string = lab.user): string[] {
  const options = [
    `UserKnownHostsFile=${lab.knownHosts}`,
    'GlobalKnownHostsFile=/dev/null',
    'StrictHostKeyChecking=yes',
    'IdentitiesOnly=yes',
    'ConnectTimeout=5',
  ]
  return [
    'ssh',
    '-F',
    'none',
    '-i',
    lab.identityFile,
    ...options.flatMap((o) => ['-o', o]),
    `${user}@${address}`,
  ]
}

/** The output of `systemctl is-system-running` after the boot; undefined while no login is possible. */
export async function bootState(lab: Login, address: string): Promise<string | undefined> {
  if (!(await answers(address, 22))) return undefined
  const [program = 'ssh', ...args] = sshArgs(lab, address)
  const command = 'systemctl is-system-running --wait || true'
  const result = await execa(program, ['-o', 'BatchMode=yes', ...args, command], {
    reject: false,
    timeout: 60_000,
    stdin: 'ignore',
  })
  const state = result.stdout.trim()
  return result.failed || state === '' ? undefined : state
}

/** True when the port accepts a connection. */
export function answers(address: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ host: address, port, timeout: 1000 })
    const end = (open: boolean) => {
      socket.destroy()
      resolve(open)
    }
    socket.once('connect', () => end(true))
    socket.once('error', () => end(false))
    socket.once('timeout', () => end(false))
  })
}
