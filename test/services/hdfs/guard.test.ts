import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Fact, State } from '../../../provisioners/engine/types.ts'
import {
  type FormatPlan,
  formatProbe,
  formatRun,
  recordProbe,
  recordRun,
} from '../../../provisioners/services/hdfs/format.ts'
import { dataFact, nameFact } from '../../../provisioners/services/hdfs/guard.ts'
import {
  dataDirsScript,
  nameDirsScript,
  SIGNATURES,
} from '../../../provisioners/services/hdfs/guard-scripts.ts'
import { contextOf, FIVE } from '../a-context.ts'
import { runSh } from '../run-sh.ts'

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'howdah-guard-'))
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

function version(dir: string, clusterId: string): void {
  mkdirSync(join(dir, 'current'), { recursive: true })
  writeFileSync(join(dir, 'current/VERSION'), `#Mon\nnamespaceID=1\nclusterID=${clusterId}\ncTime=0\n`)
}

function nameDir(dir: string, clusterId: string): void {
  version(dir, clusterId)
  writeFileSync(join(dir, 'current/fsimage_0000000000000000000'), 'x')
}

/** The messages of a fact's conditions that this state does not meet. */
const refused = (fact: Fact, state: State): string[] =>
  (fact.must ?? [])
    .filter((m) => !m.oneOf.includes(state[m.key] ?? 'unknown'))
    .map((m) => m.message.replace('{value}', state[m.key] ?? '?'))

describe('contents of the DataNode directories', () => {
  const read = (dirs: { path: string; mount?: string }[]) =>
    runSh(dataDirsScript({ dirs, clusterId: 'CID-ours' })).values
  const fact = dataFact(contextOf(FIVE).cluster.hosts[1] as never, contextOf(FIVE))

  test('empty directories are accepted', () => {
    expect(read([{ path: join(root, 'absent') }, { path: root }])).toEqual({
      clusterIds: '',
      foreign: '',
      unreadable: '',
    })
  })

  test('blocks of this cluster are reported, and are not foreign', () => {
    version(join(root, '1'), 'CID-ours')
    version(join(root, '2'), 'CID-ours')
    const state = read([{ path: join(root, '1') }, { path: join(root, '2') }])
    expect(state).toEqual({ clusterIds: 'CID-ours', foreign: '', unreadable: '' })
    expect(refused(fact, state)).toEqual([])
  })

  test('blocks of another cluster are refused, with both ids and the file', () => {
    version(join(root, '1'), 'CID-ours')
    version(join(root, '2'), 'CID-theirs')
    const state = read([{ path: join(root, '1') }, { path: join(root, '2') }])
    expect(state.clusterIds).toBe('CID-ours CID-theirs')
    expect(state.foreign).toBe(`CID-theirs (in ${root}/2/current/VERSION)`)
    expect(refused(fact, state)).toEqual([
      `w1 holds blocks of another cluster: CID-theirs (in ${root}/2/current/VERSION); the clusterID of insights is CID-insights`,
    ])
  })

  test('a clusterID that only begins like ours is foreign', () => {
    version(root, 'CID-ours2')
    expect(read([{ path: root }]).foreign).toContain('CID-ours2')
  })

  test('a disk that is not mounted is unreadable, even when the directory below is empty', () => {
    const state = read([{ path: join(root, 'hdfs'), mount: root }])
    expect(state.unreadable).toBe(`${root} is not mounted`)
    expect(refused(fact, state).join()).toMatch(/cannot be read: .*not mounted/)
  })

  test('a mounted disk is accepted', () => {
    expect(read([{ path: '/proc/absent', mount: '/proc' }]).unreadable).toBe('')
  })

  test('so is a disk that was mounted when its directory was made', () => {
    const mounts = join(root, 'mounts')
    writeFileSync(mounts, `${root}\t${root}\n/proc/1\t/proc\n`)
    const of = (path: string) =>
      runSh(dataDirsScript({ dirs: [{ path }], clusterId: 'CID-ours', mounts })).values.unreadable
    expect(of(join(root, 'hdfs'))).toBe(`${root} is not mounted`)
    expect(of('/proc/1/absent')).toBe('')
  })

  test('a VERSION that cannot be read is unreadable, never "empty"', () => {
    mkdirSync(join(root, 'current/VERSION'), { recursive: true })
    expect(read([{ path: root }])).toMatchObject({
      clusterIds: '',
      unreadable: expect.stringContaining('names no clusterID'),
    })
  })

  test('a VERSION without a clusterID is unreadable', () => {
    version(root, '')
    expect(read([{ path: root }]).unreadable).toContain('names no clusterID')
  })

  test('blocks without a VERSION are unreadable', () => {
    mkdirSync(join(root, 'current/BP-1'), { recursive: true })
    expect(read([{ path: root }]).unreadable).toContain('no current/VERSION')
  })

  test('lost+found and the lock of a first start count as empty', () => {
    mkdirSync(join(root, 'lost+found'))
    writeFileSync(join(root, 'in_use.lock'), '')
    expect(read([{ path: root }]).unreadable).toBe('')
  })

  const script = (path: string) => dataDirsScript({ dirs: [{ path }], clusterId: 'CID-ours' })
  const nobody = process.getuid?.() === 0 ? 65534 : undefined

  test('a directory without the permission to list it is unreadable', () => {
    chmodSync(root, 0)
    expect(runSh(script(root), {}, nobody).values.unreadable).toBe(`${root} cannot be read`)
    chmodSync(root, 0o700)
  })

  test('so is one below a directory that cannot be entered', () => {
    chmodSync(root, 0)
    expect(runSh(script(join(root, 'hdfs')), {}, nobody).values.unreadable).toBe(
      `${root}/hdfs cannot be read`,
    )
    chmodSync(root, 0o700)
  })

  test('and a dangling link', () => {
    symlinkSync(join(root, 'nowhere'), join(root, 'hdfs'))
    expect(read([{ path: join(root, 'hdfs') }]).unreadable).toContain('cannot be read')
  })

  test('a file in the place of the directory is unreadable', () => {
    writeFileSync(join(root, 'file'), '')
    expect(read([{ path: join(root, 'file') }]).unreadable).toContain('cannot be read')
  })
})

