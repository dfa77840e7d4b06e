import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import type { Fact, Resource, Unit } from '../../../provisioners/engine/types.ts'
import { hive } from '../../../provisioners/services/hive/index.ts'
import { schemaVersion } from '../../../provisioners/services/hive/releases.ts'
import { actionOf, byId, cluster, context, host, MASTER } from '../store/cluster.ts'
import { filesIn, sandbox } from '../store/shell.ts'

const master = host('m1', MASTER)

const withHive = (version: string): readonly Resource[] => {
  const hadoop = version.startsWith('3') ? '3.4.2' : '1.2.1'
  const of = cluster({
    versions: { hadoop, hive: version, sqoop: '1.4.7' },
    ...(hadoop === '1.2.1' ? { generation: 'hadoop1' } : {}),
  })
  return hive.resources(master, context(of))
}
const factOf = (version: string) => byId(withHive(version), 'fact:hive-schema') as Fact
const stepOf = (id: string, version = '3.1.3') => actionOf(withHive(version), `action:${id}`)

describe('version of the schema', () => {
  it.each([
    ['0.11.0', 'unversioned'],
    ['1.2.2', '1.2.0'],
    ['2.3.9', '2.3.0'],
    ['3.1.3', '3.1.0'],
    ['4.0.1', '4.0.0'],
  ])('Hive %s wants %s', (release, schema) => {
    expect(schemaVersion(release)).toBe(schema)
  })
})

/** A client that answers like a database with this version row, this number of tables, and a table DBS or not. */
const client = (version: string, tables: string, dbs = 'echo 0') =>
  `case "$*" in
    *DBS*) ${dbs} ;;
    *information_schema*) ${tables} ;;
    *SCHEMA_VERSION*) ${version} ;;
    *) echo "$*" >>"$(dirname "$0")/../statements" ;;
  esac`
const noTable = "echo \"ERROR 1146 (42S02) at line 1: Table 'metastore.VERSION' doesn't exist\" >&2; exit 1"
/** A database whose schema version is in the file `version` of the box. */
const versioned = client('cat "$(dirname "$0")/../version"', 'echo 74')

const prepared = (mysql: string) => {
  const box = sandbox()
  for (const dir of ['etc/hive/metastore-conf', 'var/lib/hive', 'var/lib/howdah']) {
    mkdirSync(join(box.root, dir), { recursive: true })
  }
  writeFileSync(join(box.root, 'etc/hive/metastore-conf/database.cnf'), '')
  // The script must find this one, whatever is installed on this machine.
  box.program('mariadb', mysql)
  box.program('runuser', `echo "$*" >"${box.root}/ran"`)
  box.program(
    'systemctl',
    `echo "$*" >>"${box.root}/systemctl"; [ "$1" != show ] || echo loaded; [ "$1" != stop ] || [ ! -e "${box.root}/stays" ]`,
  )
  return box
}

const said = (out: string): Record<string, string> =>
  Object.fromEntries(
    out
      .trim()
      .split('\n')
      .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  )

/** The keys of the fact with a refused value. */
const refused = (version: string, out: string): string[] => {
  const found = said(out)
  return (factOf(version).must ?? [])
    .filter(({ key, oneOf }) => !oneOf.includes(found[key] ?? 'nothing'))
    .map(({ key }) => key)
}

