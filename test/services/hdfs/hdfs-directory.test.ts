import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { State, World } from '../../../provisioners/engine/types.ts'
import { type HdfsDirectory, hdfsDirectory, hdfsTypes } from '../../../provisioners/services/hdfs/index.ts'
import { answers } from '../../../provisioners/services/support/index.ts'
import { contextOf, FIVE } from '../a-context.ts'
import { EMIT, runShAside } from '../run-sh.ts'

interface Entry {
  type: 'DIRECTORY' | 'FILE'
  owner: string
  group: string
  permission: string
}

/** A NameNode as seen by WebHDFS: a few operations, safe mode, and the user that it requires. */
class NameNode {
  readonly files = new Map<string, Entry>([
    ['/', { type: 'DIRECTORY', owner: 'hdfs', group: 'hdfs', permission: '755' }],
  ])
  readonly asked: string[] = []
  /** How many more times JMX reports safe mode. */
  safeModeAnswers = 0
  broken = false
  /** How many more requests it drops without an answer, like a NameNode that is being restarted. */
  silent = 0
  readonly server: Server = createServer((request, response) => {
    if (this.silent > 0) {
      this.silent -= 1
      request.socket.destroy()
      return
    }
    const url = new URL(request.url ?? '', 'http://localhost')
    const [status, body] = this.answer(request.method ?? '', url)
    response.writeHead(status, { 'content-type': 'application/json' }).end(body)
  })

  private answer(method: string, url: URL): [number, string] {
    if (this.broken) return [500, remote('IOException', 'the disk is on fire')]
    if (url.pathname === '/jmx') return [200, this.jmx()]
    const op = url.searchParams.get('op') ?? ''
    const path = decodeURIComponent(url.pathname.slice('/webhdfs/v1'.length))
    this.asked.push(`${method} ${op} ${path}`)
    if (url.searchParams.get('user.name') !== 'hdfs') return [401, remote('SecurityException', 'who?')]
    if (this.safeModeAnswers > 0 && method === 'PUT') return [403, remote('SafeModeException', 'safe mode')]
    return this.operate(op, path, url.searchParams)
  }

  private jmx(): string {
    const text =
      'Safe mode is ON. The reported blocks 3 needs additional 5 blocks to reach the threshold 0.9990'
    const safe = this.safeModeAnswers > 0 ? text : ''
    if (this.safeModeAnswers > 0) this.safeModeAnswers -= 1
    return JSON.stringify(
      { beans: [{ name: 'NameNodeInfo', Safemode: safe, Total: 1 }] },
      null,
      2,
    ).replaceAll('": ', '" : ')
  }

  private operate(op: string, path: string, query: URLSearchParams): [number, string] {
    const entry = this.files.get(path)
    if (op === 'MKDIRS') {
      this.files.set(path, entry ?? { type: 'DIRECTORY', owner: 'hdfs', group: 'hadoop', permission: '755' })
      return [200, '{"boolean":true}']
    }
    if (!entry) return [404, remote('FileNotFoundException', `File does not exist: ${path}`)]
    if (op === 'SETOWNER') {
      entry.owner = query.get('owner') ?? entry.owner
      entry.group = query.get('group') ?? entry.group
      return [200, '']
    }
    if (op === 'SETPERMISSION') {
      // As HDFS prints it: without leading zeros.
      entry.permission = Number.parseInt(query.get('permission') ?? '', 8).toString(8)
      return [200, '']
    }
    return [200, JSON.stringify({ FileStatus: { accessTime: 0, ...entry, pathSuffix: '' } })]
  }
}

const remote = (exception: string, message: string): string =>
  JSON.stringify({ RemoteException: { exception, javaClassName: `java.io.${exception}`, message } })

let nameNode: NameNode
let port: number
beforeEach(async () => {
  nameNode = new NameNode()
  await new Promise<void>((done) => nameNode.server.listen(0, '127.0.0.1', done))
  port = (nameNode.server.address() as AddressInfo).port
})
afterEach(() => new Promise<void>((done) => void nameNode.server.close(() => done())))

const type = hdfsTypes[0]
const world: World = { fileSha256: () => undefined }
const dir = (path = '/tmp', mode = '1777'): HdfsDirectory => ({
  ...hdfsDirectory(contextOf(FIVE), 'hdfs', { path, owner: 'hdfs', group: 'hadoop', mode }),
  port,
})
const probe = async (d = dir()): Promise<State> =>
  (await runShAside(`set -eu\n${EMIT}${type.probe(d)}`)).values
const apply = (d = dir()) => runShAside(`set -eu\n${type.apply(d, { action: 'create', reason: '' })}`)