describe('contents of the NameNode directories', () => {
  const dirs = () => [join(root, 'a'), join(root, 'b')]
  const record = () => join(root, 'hdfs-format.json')
  const read = () => runSh(nameDirsScript({ dirs: dirs(), clusterId: 'CID-ours', record: record() })).values
  const context = contextOf(FIVE)
  const fact = nameFact(context.cluster.hosts[0] as never, context)

  test('empty', () => {
    mkdirSync(join(root, 'a/lost+found'), { recursive: true })
    expect(read()).toMatchObject({ state: 'empty', found: '', lost: '', record: '' })
  })

  test('formatted by Howdah: in one directory while the other is new, and in both', () => {
    nameDir(join(root, 'a'), 'CID-ours')
    expect(read()).toMatchObject({ state: 'formatted', foreign: '', clusterIds: 'CID-ours' })
    nameDir(join(root, 'b'), 'CID-ours')
    expect(refused(fact, read())).toEqual([])
  })

  test('another clusterID is refused, with both ids', () => {
    nameDir(join(root, 'a'), 'CID-theirs')
    expect(refused(fact, read())).toEqual([
      `the NameNode directory on m1 holds clusterID CID-theirs (in ${root}/a/current/VERSION), but the cluster has CID-insights; Howdah does not adopt it`,
    ])
  })

  test('a VERSION without an image is broken: an interrupted format', () => {
    version(join(root, 'a'), 'CID-ours')
    expect(read()).toMatchObject({ state: 'broken', found: expect.stringContaining('no fsimage') })
    expect(refused(fact, read()).join()).toContain('neither empty nor complete')
  })

  test('a checksum file alone is not an image', () => {
    version(join(root, 'a'), 'CID-ours')
    writeFileSync(join(root, 'a/current/fsimage_0000000000000000000.md5'), 'x')
    expect(read().state).toBe('broken')
  })

  test('other files are never overwritten', () => {
    mkdirSync(join(root, 'b'))
    writeFileSync(join(root, 'b/thesis.tex'), 'x')
    expect(read()).toMatchObject({ state: 'broken', found: expect.stringContaining('no current/VERSION') })
  })

  test('empty directories after a recorded format are refused', () => {
    writeFileSync(record(), '{"clusterId": "CID-ours", "formattedAt": "2026-01-01T00:00:00Z"}\n')
    expect(read()).toMatchObject({
      state: 'empty',
      record: 'CID-ours',
      lost: `clusterID CID-ours (${record()})`,
    })
    expect(refused(fact, read()).join()).toContain('formatted before')
  })

  test('a recorded format names its directories, which may not be those of cluster.yml', () => {
    writeFileSync(record(), '{"clusterId": "CID-ours", "directories": "/disk/nn /other/nn"}')
    expect(read().lost).toBe(`clusterID CID-ours in /disk/nn /other/nn (${record()})`)
    expect(refused(fact, read()).join()).toContain('in /disk/nn /other/nn')
  })

  test('a directory on a disk that is no longer mounted is broken, never "empty"', () => {
    const mounts = join(root, 'mounts')
    writeFileSync(mounts, `${root}/a\t${root}/a\n`)
    const options = { dirs: dirs(), clusterId: 'CID-ours', record: record(), mounts }
    expect(runSh(nameDirsScript(options)).values).toMatchObject({
      state: 'broken',
      found: `${root}/a is on the disk of ${root}/a, which is not mounted`,
    })
  })

  test('a record that cannot be parsed still counts', () => {
    writeFileSync(record(), '')
    expect(read().lost).toContain('unreadable')
  })
})

