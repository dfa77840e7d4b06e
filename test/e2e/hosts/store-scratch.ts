import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Cluster, SecretRef } from '../../../provisioners/config/types.ts'
import { silent } from '../../../provisioners/events.ts'
import { backupHeld } from '../../../provisioners/operations/store/backup.ts'
import { openBackup } from '../../../provisioners/operations/store/backup-file.ts'
import { restoreHeld } from '../../../provisioners/operations/store/restore.ts'
import type { Session } from '../../../provisioners/runtime/session.ts'
import { Secret } from '../../../provisioners/secret.ts'
import { sh } from '../../../provisioners/shell.ts'
import { openTransport, Redactor, type Transport } from '../../../provisioners/transport/index.ts'
import type { LossStage } from './store-loss.ts'
import type { ScratchServer } from './store-servers.ts'

export interface ScratchStage {
  readonly server: () => ScratchServer
  readonly cluster: () => Cluster
  /** The value of a secret, which is generated once, by its name. */
  secret(name: string): string
  readonly root: (sql: string) => Promise<string>
}

/** Programs that run the clients of the unpacked server like those of this machine. */
function clientsOf({ root }: ScratchServer): string {
  const dir = join(root, 'srv/clients')
  mkdirSync(dir, { recursive: true })
  const names = ['mariadb', 'mariadb-dump', 'mysql', 'mysqldump']
  for (const name of names.filter((each) => existsSync(join(root, 'usr/bin', each)))) {
    // Without a chroot, since the option file with the password is outside of the tree.
    const script = sh`#!/bin/sh
root=${root}
for loader in "$root"/lib64/ld-linux-*.so.* "$root"/lib/ld-linux-*.so.*; do [ ! -e "$loader" ] || break; done
for libraries in "$root"/usr/lib/*-linux-gnu; do :; done
exec "$loader" --library-path "$libraries" "$root"/usr/bin/${name} "$@"
`
    writeFileSync(join(dir, name), script)
    chmodSync(join(dir, name), 0o755)
  }
  return dir
}

/** This machine, with the server's clients on its path. */
async function machineOf(server: ScratchServer, redactor: Redactor): Promise<Transport> {
  const address = { host: 'rs1', address: '127.0.0.1', port: 22, user: 'root' }
  const ssh = {
    ...({ kind: 'local', identityFiles: [], agent: false, hostKeys: 'strict', knownHosts: [] } as const),
    ...{ useSshConfig: false, connectTimeoutMs: 5000 },
  }
  const transport = await openTransport(address, ssh, { redactor, report: silent })
  const path = sh`PATH=${clientsOf(server)}:$PATH\n`
  return {
    host: transport.host,
    run: (request) => transport.run({ ...request, script: path + request.script }),
    upload: (request) => transport.upload(request),
    connect: (to, port) => transport.connect(to, port),
    close: () => transport.close(),
  }
}

/** Backup and restore of an unpacked server, in a session whose only host is this machine. */
export function scratchStage({ server, cluster, secret, root }: ScratchStage): LossStage {
  const within = async <T>(work: (session: Session) => Promise<T>): Promise<T> => {
    const redactor = new Redactor()
    const transport = await machineOf(server(), redactor)
    const get = (ref: SecretRef) => new Secret(ref.kind === 'generate' ? secret(ref.name) : '', 'test')
    const session = {
      ...{ cluster: cluster(), secrets: { get }, redactor, report: silent, lockWaitSeconds: 0 },
      transports: { rs1: transport },
    } as unknown as Session
    return work(session).finally(() => transport.close())
  }
  const never = new AbortController().signal
  return {
    dir: () => {
      const dir = join(server().root, 'srv/backups')
      mkdirSync(dir, { recursive: true })
      return dir
    },
    backup: (options, signal = never) => within((session) => backupHeld(session, options, signal)),
    restore: async (options) => {
      const backup = await openBackup(options.backup)
      return within((session) => restoreHeld(session, backup, options, async () => true, never))
    },
    sql: root,
    async lookOut(words, givenUp) {
      const look = async (): Promise<boolean> => {
        while (!givenUp.aborted) {
          if ((await root('SHOW PROCESSLIST')).includes(words)) {
            server().signal('SIGSTOP')
            return true
          }
        }
        return false
      }
      return { held: look() }
    },
    release: async () => server().signal('SIGCONT'),
    kill: () => server().kill(),
    start: () => server().start(),
    remains: () =>
      within(
        async ({ transports }) =>
          (
            await transports.rs1?.run({
              script: 'ls -d /run/howdah-store.* /var/lib/howdah/restore/* 2>/dev/null || :',
            })
          )?.stdout ?? '',
      ),
  }
}
