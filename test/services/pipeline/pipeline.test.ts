import { spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import type { File, Resource } from '../../../provisioners/engine/types.ts'
import { pipeline } from '../../../provisioners/services/pipeline/index.ts'
import { probePython } from '../../../provisioners/services/pipeline/python.ts'
import { clusterOf, contextOf, FIVE, ONE, SEED } from '../a-context.ts'
import { runSh } from '../run-sh.ts'

const STORES = 'pipeline: {python: {version: 3}}\n'

const on = (name: string, text = `${FIVE}${STORES}`): readonly Resource[] => {
  const context = contextOf(text)
  const host = context.cluster.hosts.find((each) => each.name === name)
  if (!host) throw new Error(`no host ${name}`)
  return pipeline.resources(host, context)
}
const ids = (resources: readonly Resource[]): string[] => resources.map(({ id }) => id)
const fileAt = (resources: readonly Resource[], path: string): File => {
  const found = resources.find((each) => each.id === `file:${path}`)
  if (!found) throw new Error(`no file ${path}: ${ids(resources)}`)
  return found as File
}
/** The settings, parsed without the product's code: the text after ` = `, by section and key. */
function sections(text: string): Record<string, Record<string, string>> {
  const found: Record<string, Record<string, string>> = {}
  let section = ''
  for (const line of text.split('\n')) {
    const head = /^\[(.+)\]$/.exec(line)?.[1]
    if (head) section = head
    const [, key, value] = /^(\S+) = (.*)$/.exec(line) ?? []
    if (key !== undefined) found[section] = { ...found[section], [key]: value ?? '' }
  }
  return found
}
const override = (text?: string) =>
  sections(fileAt(on('m1', text), '/etc/edx-analytics-pipeline/override.cfg').content)

const made: string[] = []
afterEach(() => {
  for (const dir of made.splice(0)) rmSync(dir, { recursive: true, force: true })
})
const scratch = (): string => {
  const dir = mkdtempSync(join(tmpdir(), 'howdah-pipeline-'))
  made.push(dir)
  return dir
}

/** The PATH of tasks: Howdah's own programs come first. */
const PATH = 'PATH=/usr/local/lib/howdah/tasks:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

describe('the pipeline on hosts', () => {
  it('has no resources if cluster.yml has no section for it, and none on hosts of databases', () => {
    expect(on('m1', FIVE)).toEqual([])
    expect(on('lms')).toEqual([])
  })

  it('has its account everywhere, files of tasks on workers, the rest on the master', () => {
    expect(ids(on('w1'))).toEqual([
      'user:hadoop',
      'directory:/home/hadoop',
      'directory:/etc/luigi',
      'file:/etc/luigi/client.cfg',
      'fact:pipeline-python',
      'package:pipeline-python',
      'package:mysqldump',
    ])
    const master = ids(on('m1'))
    expect(master).not.toContain('package:mysqldump')
    expect(master).toEqual(
      expect.arrayContaining([
        'sudoers:pipeline',
        'file:/home/hadoop/.bashrc',
        'file:/etc/edx-analytics-pipeline/input.json',
        'hdfs-directory:/edx-analytics-pipeline/warehouse',
        'hdfs-directory:/data',
        'hdfs-directory:/data/tracking',
      ]),
    )
  })

  it('gives the account a home in HDFS and on hosts, and no rights of a daemon', () => {
    const account = on('w1').find(({ id }) => id === 'user:hadoop')
    expect(account).toMatchObject({ group: 'hadoop', groups: [], system: false, shell: '/bin/bash' })
  })

  it('writes the same settings of Hadoop on workers and on the master', () => {
    const at = (name: string) => fileAt(on(name), '/etc/luigi/client.cfg').content
    expect(at('w1')).toBe(at('m1'))
    expect(sections(at('w1')).hadoop).toEqual({
      version: 'cdh4',
      command: '/usr/local/bin/hadoop',
      'streaming-jar': '/opt/hadoop/current/share/hadoop/tools/lib/hadoop-streaming-3.4.2.jar',
      'python-executable': '/usr/bin/python3',
    })
  })

  it('takes names, ports and addresses of override.cfg from the rest of cluster.yml', () => {
    const moved = `${FIVE}resultStore: {database: results}
lms: {database: edx}
pipeline: {python: {version: 3}, root: /edx, logs: /logs, hiveDatabase: insights}
`
    const found = override(moved)
    expect(found.hive).toEqual({
      release: 'apache',
      version: '3.1',
      database: 'insights',
      warehouse_path: 'hdfs://m1:8020/edx/warehouse/',
    })
    expect(found['database-import']).toEqual({
      database: 'edx',
      credentials: '/etc/edx-analytics-pipeline/input.json',
      destination: 'hdfs://m1:8020/edx/warehouse/',
    })
    expect(found['database-export']?.database).toBe('results')
    expect(found['event-logs']?.source).toBe('["hdfs://m1:8020/logs/"]')
    const urls = JSON.stringify(found).match(/hdfs:\/\/[^/"]+/g) ?? []
    expect(new Set(urls)).toEqual(new Set(['hdfs://m1:8020']))
    expect(urls.length).toBeGreaterThan(5)
  })

  it('sets the exit codes of failed runs, and makes lists of inputs only if a jar can read them', () => {
    const found = override()
    expect(found.retcode).toMatchObject({ task_failed: '30', unhandled_exception: '40' })
    expect(Object.values(found.retcode ?? {}).every((code) => Number(code) > 0)).toBe(true)
    expect(found.manifest).toEqual({
      threshold: '1000000',
      path: 'hdfs://m1:8020/edx-analytics-pipeline/manifest/',
    })
    const jar = override(`${FIVE}pipeline: {python: {version: 3}, manifestJar: /edx/util.jar}\n`)
    expect(jar.manifest).toMatchObject({ threshold: '500', lib_jar: 'hdfs://m1:8020/edx/util.jar' })
  })

  it('lets reducers act as the account, keeps their environment of mapred-site, and leaves memory for a second JVM', () => {
    const conf = override()['job-conf'] ?? {}
    expect(conf['mapreduce.reduce.env']).toMatch(
      /HADOOP_MAPRED_HOME=.*,JAVA_HOME=.*,HADOOP_USER_NAME=hadoop,HADOOP_CLIENT_OPTS=-XX:[^,]*-Xshare:auto$/,
    )
    expect(conf['mapreduce.map.env']).toContain('HADOOP_USER_NAME=hadoop')
    const container = Number(conf['mapreduce.reduce.memory.mb'])
    const heap = Number(/-Xmx(\d+)m/.exec(conf['mapreduce.reduce.java.opts'] ?? '')?.[1])
    expect(heap).toBeGreaterThanOrEqual(256)
    expect(container - heap).toBeGreaterThanOrEqual(512)
  })

  it('has a calendar for each day that a workflow computes', () => {
    const begins = (text: string) => override(`${FIVE}${text}`).calendar?.interval?.slice(0, 10)
    expect(begins('pipeline: {python: {version: 3}}\n')).toBe('2012-01-01')
    expect(begins('pipeline: {python: {version: 3}, intervalStart: 2015-09-01}\n')).toBe('2015-01-01')
    // The earlier one of two days.
    const two =
      'pipeline: {python: {version: 3}, intervalStart: 2015-09-01}\nschedule: {firstDay: 2014-03-01}\n'
    expect(begins(two)).toBe('2014-01-01')
  })

  it('lets pipeline.overrides replace the computed settings', () => {
    const found = override(
      `${FIVE}pipeline: {python: {version: 3}, overrides: {geolocation: {geolocation_data: '/geo.dat'}, enrollments: {overwrite_n_days: 10}}}\n`,
    )
    expect(found.geolocation).toEqual({ geolocation_data: '/geo.dat' })
    expect(found.enrollments).toEqual({ interval_start: '2012-01-01', overwrite_n_days: '10' })
  })

  it('writes credentials as JSON that every reader accepts, closed and never shown', () => {
    const file = fileAt(on('m1'), '/etc/edx-analytics-pipeline/output.json')
    expect(file).toMatchObject({ owner: 'hadoop', mode: '0600', sensitive: true })
    expect(JSON.parse(file.content)).toEqual({
      host: 'rs',
      port: 3306,
      username: 'pipeline',
      password: 'secret of generate',
    })
    const open = on('m1').filter((each) => each.type === 'file' && !(each as File).sensitive)
    expect(JSON.stringify(open)).not.toContain('secret of')
  })

  it('installs sudo if no users are managed, and otherwise leaves that to the service users', () => {
    expect(ids(on('m1'))).toContain('action:sudo')
    const text = `${FIVE}${STORES}users: []\n`
    const context = { ...contextOf(text), users: { users: {}, unchanged: [], warnings: [] } }
    const host = context.cluster.hosts[0]
    if (!host) throw new Error('no host')
    const found = ids(pipeline.resources(host, context))
    expect(found).not.toContain('action:sudo')
    expect(found).toContain('sudoers:pipeline')
  })

  it('lets the users of the list act as the account, and removes the rule with the last of them', () => {
    const rule = (list: string) =>
      on('m1', `${FIVE}pipeline: {python: {version: 3}, sudoers: ${list}}\n`).find(
        ({ id }) => id === 'sudoers:pipeline',
      )
    expect(rule('[ana, batch]')).toMatchObject({
      name: 'ana, batch',
      path: '/etc/sudoers.d/howdah-pipeline',
      rules: [{ text: 'ALL=(hadoop) NOPASSWD: ALL', where: '/cfg/cluster.yml:12:43' }],
    })
    expect(rule('[]')).toMatchObject({ path: '/etc/sudoers.d/howdah-pipeline', rules: [] })
  })

  it('uses the dialect of Hadoop 1 if there is a JobTracker', () => {
    const text = `${SEED}${STORES}`
    expect(sections(fileAt(on('w1', text), '/etc/luigi/client.cfg').content).hadoop).toMatchObject({
      version: 'apache1',
      'streaming-jar': '/opt/hadoop/current/contrib/streaming/hadoop-streaming-1.2.1.jar',
    })
    expect(ids(on('w1', text))).toContain('package:mysqldump')
    const found = override(text)
    // With the values of mapred-site, because Hadoop 1 would ignore the general mapred.child.env.
    expect(found['job-conf']).toEqual({
      'mapred.map.child.env': `JAVA_HOME=/opt/jdk/8,${PATH},HADOOP_USER_NAME=hadoop`,
      'mapred.reduce.child.env': `JAVA_HOME=/opt/jdk/8,${PATH},HADOOP_USER_NAME=hadoop`,
    })
    expect(found.hive?.version).toBe(clusterOf(text).versions.hive.split('.').slice(0, 2).join('.'))
    const shell = on('m1', text).find(({ id }) => id === 'file:/home/hadoop/.bashrc')
    expect(shell?.after?.filter((id) => id.includes('/yarn') || id.includes('/mapred'))).toEqual([])
  })

  it('installs the client on a worker with MariaDB, but not on one with MySQL, which has its own', () => {
    const mysql = ONE.replace(
      'name: single',
      'name: single\nmetastore: {flavor: mysql}\nresultStore: {flavor: mysql}',
    )
    expect(ids(on('one', `${ONE}${STORES}`))).toContain('package:mysqldump')
    expect(ids(on('one', `${mysql}${STORES}`))).not.toContain('package:mysqldump')
  })
})

describe('the shell of the account', () => {
  it('sets its environment in every shell, and the rest only in an interactive one', () => {
    const bashrc = (on('m1').find(({ id }) => id === 'file:/home/hadoop/.bashrc') as unknown as File).content
    const path = join(scratch(), 'bashrc')
    writeFileSync(path, `${bashrc}\necho beyond\n`)
    const run = (flags: string[], set: Record<string, string> = {}) =>
      spawnSync(
        'bash',
        [
          ...['--norc', ...flags, '-c'],
          `. ${path}; echo "$PATH $HADOOP_CONF_DIR $LUIGI_CONFIG_PATH"; echo "$HADOOP_CLIENT_OPTS|$LC_ALL"`,
        ],
        { encoding: 'utf8', env: { PATH: '/usr/bin:/bin', HOME: '/nowhere', ...set } },
      ).stdout
    expect(run([])).toBe(
      '/usr/local/bin:/usr/bin:/bin /etc/hadoop/conf /etc/edx-analytics-pipeline/override.cfg\n-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xshare:auto|C.UTF-8\n',
    )
    expect(run(['-i'])).toContain('beyond')
    // The caller's values are kept, except the language: tests of the pipeline set their own values.
    const own = {
      LUIGI_CONFIG_PATH: '/own.cfg',
      HADOOP_CONF_DIR: '/own',
      HADOOP_CLIENT_OPTS: '-Xint',
      LC_ALL: 'de',
    }
    expect(run([], own)).toBe('/usr/local/bin:/usr/bin:/bin /own /own.cfg\n-Xint|C.UTF-8\n')
  })

  it('overwrites no variable that a caller has set', () => {
    const bashrc = (on('m1').find(({ id }) => id === 'file:/home/hadoop/.bashrc') as unknown as File).content
    const set = [...bashrc.matchAll(/^export ([A-Z_]+)=(.*)$/gm)].filter(
      ([, name, value]) => !value?.startsWith(`"\${${name}:-`),
    )
    expect(set.map(([, name]) => name)).toEqual(['LC_ALL'])
  })
})

describe('the probe of Python', () => {
  const fake = (body: string): string => {
    const path = join(scratch(), 'python')
    writeFileSync(path, `#!/bin/sh\n${body}\n`)
    chmodSync(path, 0o755)
    return path
  }
  const probe = (version: '2.7' | '3', command: string): string | undefined =>
    runSh(probePython({ version, command, packages: [] })).values.python

  it('distinguishes a right Python, another version, none, and one without pkg_resources', () => {
    expect(probe('3', fake('echo 3.13'))).toBe('ok')
    expect(probe('2.7', fake('echo 2.7'))).toBe('ok')
    expect(probe('2.7', fake('echo 3.13'))).toBe('is version 3.13')
    expect(probe('2.7', '/nowhere/python2.7')).toBe('absent')
    const bare = fake('echo Traceback >&2; echo "ImportError: No module named pkg_resources" >&2; exit 1')
    expect(probe('2.7', bare)).toBe('ImportError: No module named pkg_resources')
  })

  it('imports the modules that tasks load', () => {
    expect(probePython({ version: '2.7', command: '/p', packages: [] })).toContain('import pkg_resources')
    expect(probePython({ version: '3', command: '/p', packages: [] })).not.toContain('pkg_resources')
  })

  it('refuses the plan if a required Python is missing', () => {
    const fact = on('w1', `${FIVE}pipeline: {python: {version: 2.7}}\n`).find(
      ({ id }) => id === 'fact:pipeline-python',
    )
    expect(fact).toMatchObject({ must: [{ oneOf: ['ok'] }] })
    expect(JSON.stringify(fact)).toContain('write install: true beside version')
    expect(ids(on('w1', `${FIVE}pipeline: {python: {version: 2.7}}\n`))).not.toContain(
      'package:pipeline-python',
    )
  })
})