describe('the format', () => {
  const plan = (more: Partial<FormatPlan> = {}): FormatPlan => ({
    dirs: [join(root, 'a'), join(root, 'b')],
    clusterId: 'CID-ours',
    record: join(root, 'state/hdfs-format.json'),
    asOwner: [],
    hdfs: join(root, 'hdfs'),
    conf: join(root, 'conf'),
    logs: root,
    ...more,
  })

  /** A stand-in for bin/hdfs that formats the given directories like the NameNode. */
  function standIn(dirs: readonly string[], id = '$3'): void {
    const text = `#!/bin/sh
echo "$*" >>${root}/calls
[ "$1 $2 $3" = "namenode -format -clusterId" ] && [ "$5" = -nonInteractive ] || exit 2
for d in ${dirs.join(' ')}; do
  mkdir -p $d/current; echo "clusterID=${id === '$3' ? '$4' : id}" >$d/current/VERSION; echo x >$d/current/fsimage_0
done
`
    writeFileSync(join(root, 'hdfs'), text, { mode: 0o755 })
  }
  const run = (p = plan()) => runSh(`set -eu\n${formatRun(p)}`)
  const done = (p = plan()) => runSh(formatProbe(p)).values.done

  test('is done once, recorded, and then reported as done', () => {
    standIn(plan().dirs)
    expect(done()).toBe('no')
    expect(run()).toMatchObject({ exit: 0, stderr: '' })
    expect(readFileSync(join(root, 'calls'), 'utf8')).toBe(
      'namenode -format -clusterId CID-ours -nonInteractive\n',
    )
    const record = JSON.parse(readFileSync(plan().record, 'utf8'))
    expect(record).toMatchObject({ clusterId: 'CID-ours', formattedAt: expect.stringMatching(/^\d{4}-.*Z$/) })
    expect(done()).toBe('yes')
  })

  test('a second run does not format again', () => {
    standIn(plan().dirs)
    run()
    expect(run()).toMatchObject({ exit: 1, stderr: expect.stringContaining('not empty') })
    expect(readFileSync(join(root, 'calls'), 'utf8').trim().split('\n')).toHaveLength(1)
  })

  test('files that appeared after the plan stop it', () => {
    standIn(plan().dirs)
    nameDir(join(root, 'b'), 'CID-theirs')
    expect(run().exit).toBe(1)
    expect(existsSync(join(root, 'calls'))).toBe(false)
    expect(done()).toBe('unknown')
  })

  test('a record of an earlier format stops it', () => {
    standIn(plan().dirs)
    mkdirSync(join(root, 'state'))
    writeFileSync(plan().record, '{"clusterId": "CID-ours"}')
    expect(run()).toMatchObject({ exit: 1, stderr: expect.stringContaining('on record') })
    expect(existsSync(join(root, 'calls'))).toBe(false)
  })

  test('a directory that was not formatted fails it, and nothing is recorded', () => {
    standIn([join(root, 'a')])
    expect(run()).toMatchObject({ exit: 1, stderr: expect.stringContaining(`${root}/b: no VERSION`) })
    expect(existsSync(plan().record)).toBe(false)
  })

  test('is not done without a clusterID', () => {
    standIn(plan().dirs)
    expect(run(plan({ clusterId: '' }))).toMatchObject({
      exit: 1,
      stderr: expect.stringContaining('the clusterID is not known'),
    })
    expect(existsSync(join(root, 'calls'))).toBe(false)
  })

  const recorded = (p = plan()) => runSh(recordProbe(p)).values.done
  const again = (p = plan()) => runSh(`set -eu\n${recordRun(p)}`)

  test('a lost record is written again, from directories with the clusterID of this cluster', () => {
    standIn(plan().dirs)
    expect(recorded()).toBe('yes')
    run()
    expect(recorded()).toBe('yes')
    rmSync(plan().record)
    expect(recorded()).toBe('no')
    expect(again()).toMatchObject({ exit: 0, stderr: '' })
    expect(JSON.parse(readFileSync(plan().record, 'utf8'))).toMatchObject({
      clusterId: 'CID-ours',
      directories: `${root}/a ${root}/b`,
    })
    expect(recorded()).toBe('yes')
  })

  test('the record follows the directories, and a damaged one is replaced', () => {
    standIn(plan().dirs)
    run()
    writeFileSync(plan().record, '')
    expect(recorded()).toBe('no')
    again()
    const one = plan({ dirs: [join(root, 'a')] })
    expect(recorded(one)).toBe('no')
    again(one)
    expect(recorded(one)).toBe('yes')
  })

  test('no record is made of directories of another cluster, nor of empty ones', () => {
    nameDir(join(root, 'a'), 'CID-theirs')
    expect(recorded()).toBe('yes')
    expect(again()).toMatchObject({ exit: 1, stderr: expect.stringContaining('not those of this cluster') })
    rmSync(join(root, 'a'), { recursive: true })
    expect(again().exit).toBe(1)
    expect(existsSync(plan().record)).toBe(false)
  })

  test('a failed format is not recorded', () => {
    writeFileSync(join(root, 'hdfs'), '#!/bin/sh\nexit 3\n', { mode: 0o755 })
    expect(run().exit).toBe(3)
    expect(existsSync(plan().record)).toBe(false)
    expect(done()).toBe('no')
  })
})

