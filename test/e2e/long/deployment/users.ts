import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { execa } from 'execa'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { expectExit, onHost } from '../../support.ts'
import { ROLES } from './whole-file.ts'

interface Deployment {
  readonly hosts: readonly { readonly name: string; readonly address: string }[]
  readonly ssh: { readonly knownHosts: readonly string[] }
}

const HOSTS = Object.keys(ROLES)

/** The users of cluster.yml on every host of a deployment, including hosts outside of the Hadoop cluster. */
export function userTests({ lab, file }: { readonly lab: string; readonly file: string }): void {
  describe('users', () => {
    it('are on every host, and rules of sudo that visudo accepts', async () => {
      const found = await Promise.all(
        HOSTS.map((host) =>
          onHost(
            lab,
            host,
            'visudo -c >/dev/null && getent group edxadmin | cut -d: -f4; getent passwd bo | cut -d: -f7',
          ),
        ),
      )
      expect(found).toEqual(HOSTS.map(() => 'ana\n/bin/rbash'))
    })

    it.each(HOSTS)('an admin logs in on %s with a key, and may do anything', async (host) => {
      const { hosts, ssh } = parse(readFileSync(file, 'utf8')) as Deployment
      const address = hosts.find(({ name }) => name === host)?.address ?? ''
      const { stdout } = await execa('ssh', [
        ...[
          '-F',
          'none',
          '-i',
          join(dirname(file), 'ana'),
          '-o',
          'BatchMode=yes',
          '-o',
          'IdentitiesOnly=yes',
        ],
        ...['-o', 'StrictHostKeyChecking=yes', '-o', `UserKnownHostsFile=${ssh.knownHosts[0]}`],
        ...[`ana@${address}`, 'sudo -n id -un'],
      ])
      expect(stdout).toBe('root')
    })

    it('need no steps in a second plan', async () => {
      const { out } = await expectExit(0, ['users', 'plan', '--json', file])
      expect((JSON.parse(out) as { steps: unknown[] }).steps).toEqual([])
    })
  })
}
