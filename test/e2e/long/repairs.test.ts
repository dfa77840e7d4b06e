import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ensureLabPackages, labDown, labJdk8, labSshArgs, labUp } from '../../../lab/index.ts'
import { defaultCacheDir, EXTRAS_VERSION, mavenProvider } from '../../../provisioners/artifacts/index.ts'
import { silent } from '../../../provisioners/events.ts'
import { metastoreJdbc } from '../../../provisioners/services/hive/jdbc.ts'
import { firstJars, type Repair, repairsOf } from '../../../provisioners/services/repairs/index.ts'
import { repairScript } from '../../../provisioners/services/repairs/script.ts'
import { addOpens } from '../../../provisioners/services/support/java.ts'
import { sh } from '../../../provisioners/shell.ts'
import { cluster, onHost } from '../../services/store/cluster.ts'
import { noLab } from '../support.ts'

/**
 * Shows the known error without each repair, with the real software of its tarball and all other repairs, and no error with
 * all repairs. Class loading and a database are enough, so no cluster runs.
 */

const LAB = 'repairs'
const skip = noLab()
const EXTRAS = '/opt/extras'
const ON_8 = { use: { hadoop: 8, hive: 8, sqoop: 8 } } as const
const STABLE = { versions: { hadoop: '3.4.2', hive: '3.1.3', sqoop: '1.4.7' }, java: ON_8 } as const
const SEED = { versions: { hadoop: '1.2.1', hive: '0.11.0', sqoop: '1.4.5' }, java: ON_8 } as const
type Versions = typeof STABLE | typeof SEED

const home = (name: 'hadoop' | 'hive' | 'sqoop', { versions }: Versions): string =>
  `/opt/${name}-${versions[name]}`

/** The program and arguments that run a command as root on the host. */
async function asRoot(command: string): Promise<readonly [string, readonly string[]]> {
  const [program = 'ssh', ...args] = await labSshArgs(LAB, 'h1')
  return [program, [...args, `sudo ${command}`]]
}

/** Runs a script as root. Returns the output of both streams, for every exit code. */
async function root(script: string): Promise<string> {
  const [program, args] = await asRoot('sh -s')
  const options = { input: script, all: true, reject: false, timeout: 200_000 } as const
  const { all, timedOut } = await execa(program, args, options)
  expect(timedOut, all).toBe(false)
  return all
}

async function unpack(
  name: 'hadoop' | 'hive' | 'sqoop' | 'extras',
  version: string,
  to: string,
): Promise<void> {
  const context = { cacheDir: defaultCacheDir(), report: silent }
  const { file } = await mavenProvider().fetch({ name, version }, context)
  await unpackFile(file, to)
}

async function unpackFile(file: string, to: string): Promise<void> {
  const [program, args] = await asRoot(
    sh`sh -c ${sh`mkdir -p ${to} && tar xz --strip-components 1 -C ${to}`}`,
  )
  await execa(program, args, { inputFile: file })
}

const DATABASE = `
set -eu
export DEBIAN_FRONTEND=noninteractive
apt-get update -q >/dev/null
apt-get install -y -q mariadb-server >/dev/null 2>&1
mariadb -e "CREATE USER hive@'%' IDENTIFIED BY 'hive'; GRANT ALL ON *.* TO hive@'%'"
mariadb -e "CREATE DATABASE other; CREATE TABLE other.words (word VARCHAR(9) PRIMARY KEY); INSERT INTO other.words VALUES ('a'), ('b'), ('c')"
echo useSSL=false >/opt/params
mkdir -p /opt/conf /opt/hadoop-conf
cp /opt/hadoop-3.4.2/etc/hadoop/log4j.properties /opt/hadoop-conf/
`

/** Makes a copy of lib, by links, with all repairs except those of this name. */
function repaired(component: 'hive' | 'sqoop', versions: Versions, without?: string): string {
  const repairs = repairsOf(component, versions).filter(({ name }) => name !== without)
  const from = home(component, versions)
  return [
    sh`home=/opt/tried extras=${EXTRAS}`,
    sh`rm -rf "$home" && cp -al ${from} "$home"`,
    'say() { :; }',
    repairScript(repairs),
  ].join('\n')
}

const environment = (versions: Versions): string => {
  const hadoop = home('hadoop', versions)
  return sh`export JAVA_HOME=/opt/jdk HADOOP_HOME=${hadoop} HADOOP_COMMON_HOME=${hadoop} HADOOP_MAPRED_HOME=${hadoop} HADOOP_CONF_DIR=/opt/hadoop-conf HIVE_HOME=/opt/tried SQOOP_HOME=/opt/tried HIVE_CONF_DIR=/opt/conf HADOOP_HOME_WARN_SUPPRESS=true`
}

/** Creates the metastore's tables: with Hive's script, or for older releases with DataNucleus. */
function tables(versions: Versions): string {
  const begin =
    'mariadb -e "DROP DATABASE IF EXISTS metastore; CREATE DATABASE metastore CHARACTER SET latin1 COLLATE latin1_bin"'
  const script =
    'cd /opt/tried/scripts/metastore/upgrade/mysql && mariadb metastore <hive-schema-3.1.0.mysql.sql >/dev/null'
  // A table of another metastore on the same server.
  const other = 'mariadb -e "CREATE TABLE IF NOT EXISTS other.DBS (a INT)"'
  return [begin, versions === STABLE ? script : other].join('\n')
}