describe('Hadoop 1, whose format makes a random namespaceID', () => {
  const signature = SIGNATURES.hadoop1
  const old = (dir: string, namespaceId: string): void => {
    mkdirSync(join(dir, 'current'), { recursive: true })
    writeFileSync(
      join(dir, 'current/VERSION'),
      `#Mon\nnamespaceID=${namespaceId}\ncTime=0\nlayoutVersion=-41\n`,
    )
  }
  const oldName = (dir: string, namespaceId: string): void => {
    old(dir, namespaceId)
    writeFileSync(join(dir, 'current/fsimage'), 'x')
  }
  const record = (text: string): string => {
    const path = join(root, 'record.json')
    writeFileSync(path, text)
    return path
  }
  const names = (path: string, dirs = [join(root, 'nn')]) =>
    runSh(nameDirsScript({ dirs, clusterId: 'CID-ours', record: path, signature })).values

  test('a recorded namespaceID is ours, and its layout is reported', () => {
    oldName(join(root, 'nn'), '42')
    expect(names(record('{"clusterId": "CID-ours", "namespaceId": "42"}'))).toMatchObject({
      state: 'formatted',
      clusterIds: '42',
      layouts: '-41',
      foreign: '',
    })
  })

  test('another namespaceID, and one without a record, are foreign', () => {
    oldName(join(root, 'nn'), '43')
    expect(names(record('{"clusterId": "CID-ours", "namespaceId": "42"}')).foreign).toContain('43')
    expect(names(join(root, 'absent.json')).foreign).toContain('43')
  })

  test('directories of a DataNode report their namespaceID, and the plan compares it', () => {
    old(join(root, '1'), '42')
    const read = runSh(dataDirsScript({ dirs: [{ path: join(root, '1') }], clusterId: '', signature })).values
    expect(read).toEqual({ clusterIds: '42', foreign: '', unreadable: '' })
  })

  const plan = (path: string): FormatPlan => {
    const program = join(root, 'hadoop')
    writeFileSync(
      program,
      `#!/bin/sh\nread answer\n[ "$answer" = Y ] || exit 1\nmkdir -p ${root}/nn/current\necho namespaceID=77 >${root}/nn/current/VERSION\n${'$'}{DIES:-:}\necho x >${root}/nn/current/fsimage\n`,
    )
    chmodSync(program, 0o755)
    return {
      dirs: [join(root, 'nn')],
      clusterId: 'CID-ours',
      record: path,
      asOwner: [],
      hdfs: program,
      generation: 'hadoop1',
      conf: root,
      logs: root,
    }
  }

  test('a format answers the question, and records the new namespaceID', () => {
    const path = join(root, 'records/format.json')
    expect(runSh(formatRun(plan(path))).exit).toBe(0)
    expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ clusterId: 'CID-ours', namespaceId: '77' })
    expect(runSh(formatProbe(plan(path))).values.done).toBe('yes')
    expect(runSh(formatRun(plan(path))).exit).not.toBe(0)
  })

  test('a format that was interrupted before its record is completed, and not done again', () => {
    const path = record('{"clusterId": "CID-ours", "begunAt": "2026-01-01T00:00:00Z"}')
    oldName(join(root, 'nn'), '78')
    expect(names(path)).toMatchObject({ state: 'formatted', foreign: '' })
    expect(runSh(formatProbe(plan(path))).values.done).toBe('no')
    expect(runSh(formatRun(plan(path))).exit).toBe(0)
    expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ namespaceId: '78' })
  })

  test('a begun format that left nothing may start again; with a complete record and empty directories it is lost', () => {
    expect(names(record('{"clusterId": "CID-ours", "begunAt": "x"}'))).toMatchObject({
      state: 'empty',
      lost: '',
    })
    expect(names(record('{"clusterId": "CID-ours", "namespaceId": "42"}')).lost).toContain('CID-ours')
  })
})
