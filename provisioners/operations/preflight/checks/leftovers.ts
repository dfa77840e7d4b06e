import type { Check, Found, Seen } from '../types.ts'
import { answer, eachHost, shown } from './reading.ts'

/** The facts of one kind: the fields of their lines. Throws Unread. */
const factsOf = (seen: Seen, kind: string): string[][] =>
  answer(seen, 'leftovers')
    .split('\n')
    .flatMap((line) => {
      const [first, ...fields] = line.split('\t')
      return first === kind && fields[0] ? [fields] : []
    })

const firsts = (seen: Seen, kind: string): string[] => factsOf(seen, kind).map(([first = '']) => first)

const names = (list: readonly string[]): string => shown(list.join(', '))

/** A name of a package, which may be put into a command. */
const isName = (text: string): boolean => /^[a-z0-9][a-z0-9.+_-]*$/i.test(text)

const packages: Check = {
  id: 'other-packages',
  title: 'no packages of Ambari, Cloudera, HDP or Bigtop are installed',
  severities: ['warning'],
  run: eachHost((seen) => {
    const found = firsts(seen, 'package').filter(isName)
    if (found.length === 0) return []
    return [
      {
        severity: 'warning',
        message:
          'packages of another distribution of Hadoop are installed; their daemons take ports, and their commands are found first',
        evidence: names(found),
        fix: { where: 'host', text: `apt-get remove ${found.join(' ')}` },
      },
    ]
  }),
}

const directories: Check = {
  id: 'other-directories',
  title: 'no directories of another distribution of Hadoop exist',
  severities: ['note'],
  run: eachHost((seen) => {
    const found = firsts(seen, 'dir')
    if (found.length === 0) return []
    return [
      {
        severity: 'note',
        message: 'directories of another distribution of Hadoop exist; Howdah does not use them',
        evidence: names(found),
        fix: { where: 'hand', text: 'remove them when nobody needs them' },
      },
    ]
  }),
}

/** The accounts that Howdah has made there are on its record. */
const accounts: Check = {
  id: 'other-accounts',
  title: 'accounts of the daemons exist, which Howdah did not make',
  severities: ['note'],
  run: eachHost((seen) => {
    const ours = new Set(seen.record.map(({ id }) => id))
    const found = factsOf(seen, 'account').filter(([name]) => !ours.has(`user:${name}`))
    if (found.length === 0) return []
    return [
      {
        severity: 'note',
        message:
          'accounts with the names of daemons exist already; Howdah uses them, and changes their group and home',
        evidence: names(found.map(([name, uid]) => `${name} (uid ${uid ?? 'unknown'})`)),
      },
    ]
  }),
}

const commands: Check = {
  id: 'other-commands',
  title: 'the commands hadoop, hive and sqoop in the PATH are those of Howdah, or there are none',
  severities: ['warning'],
  run: eachHost((seen, { cluster }) => {
    const { install } = cluster.directories
    const found = factsOf(seen, 'command').filter(
      ([, target = '']) => !target.startsWith(`${install}/`) && !target.startsWith('/usr/local/bin/'),
    )
    if (found.length === 0) return []
    return [
      {
        severity: 'warning',
        message:
          'another hadoop, hive or sqoop is in the PATH, and users can get it in place of that of the cluster',
        evidence: names(found.map(([name, target]) => `${name} is ${target}`)),
        fix: { where: 'hand', text: 'remove it, or its directory from the PATH' },
      },
    ]
  }),
}

const settings: Check = {
  id: 'other-settings',
  title: 'no JAVA_HOME or HADOOP_… is set for all logins (/etc/environment, /etc/profile.d)',
  severities: ['warning'],
  run: eachHost((seen) => {
    const found = factsOf(seen, 'setting').filter(([file = '']) => !/\/howdah[^/]*$/.test(file))
    return found.map(([file = '', line = '']): Found => {
      const name = /([A-Z_]+)=/.exec(line)?.[1] ?? 'JAVA_HOME'
      return {
        severity: 'warning',
        message: `${name} is set for all logins, and commands of users then run with another Java or another configuration`,
        evidence: `${shown(file)}: ${shown(line)}`,
        fix: {
          where: 'host',
          text: `sed -i '/${name}=/s/^/#/' ${/^[\w./-]+$/.test(file) ? file : '/etc/environment'}`,
        },
      }
    })
  }),
}

const processes: Check = {
  id: 'other-daemons',
  title: 'no daemon of Hadoop, Hive or ZooKeeper runs that is not in a unit of Howdah',
  severities: ['warning'],
  run: eachHost((seen) => {
    const units = new Set(seen.record.flatMap(({ id }) => (id.startsWith('unit:') ? id.slice(5) : [])))
    const found = factsOf(seen, 'process').filter(
      ([, , unit = '']) => !units.has(unit) && !unit.startsWith('yarn-') && !unit.startsWith('howdah-job-'),
    )
    if (found.length === 0) return []
    return [
      {
        severity: 'warning',
        message: 'daemons of another installation run',
        evidence: names(
          found.map(
            ([pid, name = '', unit]) =>
              `${name.split('.').at(-1)} (process ${pid}${unit ? `, unit ${unit}` : ''})`,
          ),
        ),
        fix: { where: 'hand', text: 'stop them with the tools of that installation' },
      },
    ]
  }),
}

/** What other installations have left. */
export const leftoverChecks: readonly Check[] = [
  packages,
  directories,
  accounts,
  commands,
  settings,
  processes,
]