/** Lists the databases of a Hive with an embedded metastore, in a new database. */
function hive(
  versions: Versions,
  driver?: { readonly flavor: 'mariadb' | 'mysql'; readonly of: Versions },
): string {
  const server = onHost('127.0.0.1', driver?.flavor ?? 'mariadb')
  const metastore = { ...cluster().metastore, server }
  const jdbc = metastoreJdbc(metastore, driver?.of ?? versions)
  const settings = {
    'javax.jdo.option.ConnectionURL': jdbc.url,
    'javax.jdo.option.ConnectionDriverName': jdbc.driver,
    'javax.jdo.option.ConnectionUserName': 'hive',
    'javax.jdo.option.ConnectionPassword': 'hive',
    ...(versions === SEED ? { 'datanucleus.autoCreateSchema': 'true' } : {}),
    // One attempt instead of ten.
    'hive.hmshandler.retry.attempts': '1',
    'hive.metastore.failure.retries': '0',
    'hive.metastore.connect.retries': '0',
    'hive.root.logger': 'INFO,console',
  }
  const words = Object.entries(settings).flatMap(([name, value]) => ['--hiveconf', `${name}=${value}`])
  return [
    tables(versions),
    sh`export HADOOP_CLASSPATH=${`${EXTRAS}/drivers/${jdbc.jar}`}`,
    sh`/opt/tried/bin/hive ${words} -e 'show databases'`,
  ].join('\n')
}

/** Runs Sqoop so that it needs the class in question, with or without the jars that come first. */
function sqoop(words: readonly string[], options: { readonly first: boolean }): string {
  const first = options.first ? firstJars('sqoop', STABLE) : []
  const flags = first.map((jar) => `-Xbootclasspath/a:${EXTRAS}/${jar}`).join(' ')
  const server = ['--connect', 'jdbc:mysql://127.0.0.1/other', '--username', 'hive', '--password', 'hive']
  const [tool = '', ...rest] = words
  return [sh`export HADOOP_OPTS=${flags}`, sh`/opt/tried/bin/sqoop ${[tool, ...server, ...rest]}`].join('\n')
}

const LIST = ['list-databases']
/** An import with options of its own for the driver, which Sqoop writes into the job by commons-lang. */
const IMPORT = [
  'import',
  '--table',
  'words',
  '--target-dir',
  '/opt/imported',
  '-m',
  '1',
  '--connection-param-file',
  '/opt/params',
]

/** Loads a class of Hadoop that is compiled against guava 27, with the guava of Hive's lib before it. */
const guava = [
  'guava=$(ls /opt/tried/lib/guava-*.jar)',
  sh`set -- ${home('hadoop', STABLE)}/share/hadoop/*/lib/guice-4*.jar`,
  `/opt/jdk/bin/jrunscript -cp "$guava:$1:$(ls ${home('hadoop', STABLE)}/share/hadoop/*/lib/*inject-1*.jar | head -n 1)" -e 'print(com.google.inject.matcher.Matchers.annotatedWith(java.lang.Deprecated.class))'`,
].join('\n')

interface Shown {
  readonly test: string
  readonly component: 'hive' | 'sqoop'
  readonly versions: Versions
  /** Name of the repair that is omitted. */
  readonly name: Repair['name']
  readonly before?: string
  readonly broken: string
  readonly error: RegExp
  readonly fine: string
  readonly answer: RegExp
}

const BINDING = sh`cp ${home('hadoop', STABLE)}/share/hadoop/common/lib/slf4j-reload4j-1.7.36.jar ${home('hive', STABLE)}/lib/`
/** Apache's tarball has commons-lang 2 only for the timeline service. One from Maven has it for all daemons. */
const WITHOUT_LANG = sh`find ${home('hadoop', STABLE)}/share -name 'commons-lang-2*.jar' -delete`
const version = '/opt/tried/bin/hive --version'