describe('guard of the schema', () => {
  const states = [
    ['an empty database', client(noTable, 'echo 0'), 'absent', 'no', 'no', []],
    ['tables of something else', client(noTable, 'echo 12'), 'partial', 'no', 'yes', ['schema']],
    [
      'tables of a Hive before 0.12',
      client(noTable, 'echo 12', 'echo 1'),
      'unversioned',
      'no',
      'yes',
      ['unversioned'],
    ],
    ['a version table without a row', client(':', 'echo 70'), 'partial', 'no', 'yes', ['schema']],
    ['the right schema', client('echo 3.1.0', 'echo 74'), '3.1.0', 'yes', 'yes', []],
    [
      'the right schema, with a warning of the client',
      client("echo 'mysql: [Warning] unknown variable x=y' >&2; echo 3.1.0", 'echo 74'),
      ...(['3.1.0', 'yes', 'yes', []] as const),
    ],
    [
      'an answer that is not a version',
      client("echo 'unknown variable 3.0=y'; echo 3.1.0", 'echo 74'),
      ...(['unknown', 'unknown', 'unknown', ['unread']] as const),
    ],
    [
      'a count that is none',
      client(noTable, "echo 'warning: x'; echo 0"),
      ...(['unknown', 'unknown', 'unknown', ['unread']] as const),
    ],
    [
      'a server that is down at a port with 1146',
      'echo "ERROR 2003 (HY000): Can\'t connect to server on 11146" >&2; exit 1',
      ...(['unknown', 'unknown', 'unknown', []] as const),
    ],
    ['an older schema', client('echo 2.3.0', 'echo 57'), '2.3.0', 'yes', 'no', []],
    ['a schema without scripts', client('echo 0.13.0', 'echo 57'), '0.13.0', 'no', 'yes', ['schema']],
    ['a newer schema', client('echo 4.0.0', 'echo 80'), '4.0.0', 'no', 'yes', ['newer']],
    [
      'a server that is down',
      'echo "ERROR 2002 (HY000): Can\'t connect"; exit 1',
      'unknown',
      'unknown',
      'unknown',
      [],
    ],
  ] as const

  it.each(states)('reads %s', (what, mysql, schema, done, upgraded, keys) => {
    const box = prepared(mysql)
    const { exit, out } = box.run(factOf('3.1.3').script)
    expect({ exit, schema: said(out).schema }).toEqual({ exit: 0, schema })
    expect(refused('3.1.3', out)).toEqual(keys)
    expect(box.run(stepOf('hive-schema').probe)).toMatchObject({ exit: 0, out: `done=${done}\n` })
    const due = what === 'an empty database' ? 'yes' : upgraded
    for (const id of ['hive-schema-dump', 'hive-schema-upgrade'])
      expect(box.run(stepOf(id).probe).out).toBe(`done=${due}\n`)
  })

  it('does not mention an upgrade on a host that has no configuration yet', () => {
    const box = prepared('exit 1')
    box.run('rm /etc/hive/metastore-conf/database.cnf')
    expect(box.run(stepOf('hive-schema-dump').probe).out).toBe('done=yes\n')
  })

  it('lets Hive 0.11 create its tables itself, and refuses other tables', () => {
    const ids = withHive('0.11.0').map(({ id }) => id)
    expect(ids.filter((id) => id.startsWith('action:hive-schema'))).toEqual([])
    expect((byId(withHive('0.11.0'), 'unit:hive-metastore') as Unit).after).toEqual(
      expect.arrayContaining(['sql:m1:3306!database:metastore', 'action:hive-repair']),
    )
    expect(ids).not.toContain('file:/usr/local/bin/schematool')
    const refusedIn = (mysql: string) => refused('0.11.0', prepared(mysql).run(factOf('0.11.0').script).out)
    expect(refusedIn(client(noTable, 'echo 12', 'echo 1'))).toEqual([])
    expect(refusedIn(client(noTable, 'echo 0'))).toEqual([])
    expect(refusedIn(client('echo 1.2.0', 'echo 50'))).toEqual(['newer'])
  })
})

describe('initialisation', () => {
  const { run } = stepOf('hive-schema')

  it('runs as hive, without a password in the arguments', () => {
    const box = prepared(client(noTable, 'echo 0'))
    expect(box.run(`set -eu\n${run}`)).toMatchObject({ exit: 0 })
    const { out } = box.run('cat "$HOME/ran"')
    expect(out).toMatch(
      /^-u hive -g hive-metastore -G hadoop -- env -i .*schematool -dbType mysql -initSchema$/m,
    )
    expect(out).toContain('etc/hive/metastore-conf')
    expect(filesIn(join(box.root, 'var/lib/howdah'))).toEqual([])
  })

  it.each([
    ['partial', 'echo 0'],
    ['unversioned', 'echo 1'],
  ])('starts again after an interruption (%s), and never over tables that it did not make', (_, dbs) => {
    const box = prepared(client(noTable, 'echo 12', dbs))
    const foreign = box.run(`set -eu\n${run}`)
    expect(foreign).toMatchObject({ exit: 1, err: expect.stringContaining('nothing is changed') })
    expect(filesIn(box.root)).not.toContain('statements')

    box.program('runuser', 'exit 1')
    box.program('mariadb', client(noTable, 'echo 0'))
    expect(box.run(`set -eu\n${run}`).exit).toBe(1)
    box.program('mariadb', client(noTable, 'echo 12', dbs))
    expect(said(box.run(factOf('3.1.3').script).out)).toMatchObject({ schema: 'begun', unversioned: '' })
    box.program('runuser', ':')
    expect(box.run(`set -eu\n${run}`).exit).toBe(0)
    expect(box.run('cat "$HOME/statements"').out).toContain(
      'DROP DATABASE `metastore`; CREATE DATABASE `metastore`',
    )
  })
})

