import { HowdahErrors } from '../../provisioners/errors.ts'
import { parseCluster } from '../../provisioners/spec/index.ts'
import type { Cluster, Sizing } from '../../provisioners/spec/types.ts'

export const around = { home: '/home/ann', user: 'ann' }

/** A cluster from text, as if it stood in /srv/site/cluster.yml. */
export const parse = (text: string): Cluster => parseCluster(text, '/srv/site/cluster.yml', around)

/** The least that is valid; sections may follow it. Lines 1 to 4. */
export const BASE = `name: insights
hosts:
  - {name: m1, address: 10.0.0.11, roles: [master]}
  - {name: 'w[1-3]', address: '10.0.0.[21-23]', roles: [worker]}
`

/** Every error of a bad spec, as "code line:column". */
export function problemsOf(text: string): { codes: string[]; errors: HowdahErrors['all'] } {
  try {
    parse(text)
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

/** A master and two workers with what cluster.yml says of their memory. */
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
