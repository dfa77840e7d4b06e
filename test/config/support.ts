import { type Infrastructure, parseCluster, parseInfrastructure } from '../../provisioners/config/index.ts'
import type { Cluster, Sizing } from '../../provisioners/config/types.ts'
import { HowdahErrors } from '../../provisioners/errors.ts'

export const around = { home: '/home/ann', user: 'ann' }

/** A cluster from text, as if it were in /srv/site/cluster.yml. */
export const parse = (text: string): Cluster => parseCluster(text, '/srv/site/cluster.yml', around)

/** The smallest valid file; sections may follow it. Lines 1 to 4. */
export const BASE = `name: insights
hosts:
  - {name: m1, address: 10.0.0.11, roles: [master]}
  - {name: 'w[1-3]', address: '10.0.0.[21-23]', roles: [worker]}
`

/** A public key that was made for the tests; its private half was thrown away. */
export const PUBLIC_KEY =
  'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIPCn1ZxI8T8STLUy0AI56kTI0JQlc/LkkiJsUZunothb operator@example.org'

/** Files that a cluster.yml may name, by path. */
export const FILES: Readonly<Record<string, string>> = {
  '/srv/site/key.pub': `${PUBLIC_KEY}\n`,
  '/home/ann/.ssh/id_ed25519.pub': PUBLIC_KEY,
  '/srv/site/private': '-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEA\n',
  '/srv/site/putty.ppk': 'PuTTY-User-Key-File-3: ssh-ed25519\nPrivate-Lines: 1\nAAAA\n',
  '/srv/site/two.pub': `${PUBLIC_KEY}\n${PUBLIC_KEY}\n`,
  '/srv/site/notes.txt': 'hunter2 is my password\n',
  '/srv/site/cut.pub': PUBLIC_KEY.replace('AAAAC3NzaC1lZDI1NTE5', 'AAAAC3NzaC1lZDI1'),
  '/srv/site/ecdsa.pub':
    'ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBOkcFOIj6dV84NyTPFGUqcqNXoWC4+Y2j/QDrgIf4LKEdgufkOnn0QM9RCpCUoEOUgxlg+bzeU7SraNBEQ1WyrQ= x',
}

const read = (path: string): string => {
  const text = FILES[path]
  if (text === undefined) throw Object.assign(new Error('absent'), { code: 'ENOENT' })
  return text
}

/** An infrastructure from text, as if it were in /srv/site/cluster.yml on a day of November 2026. */
export const infrastructure = (text: string): Infrastructure =>
  parseInfrastructure(text, '/srv/site/cluster.yml', { around, read, today: '2026-11-24' })

/** Every error of an invalid cluster.yml, as "code line:column". */
export function problemsOf(
  text: string,
  parsed: (text: string) => unknown = parse,
): { codes: string[]; errors: HowdahErrors['all'] } {
  try {
    parsed(text)
  } catch (error) {
    if (!(error instanceof HowdahErrors)) throw error
    const short = (where = ''): string => where.replace('/srv/site/cluster.yml:', '')
    return {
      codes: error.all.map(({ details }) => `${details.code} ${short(details.where)}`),
      errors: error.all,
    }
  }
  return { codes: [], errors: [] }
}

/** A master and two workers, with their memory as cluster.yml has it. */
export const small = (master: string, worker: string, cores = 2, more = ''): Cluster =>
  parse(`name: x
hosts:
  - {name: m1, address: 10.0.0.1, roles: [master], memory: ${master}, cores: 2}
  - {name: 'w[1-2]', address: '10.0.0.[2-3]', roles: [worker], memory: ${worker}, cores: ${cores}}
${more}`)

export const value = (sizing: Sizing | undefined, file: string, name: string): string | undefined =>
  sizing?.properties[file]?.[name]
export const nodeManager = (sizing: Sizing | undefined): number =>
  Number(value(sizing, 'yarn-site', 'yarn.nodemanager.resource.memory-mb'))
export const mapred = (sizing: Sizing | undefined, name: string): number =>
  Number(value(sizing, 'mapred-site', name))
