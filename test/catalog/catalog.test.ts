import { describe, expect, it } from 'vitest'
import {
  CATALOG,
  DAEMONS,
  type Daemon,
  type Generation,
  isOf,
  numberOf,
  SOFTWARE,
  SOFTWARE_NAMES,
  softwareOf,
} from '../../provisioners/catalog/index.ts'
import { knownPaths } from '../../provisioners/config/index.ts'
import { isClusterHost, isHadoopHost } from '../../provisioners/config/placed.ts'
import { ROLES } from '../../provisioners/config/types.ts'

const GENERATIONS: readonly Generation[] = ['hadoop1', 'hadoop2', 'hadoop3']
const processes = DAEMONS.flatMap((daemon) => {
  const { process } = CATALOG[daemon]
  return process ? [{ daemon, process }] : []
})

describe('the catalogue', () => {
  it('refers to daemons and software that are in it', () => {
    const known = new Set<string>(DAEMONS)
    const unknown = DAEMONS.flatMap((daemon) => {
      const { follows, counterpart } = CATALOG[daemon]
      return [follows, counterpart?.daemon].filter((name) => name !== undefined && !known.has(name))
    })
    expect(unknown).toEqual([])
    const software = DAEMONS.flatMap((daemon) => softwareOf(daemon) ?? [])
    const needed = SOFTWARE_NAMES.flatMap((name) => SOFTWARE[name].needs)
    expect([...software, ...needed].filter((name) => !(name in SOFTWARE))).toEqual([])
  })

  it('lets a daemon follow one that comes before it, so that one pass places all', () => {
    const late = DAEMONS.filter((daemon) => {
      const leader = CATALOG[daemon].follows as Daemon | undefined
      return leader !== undefined && DAEMONS.indexOf(leader) > DAEMONS.indexOf(daemon)
    })
    expect(late).toEqual([])
  })

  it.each(GENERATIONS)(
    'gives each daemon of %s a counterpart that the other generations have',
    (generation) => {
      const lost = DAEMONS.filter((daemon) => isOf(daemon, generation)).filter((daemon) => {
        const counterpart = CATALOG[daemon].counterpart?.daemon as Daemon | undefined
        const elsewhere = GENERATIONS.filter((other) => !isOf(daemon, other))
        return elsewhere.some((other) => counterpart === undefined || !isOf(counterpart, other))
      })
      expect(lost).toEqual([])
    },
  )

  it('has units, and in a generation ports and rules, that no other daemon has', () => {
    const units = processes.map(({ process }) => process.unit)
    expect(new Set(units).size).toBe(units.length)
    for (const generation of GENERATIONS) {
      const ports = processes
        .filter(({ daemon }) => isOf(daemon, generation))
        .flatMap(({ process }) => process.ports)
      const numbers = ports.map((port) => numberOf(port, generation))
      expect(new Set(numbers).size).toBe(numbers.length)
      const rules = ports.flatMap(({ rule }) => rule?.id ?? [])
      expect(new Set(rules).size).toBe(rules.length)
    }
  })

  it('names ports by properties that set one of them', () => {
    const wrong = processes.filter(({ process: { asked, page, ports } }) => {
      const named = [asked, page?.port].filter((property) => property !== undefined)
      return !named.every((property) => ports.some((port) => port.property === property))
    })
    expect(wrong).toEqual([])
  })

  it('names configuration files that some software has', () => {
    const files = new Set(SOFTWARE_NAMES.flatMap((name) => Object.keys(SOFTWARE[name].properties)))
    const read = processes.flatMap(({ process }) => [
      ...process.configuration,
      ...(process.page?.files ?? []),
      ...process.ports.flatMap(({ file }) => file ?? []),
    ])
    expect([...new Set(read)].filter((file) => !files.has(file))).toEqual([])
  })

  it('names fields of cluster.yml for secrets and data', () => {
    const paths = new Set(knownPaths())
    const named = DAEMONS.flatMap((daemon) => [
      ...(CATALOG[daemon].secrets ?? []),
      ...(CATALOG[daemon].data ?? []).map((path) => path.replace('hosts.', 'hosts[].')),
    ])
    expect(named.filter((path) => !paths.has(path) && !paths.has(path.replace('[]', '')))).toEqual([])
  })

  it('needs no more at a lower level', () => {
    const wrong = DAEMONS.filter((daemon) => {
      const { mb } = CATALOG[daemon].memory
      return mb.some((value, i) => i > 0 && value < (mb[i - 1] ?? 0))
    })
    expect(wrong).toEqual([])
  })

  it('restarts daemons of which a cluster has one, or a quorum, one at a time', () => {
    const several = processes.filter(
      ({ daemon, process }) => CATALOG[daemon].count !== 'each' && process.restart.atOnce !== 1,
    )
    expect(several).toEqual([])
  })
})

describe('sets of daemons', () => {
  it('are those of the generation', () => {
    expect(ROLES.hadoop1.worker).toEqual(['datanode', 'tasktracker'])
    expect(ROLES.hadoop3.worker).toEqual(['datanode', 'nodemanager'])
    expect(ROLES.hadoop1.master).toContain('jobtracker')
    expect(ROLES.hadoop2.master).not.toContain('jobtracker')
  })
})

describe('a host', () => {
  const on = (daemon: Daemon) => ({ daemons: [daemon] })

  it('is of Hadoop where its software is needed, and of the cluster where a daemon of ours runs', () => {
    expect(isHadoopHost(on('sqoop'))).toBe(true)
    expect(isHadoopHost(on('client'))).toBe(true)
    expect(isHadoopHost(on('zookeeper'))).toBe(false)
    expect(isClusterHost(on('zookeeper'))).toBe(true)
    const outside = ['result-store', 'lms-database', 'scheduler', 'api', 'insights', 'lms'] as const
    expect(outside.filter((daemon) => isClusterHost(on(daemon)))).toEqual([])
  })
})