describe('a directory in HDFS', () => {
  test('that does not exist is created, and then needs no change', async () => {
    expect(await probe()).toEqual({})
    expect(type.diff(dir(), {}, world)).toMatchObject({ action: 'create' })
    expect(await apply()).toMatchObject({ exit: 0, stderr: '' })
    expect(nameNode.files.get('/tmp')).toEqual({
      type: 'DIRECTORY',
      owner: 'hdfs',
      group: 'hadoop',
      permission: '1777',
    })
    expect(type.diff(dir(), await probe(), world)).toBeUndefined()
  })

  test('a mode without leading zeros is the same mode', async () => {
    await apply(dir('/x', '0750'))
    expect(await probe(dir('/x', '0750'))).toMatchObject({ mode: '750' })
    expect(type.diff(dir('/x', '0750'), await probe(dir('/x')), world)).toBeUndefined()
  })

  test('the root can be corrected, and no other path is used for it', async () => {
    await apply(dir('/', '0755'))
    expect(nameNode.files.get('/')).toMatchObject({ group: 'hadoop' })
    expect(nameNode.asked).toEqual(['PUT MKDIRS /', 'PUT SETOWNER /', 'PUT SETPERMISSION /'])
  })

  test('the reason names the differences', async () => {
    await apply()
    Object.assign(nameNode.files.get('/tmp') as Entry, { owner: 'ana', permission: '777' })
    expect(type.diff(dir(), await probe(), world)).toEqual({
      action: 'update',
      reason: 'owner ana → hdfs, mode 0777 → 1777',
    })
  })

  test('a NameNode that is not up gives unknown, not "not there"', async () => {
    const away = { ...dir(), port: 1 }
    expect(await probe(away)).toEqual({ unknown: 'the NameNode does not answer yet' })
  })

  test('an error of the NameNode gives unknown, with its message', async () => {
    nameNode.broken = true
    expect((await probe()).unknown).toBe('the NameNode answers HTTP 500: the disk is on fire')
  })

  test('a file with this name is refused', () => {
    expect(type.refusals?.(dir(), { kind: 'FILE', owner: 'ana', group: 'ana', mode: '644' })).toMatchObject([
      { message: 'hdfs:/tmp must be a directory, but a file has this name' },
    ])
    expect(type.refusals?.(dir(), { kind: 'DIRECTORY' })).toEqual([])
    expect(type.refusals?.(dir(), {})).toEqual([])
  })

  test('apply waits until safe mode ends', async () => {
    nameNode.safeModeAnswers = 2
    expect(await apply()).toMatchObject({ exit: 0 })
    expect(nameNode.safeModeAnswers).toBe(0)
  })

  test('apply waits for a NameNode that does not answer yet', async () => {
    nameNode.silent = 2
    expect(await apply()).toMatchObject({ exit: 0 })
    expect(nameNode.silent).toBe(0)
    expect(nameNode.files.has('/tmp')).toBe(true)
  })

  test('a NameNode that does not answer in time is reported with the message of curl', async () => {
    nameNode.silent = 1000
    const script = type
      .apply(dir(), { action: 'create', reason: '' })
      .replace('date +%s) + 300', 'date +%s) + 1')
    const said = await runShAside(`set -eu\n${script}`)
    expect(said.exit).toBe(1)
    expect(said.stderr).toMatch(/silent, after 300 s: no answer: curl: \(52\)/)
  })

  test('safe mode that does not end is reported with its reason', async () => {
    nameNode.safeModeAnswers = 1000
    const script = type
      .apply(dir(), { action: 'create', reason: '' })
      .replace('date +%s) + 300', 'date +%s) + 1')
    const said = await runShAside(`set -eu\n${script}`)
    expect(said.exit).toBe(1)
    expect(said.stderr).toContain('The reported blocks 3 needs additional 5 blocks')
    expect(nameNode.files.has('/tmp')).toBe(false)
  })

  test('a refusal of HDFS fails the step with its message', async () => {
    const script = type
      .apply(dir(), { action: 'create', reason: '' })
      .replaceAll('user.name=hdfs', 'user.name=ana')
    expect(await runShAside(`set -eu\n${script}`)).toMatchObject({
      exit: 1,
      stderr: expect.stringMatching(/MKDIRS failed with HTTP.*who\?/s),
    })
  })

  test('special characters in a path are encoded', async () => {
    const odd = dir('/user/a b?op=DELETE&x=#1')
    await apply(odd)
    expect([...nameNode.files.keys()]).toContain('/user/a b?op=DELETE&x=#1')
  })
})

test('a readiness check succeeds only with the right answer', async () => {
  const url = `http://127.0.0.1:${port}/webhdfs/v1/?op=GETFILESTATUS&user.name=hdfs`
  expect((await runShAside(answers(url, '"FileStatus"'))).exit).toBe(0)
  expect((await runShAside(answers(url, '"NoSuchThing"'))).exit).not.toBe(0)
  nameNode.broken = true
  expect((await runShAside(answers(url, '"FileStatus"'))).exit).not.toBe(0)
})
