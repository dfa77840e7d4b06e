import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { PROFILE_NAMES, PROFILES, type ProfileName } from '../../provisioners/config/versions/profiles.ts'
import { hive } from '../../provisioners/services/hive/index.ts'
import {
  driverJar,
  firstJars,
  type Installed,
  REPAIRS,
  type Repair,
  repairsOf,
  taskClassPath,
  taskJarResources,
  taskJars,
} from '../../provisioners/services/repairs/index.ts'
import { repairLine, repairScript } from '../../provisioners/services/repairs/script.ts'
import { sqoop } from '../../provisioners/services/sqoop/index.ts'
import { addOpens } from '../../provisioners/services/support/java.ts'
import { cluster, context, fileAt, host } from './store/cluster.ts'
import { filesIn, sandbox } from './store/shell.ts'

const installed = (name: ProfileName): Installed => ({
  versions: PROFILES[name].versions,
  java: { use: PROFILES[name].java },
})
const names = (component: Repair['component'], of: Installed) =>
  repairsOf(component, of).map(({ name }) => name)

describe('the table of repairs', () => {
  const due: Readonly<Record<ProfileName, readonly (readonly string[])[]>> = {
    seed: [['metastore-driver'], ['drivers'], []],
    classic: [['metastore-driver'], ['drivers'], []],
    legacy: [['log-binding', 'metastore-driver'], ['drivers'], []],
    stable: [
      ['guava', 'commons-collections', 'log-binding', 'metastore-driver'],
      ['drivers', 'commons-lang', 'commons-cli'],
      [],
    ],
    modern: [
      ['guava', 'commons-collections', 'log-binding', 'metastore-driver'],
      ['drivers', 'commons-lang', 'commons-cli'],
      ['opened-packages'],
    ],
  }
  it.each(PROFILE_NAMES)('has the repairs that the profile %s needs', (name) => {
    const of = installed(name)
    expect([names('hive', of), names('sqoop', of), names('hadoop', of)]).toEqual(due[name])
  })

  it('never makes two repairs with one name on one cluster', () => {
    for (const name of PROFILE_NAMES) {
      for (const component of ['hadoop', 'hive', 'sqoop'] as const) {
        const found = names(component, installed(name))
        expect(found).toEqual([...new Set(found)])
      }
    }
  })

  it('depends on the version of Hadoop, not only on its generation', () => {
    const on = (hadoop: string): Installed => {
      const stable = installed('stable')
      return { ...stable, versions: { ...stable.versions, hadoop } }
    }
    expect(names('hive', on('3.1.4'))).not.toContain('guava')
    expect(names('hive', on('3.2.1'))).toContain('guava')
    expect(names('hive', on('3.3.6'))).not.toContain('commons-collections')
  })

  it('opens packages only on JDKs that need the flags', () => {
    const row = REPAIRS.find(({ actions }) => actions.some(({ kind }) => kind === 'opens'))
    for (const major of [8, 11, 17, 21] as const) {
      expect(row?.jdk?.includes(major), `JDK ${major}`).toBe(addOpens(major).length > 0)
    }
  })

  it('has actions for every place of a repair', () => {
    for (const { name, component, actions, where } of REPAIRS) {
      const kinds = new Set(actions.map(({ kind }) => kind))
      const inLib = kinds.has('add') || kinds.has('remove')
      const reached = {
        commands: inLib || kinds.has('first') || kinds.has('opens'),
        daemons: inLib || kinds.has('driver') || kinds.has('opens'),
        // Jobs of Sqoop take all of its lib with them, and jobs of Hive only hive-exec.
        tasks: kinds.has('tasks') || kinds.has('opens') || (inLib && component === 'sqoop'),
      }
      expect(where.length, name).toBeGreaterThan(0)
      for (const place of where) expect(reached[place], `${component} ${name} in ${place}`).toBe(true)
      if (kinds.has('tasks')) expect(where, name).toContain('tasks')
    }
  })

  it('gives tasks a jar only on Hadoop 3.4, and none if there is no class path to add it to', () => {
    const jars = PROFILE_NAMES.map((name) => taskJars(installed(name)).map(({ jar }) => jar))
    const collections = ['repairs/commons-collections-3.2.2.jar']
    expect(jars).toEqual([[], [], [], collections, collections])
    const path = (generation: 'hadoop1' | 'hadoop3', name: ProfileName) =>
      taskClassPath({ generation, ...installed(name) })
    expect(path('hadoop3', 'stable')).toEqual(['/opt/howdah/task-classpath/*'])
    expect(path('hadoop1', 'seed')).toEqual([])
  })

  it('names for each repair the test that shows the failure without it', () => {
    const tests = readFileSync(new URL('../e2e/long/repairs.test.ts', import.meta.url), 'utf8')
    for (const { name, test, reason, source } of REPAIRS) {
      expect(tests, name).toContain(test)
      expect(reason && source).not.toBe('')
    }
  })

  it('has a driver of the metastore for every profile and server', () => {
    const drivers = PROFILE_NAMES.map((name) =>
      (['mariadb', 'mysql'] as const).map((flavor) => driverJar('hive', flavor, installed(name))),
    )
    const old = ['mariadb-java-client-2.7.12.jar', 'mariadb-java-client-2.7.12.jar']
    const today = ['mariadb-java-client-3.4.1.jar', 'mysql-connector-j-8.4.0.jar']
    expect(drivers).toEqual([old, old, today, today, today])
  })

  it('names only jars that the extras contain', () => {
    const sums = readFileSync(
      new URL('../../provisioners/artifacts/maven/extras/SHA256SUMS', import.meta.url),
      'utf8',
    )
    const jars = REPAIRS.flatMap(({ actions }) =>
      actions.flatMap((action) => ('jar' in action ? [action.jar.replace(/^.*\//, '')] : [])),
    )
    expect(jars.length).toBeGreaterThan(5)
    for (const jar of jars) expect(sums).toContain(`  ${jar}\n`)
  })
})

describe('the script of repairs', () => {
  const rows = (actions: Repair['actions']): Repair[] => [
    {
      name: 'x',
      component: 'hive',
      versions: [],
      where: ['commands'],
      actions,
      reason: 'why',
      source: 'where',
      test: 'which',
    },
  ]
  const tree = (jars: readonly string[]) => {
    const box = sandbox()
    const lib = join(box.root, 'opt/x/lib')
    mkdirSync(lib, { recursive: true })
    mkdirSync(join(box.root, 'opt/extras/repairs'), { recursive: true })
    for (const jar of jars) writeFileSync(join(lib, jar), `old ${jar}`)
    for (const jar of ['a-2.0.jar', 'b-1.0.jar'])
      writeFileSync(join(box.root, 'opt/extras/repairs', jar), 'new')
    const run = (repairs: readonly Repair[]) =>
      box.run(`set -eu\nhome=/opt/x extras=/opt/extras\nsay() { :; }\n${repairScript(repairs)}`)
    return { run, lib, files: () => filesIn(lib) }
  }
  const swap = rows([
    { kind: 'remove', jars: 'a-*.jar', below: 2 },
    { kind: 'add', jar: 'repairs/a-2.0.jar', unless: 'a-*.jar' },
    { kind: 'add', jar: 'repairs/b-1.0.jar' },
  ])

  it('is reverted to the original jars when the table no longer has it', () => {
    const { run, lib, files } = tree(['a-1.9.jar', 'b-1.0.jar', 'c.jar'])
    for (let n = 0; n < 2; n++) {
      expect(run(swap)).toMatchObject({ exit: 0, err: '' })
      expect(files()).toEqual(['a-2.0.jar', 'b-1.0.jar', 'c.jar'])
      expect(readFileSync(join(lib, 'b-1.0.jar'), 'utf8')).toBe('new')
    }
    expect(run([])).toMatchObject({ exit: 0, err: '' })
    expect(files()).toEqual(['a-1.9.jar', 'b-1.0.jar', 'c.jar'])
    expect(readFileSync(join(lib, 'b-1.0.jar'), 'utf8')).toBe('old b-1.0.jar')
  })

  it('compares the major version, and does not change a jar that is new enough', () => {
    const { run, files } = tree(['a-10.1.jar', 'a-1.9-jre.jar'])
    expect(run(swap).exit).toBe(0)
    expect(files()).toEqual(['a-10.1.jar', 'b-1.0.jar'])
  })

  it('describes its actions and the reason', () => {
    const [row] = swap
    expect(row && repairLine(row)).toBe(
      'x: a-*.jar before 2 removed, a-2.0.jar added where no a-*.jar is, b-1.0.jar added (why)',
    )
  })
})

describe('jars of tasks', () => {
  const [, action] = taskJarResources('hive', '/opt/howdah/extras', taskJars(installed('stable')))
  const jar = 'commons-collections-3.2.2.jar'
  const worker = () => {
    const box = sandbox()
    const dir = join(box.root, 'opt/howdah/task-classpath')
    mkdirSync(dir, { recursive: true })
    mkdirSync(join(box.root, 'opt/howdah/extras/repairs'), { recursive: true })
    writeFileSync(join(box.root, 'opt/howdah/extras/repairs', jar), 'new')
    const done = () => box.run(action.probe).out
    return { dir, done, run: () => box.run(`set -eu\n${action.run}`) }
  }

  it('are installed, and compared with their sources: a missing or changed one is installed again', () => {
    const { dir, done, run } = worker()
    writeFileSync(join(dir, 'commons-collections-3.1.jar'), 'old')
    for (const harm of [
      () => {},
      () => rmSync(join(dir, jar)),
      () => writeFileSync(join(dir, jar), 'cut off'),
    ]) {
      harm()
      expect(done()).toBe('done=no\n')
      expect(run()).toMatchObject({ exit: 0, err: '' })
      expect(filesIn(dir)).toEqual([jar])
      expect(readFileSync(join(dir, jar), 'utf8')).toBe('new')
      expect(done()).toBe('done=yes\n')
    }
  })

  it('are on each host that runs tasks, with the extras, and on no other host', () => {
    const ids = (daemons: Parameters<typeof host>[1]) =>
      hive.resources(host('w1', daemons), context()).map(({ id }) => id)
    expect(ids(['datanode', 'nodemanager'])).toEqual([
      'archive:extras',
      'directory:/opt/howdah/task-classpath',
      'action:task-classpath',
    ])
    expect(ids(['datanode'])).toEqual([])
    const all = ids(['nodemanager', 'client', 'sqoop'])
    const sqoops = sqoop.resources(host('w1', ['nodemanager', 'client', 'sqoop']), context())
    const both = [...all, ...sqoops.map(({ id }) => id)]
    expect(both.filter((id) => id === 'archive:extras')).toHaveLength(1)
  })
})

describe('the first jars on a class path', () => {
  it('are only for Hadoop 3', () => {
    expect(firstJars('sqoop', installed('stable'))).toEqual(['repairs/commons-cli-1.5.0.jar'])
    expect(firstJars('sqoop', installed('classic'))).toEqual([])
    const old = cluster({ versions: PROFILES.seed.versions, generation: 'hadoop1' })
    const env = fileAt(sqoop.resources(host('s1', ['sqoop']), context(old)), '/etc/sqoop/conf/sqoop-env.sh')
    expect(env.content).not.toContain('Xbootclasspath')
    expect(env.content).toContain('HADOOP_HOME_WARN_SUPPRESS')
  })
})