describe('upgrade', () => {
  const dump = stepOf('hive-schema-dump')
  const upgrade = stepOf('hive-schema-upgrade')
  const WHOLE = 'printf "INSERT\\n-- Dump completed on today\\n"'

  const older = (dumper = WHOLE) => {
    const box = prepared(versioned)
    writeFileSync(join(box.root, 'version'), '2.3.0\n')
    box.program('mariadb-dump', `echo "$*" >"${box.root}/dumped"; ${dumper}`)
    box.program('runuser', `echo "$*" >"${box.root}/ran"; echo 3.1.0 >"${box.root}/version"`)
    return box
  }
  const backups = (root: string) =>
    filesIn(join(root, 'var/lib/howdah')).filter((name) => name.includes('metastore'))

  it('comes after a dump, and the unit after both', () => {
    expect(upgrade.after).toContain('action:hive-schema-dump')
    expect((byId(withHive('3.1.3'), 'unit:hive-metastore') as Unit).after).toContain(
      'action:hive-schema-upgrade',
    )
    expect(dump.title).toContain('stop')
  })

  it('dumps while the metastore is stopped, to a complete file that only root can read, and upgrades', () => {
    const box = older()
    expect(box.run(`set -eu\n${dump.run}`)).toMatchObject({ exit: 0, err: '' })
    const [file = '', ...more] = backups(box.root)
    expect(more).toEqual([])
    expect(file).toMatch(/^backups\/metastore-2\.3\.0-\d{8}T\d{6}Z\.sql\.gz$/)
    const path = join(box.root, 'var/lib/howdah', file)
    expect(gunzipSync(readFileSync(path)).toString()).toContain('-- Dump completed')
    expect([path, dirname(path)].map((each) => statSync(each).mode & 0o777)).toEqual([0o600, 0o700])
    expect(box.run('cat "$HOME/systemctl"').out).toMatch(
      /^stop hive-server2\.service\n(.*\n)?stop hive-metastore\.service$/m,
    )
    expect(box.run('cat "$HOME/dumped"').out).toMatch(
      /--defaults-file=\S+ .*--single-transaction .*metastore$/m,
    )

    expect(box.run(`set -eu\n${upgrade.run}`)).toMatchObject({ exit: 0, err: '' })
    expect(box.run('cat "$HOME/ran"').out).toContain('schematool -dbType mysql -upgradeSchema')
    expect(backups(box.root)).toEqual([file])
    expect(filesIn(join(box.root, 'var/lib/howdah'))).toEqual([file])
    expect(refused('3.1.3', box.run(factOf('3.1.3').script).out)).toEqual([])
  })

  it('dumps nothing if the metastore does not stop', () => {
    const box = older()
    writeFileSync(join(box.root, 'stays'), '')
    expect(box.run(`set -eu\n${dump.run}`).exit).not.toBe(0)
    expect(backups(box.root)).toEqual([])
  })

  it.each([
    ['a dump that is cut off', 'printf "INSERT\\n"'],
    ['a dump that fails', 'exit 2'],
  ])('is not begun after %s', (_, dumper) => {
    const box = older(dumper)
    expect(box.run(`set -eu\n${dump.run}`)).toMatchObject({
      exit: 1,
      err: expect.stringContaining('not complete'),
    })
    expect(box.run(`set -eu\n${upgrade.run}`)).toMatchObject({
      exit: 1,
      err: expect.stringContaining('no dump'),
    })
    expect(filesIn(box.root)).not.toContain('ran')
  })

  it('does not start with a dump of another schema, or with a dump that is broken', () => {
    const box = older()
    box.run(`set -eu\n${dump.run}`)
    writeFileSync(join(box.root, 'version'), '3.0.0\n')
    expect(box.run(`set -eu\n${upgrade.run}`)).toMatchObject({
      exit: 1,
      err: expect.stringContaining('no dump of the schema 3.0.0'),
    })
    writeFileSync(join(box.root, 'version'), '2.3.0\n')
    const [file = ''] = backups(box.root)
    writeFileSync(join(box.root, 'var/lib/howdah', file), 'no gzip')
    expect(box.run(`set -eu\n${upgrade.run}`).exit).not.toBe(0)
    expect(filesIn(box.root)).not.toContain('ran')
  })

  it('that was interrupted is refused, with the name of its dump, until the dump is restored', () => {
    const box = older()
    box.run(`set -eu\n${dump.run}`)
    box.program('runuser', `echo 3.0.0 >"${box.root}/version"; kill -9 $PPID`)
    expect(box.run(`set -eu\n${upgrade.run}`).exit).not.toBe(0)

    const { out } = box.run(factOf('3.1.3').script)
    expect(refused('3.1.3', out)).toEqual(['cut'])
    const [file = ''] = backups(box.root)
    expect(said(out).cut).toBe(`2.3.0 to 3.1.0, dumped before to ${box.root}/var/lib/howdah/${file}`)
    box.program('runuser', `touch "${box.root}/again"`)
    box.run(`set -eu\n${dump.run}`)
    expect(box.run(`set -eu\n${upgrade.run}`)).toMatchObject({
      exit: 1,
      err: expect.stringContaining('interrupted before'),
    })
    expect(filesIn(box.root)).not.toContain('again')

    // The dump is restored and the record removed, as the refusal asks.
    writeFileSync(join(box.root, 'version'), '2.3.0\n')
    box.run('rm /var/lib/howdah/hive-schema-upgrading')
    expect(refused('3.1.3', box.run(factOf('3.1.3').script).out)).toEqual([])
  })

  it('that schematool did not complete is a failure, and refused from then on', () => {
    const box = older()
    box.run(`set -eu\n${dump.run}`)
    box.program('runuser', `echo 3.0.0 >"${box.root}/version"`)
    expect(box.run(`set -eu\n${upgrade.run}`)).toMatchObject({
      exit: 1,
      err: expect.stringContaining('left the schema at 3.0.0'),
    })
    expect(refused('3.1.3', box.run(factOf('3.1.3').script).out)).toEqual(['cut'])
  })
})