const shown: readonly Shown[] = [
  {
    test: 'Hive without guava 27',
    component: 'hive',
    versions: STABLE,
    name: 'guava',
    broken: guava,
    error: /NoSuchMethodError: com\.google\.common\.base\.Preconditions/,
    fine: guava,
    answer: /annotatedWith\(/,
  },
  {
    test: 'Hive without commons-collections 3',
    component: 'hive',
    versions: STABLE,
    name: 'commons-collections',
    broken: hive(STABLE),
    error: /NoClassDefFoundError: org\/apache\/commons\/collections\/CollectionUtils/,
    fine: hive(STABLE),
    answer: /^default$/m,
  },
  {
    test: 'Hive with a binding to log4j 1 in its lib',
    component: 'hive',
    versions: STABLE,
    name: 'log-binding',
    before: BINDING,
    broken: version,
    error: /Found binding in \[jar:file:\/opt\/tried\/lib\/slf4j-reload4j/,
    fine: `${version}; echo "log4j 2: $(ls /opt/tried/lib | grep -c 'log4j-slf4j-impl')"`,
    answer: /^log4j 2: 1$/m,
  },
  {
    test: "the metastore in MariaDB with MySQL's driver",
    component: 'hive',
    versions: STABLE,
    name: '',
    broken: hive(STABLE, { flavor: 'mysql', of: STABLE }),
    // DataNucleus hides the message of the driver: Unknown column 'RESERVED' in 'WHERE'.
    error: /Failed initialising database/,
    fine: hive(STABLE),
    answer: /^default$/m,
  },
  {
    test: 'the old metastore with a newer driver',
    component: 'hive',
    versions: SEED,
    name: '',
    broken: hive(SEED, { flavor: 'mariadb', of: STABLE }),
    error: /Table 'metastore\.DBS' doesn't exist/,
    fine: hive(SEED),
    answer: /^default$/m,
  },
  ...(
    [
      ['Sqoop without drivers', 'drivers', LIST, /Could not load db driver class: com\.mysql\.jdbc\.Driver/],
      [
        'Sqoop without commons-lang 2',
        'commons-lang',
        IMPORT,
        /NoClassDefFoundError: org\/apache\/commons\/lang\//,
      ],
      ["Sqoop with Hadoop's commons-cli", 'commons-cli', LIST, /Missing argument for option: connect/],
    ] as const
  ).map(([test, name, words, error]) => ({
    test,
    component: 'sqoop' as const,
    versions: STABLE,
    name,
    before: WITHOUT_LANG,
    broken: sqoop(words, { first: name !== 'commons-cli' }),
    error,
    fine: sqoop(words, { first: true }),
    answer: words === LIST ? /^information_schema$/m : /Running job: /,
  })),
]

/** A minimal use of the library that renders the pages of YARN's daemons. */
const BOUND = `
import com.google.inject.Guice;
import com.google.inject.matcher.Matchers;
public class Bound {
  public static class One { public void ask() {} }
  public static void main(String[] words) {
    Guice.createInjector(
        binder -> binder.bindInterceptor(Matchers.any(), Matchers.any(), call -> call.proceed()))
        .getInstance(One.class);
    System.out.println("bound");
  }
}
`

describe.skipIf(skip)(`without a repair${skip ? ` (skipped: ${skip})` : ''}`, () => {
  /** Results with all repairs, so that each is computed once. */
  const answers = new Map<string, Promise<string>>()

  beforeAll(async () => {
    await ensureLabPackages(silent)
    await labDown(LAB)
    await labUp({ name: LAB, hosts: [{ name: 'h1', release: 'trixie' }] })
    const jdk = await labJdk8(undefined, silent)
    await unpackFile(jdk.file, '/opt/jdk')
    await unpack('extras', EXTRAS_VERSION, EXTRAS)
    for (const name of ['hadoop', 'hive', 'sqoop'] as const) {
      await unpack(name, STABLE.versions[name], home(name, STABLE))
    }
    await root(DATABASE)
  })
  afterAll(() => labDown(LAB))

  it.each(shown)('$test', async ({ component, versions, name, before = '', broken, error, fine, answer }) => {
    if (versions === SEED) {
      for (const part of ['hadoop', 'hive'] as const)
        await unpack(part, SEED.versions[part], home(part, SEED))
    }
    const begin = (without?: string) =>
      ['set -eu', before, repaired(component, versions, without), environment(versions), 'set +e'].join('\n')
    const found = await root(`${begin(name)}\n${broken}`)
    expect(found).toMatch(error)
    const key = `${component} ${versions.versions[component]} ${fine}`
    const asked = answers.get(key) ?? root(`${begin()}\n${fine}`)
    answers.set(key, asked)
    expect(await asked).toMatch(answer)
    expect(await asked).not.toMatch(error)
  })

  it('Hadoop on a JDK that keeps its packages closed', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'howdah-repairs-'))
    try {
      const context = { cacheDir: defaultCacheDir(), report: silent }
      const { file } = await mavenProvider().fetch({ name: 'hadoop', version: '3.4.2' }, context)
      const jars = ['guice-4*', 'guava-*', '*inject-1*', 'aopalliance-*'].map((jar) => `*/lib/${jar}.jar`)
      const strip = ['--strip-components', '5', '--wildcards']
      await execa('tar', ['xzf', file, '-C', dir, ...strip, ...jars])
      await writeFile(join(dir, 'Bound.java'), BOUND)
      // The JDK of this machine, which also runs Maven.
      const run = (flags: readonly string[]) =>
        execa('java', [...flags, '-cp', `${dir}/*`, join(dir, 'Bound.java')], { all: true, reject: false })
      const without = await run([])
      expect(without.exitCode).not.toBe(0)
      expect(without.all).toMatch(/does not "opens java\.lang" to unnamed module/)
      expect(await run(addOpens(17))).toMatchObject({ exitCode: 0, stdout: 'bound' })
    } finally {
      await rm(dir, { recursive: true, force: true })
    }
  })
})
