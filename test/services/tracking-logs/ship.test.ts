import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { render } from '../../../hadoop-templates/index.ts'
import { PlayedHdfs } from '../hdfs/played-webhdfs.ts'

interface Ran {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

/** The shipper itself, under the real sh with the real curl and gzip, against an HDFS that is played. */
describe('the shipper of tracking logs', { timeout: 90_000 }, () => {
  let dir = ''
  let logs = ''
  let hdfs: PlayedHdfs

  const log = (day: string, text: string = day): Buffer => gzipSync(`{"event": "${text}"}\n`)
  const put = (name: string, content: Buffer = log(name)): void => writeFileSync(join(logs, name), content)
  const ledger = (): string[][] =>
    readFileSync(join(dir, 'state/ledger'), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => line.split('\t'))
  const states = (): Record<string, string> =>
    Object.fromEntries(ledger().map(([, state = '', , name = '']) => [name, state]))

  function configure(more: Record<string, string> = {}): void {
    const conf = render('tracking-logs/settings.conf', {
      ...{ namenodes: hdfs.url, user: 'tracking', target: '/data/tracking', state: join(dir, 'state') },
      ...{ incoming: '/data/.tracking-incoming/lms1', stall: 2, patience: 20, keep: '' },
      ...{ sources: `lms1 ${logs} tracking.log`, ...more },
    })
    writeFileSync(join(dir, 'conf'), conf)
  }

  function start(program: string, args: readonly string[], onLine: (line: string, pid: number) => void) {
    const child = spawn('sh', [join(dir, program), '-c', join(dir, 'conf'), ...args], { detached: true })
    return new Promise<Ran>((resolve) => {
      let [out, err] = ['', '']
      child.stdout.on('data', (chunk: Buffer) => {
        for (const line of String(chunk).split('\n')) onLine(line, child.pid ?? 0)
        out += String(chunk)
      })
      child.stderr.on('data', (chunk: Buffer) => {
        err += String(chunk)
      })
      child.on('close', (code) => resolve({ code, out, err }))
    })
  }
  const ship = (...args: string[]): Promise<Ran> =>
    start('ship', args.length > 0 ? args : ['run'], () => undefined)

  async function shipped(code = 0): Promise<Ran> {
    const ran = await ship()
    expect(ran.code, ran.out + ran.err).toBe(code)
    return ran
  }

  beforeEach(async () => {
    dir = mkdtempSync(join(tmpdir(), 'howdah-logs-'))
    logs = join(dir, 'logs')
    mkdirSync(logs)
    writeFileSync(join(dir, 'ship'), render('tracking-logs/ship.sh', {}))
    writeFileSync(join(dir, 'expire'), render('tracking-logs/expire.sh', {}))
    hdfs = new PlayedHdfs()
    await hdfs.start()
    configure()
  })
  afterEach(async () => {
    await hdfs.stop()
    rmSync(dir, { recursive: true, force: true })
  })

  it('sends what is rotated and compressed, byte for byte, once, and nothing else', async () => {
    put('tracking.log-20261101.gz')
    put('tracking.log-20261102-1764633600.gz')
    put('tracking.log', Buffer.from('live'))
    put('tracking.log-20261103', Buffer.from('not compressed yet'))
    put('tracking.log-20261104', Buffer.from('gzip is at it'))
    put('tracking.log-20261104.gz')
    put('tracking.log-2026.gz')
    put('tracking.log-20261105 (copy).gz')
    put('tracking.log-20261105:1.gz')
    put('other.log-20261105.gz')
    await shipped()
    expect(hdfs.visible()).toEqual([
      'tracking.log-20261101-lms1.gz',
      'tracking.log-20261102-1764633600-lms1.gz',
    ])
    expect(hdfs.files.get('/data/tracking/tracking.log-20261101-lms1.gz')).toEqual(
      readFileSync(join(logs, 'tracking.log-20261101.gz')),
    )
    hdfs.requests.length = 0
    const { out } = await shipped()
    expect(out).toContain('plan\t0\t0')
    expect(hdfs.requests.join('\n')).not.toMatch(/CREATE|RENAME/)
  })

  it('shows a name only when the whole content is there', async () => {
    for (let day = 1; day <= 9; day++) put(`tracking.log-2026110${day}.gz`)
    const halves: string[] = []
    hdfs.hook = () => {
      for (const name of hdfs.visible()) {
        const here = readFileSync(join(logs, name.replace('-lms1', '')))
        if (!hdfs.files.get(`/data/tracking/${name}`)?.equals(here)) halves.push(name)
      }
      return false
    }
    await shipped()
    expect(hdfs.visible()).toHaveLength(9)
    expect(halves).toEqual([])
  })

  it('what a DataNode spoils on the way is not shown', async () => {
    put('tracking.log-20261101.gz')
    put('tracking.log-20261102.gz')
    let spoiled = 0
    hdfs.hook = ({ op, path }) => {
      const hidden = path.startsWith('/data/.tracking-incoming/') && path.includes('20261102')
      if (op === 'DATA-OPEN' && hidden && spoiled++ === 0) hdfs.files.set(path, Buffer.from('spoiled'))
      return false
    }
    await shipped()
    expect(spoiled).toBeGreaterThan(1)
    expect(hdfs.files.get('/data/tracking/tracking.log-20261102-lms1.gz')).toEqual(
      readFileSync(join(logs, 'tracking.log-20261102.gz')),
    )
  })

  it('content that came under another name is told and not sent', async () => {
    put('tracking.log-20261101.gz', log('same'))
    put('tracking.log-20261102.gz', log('same'))
    await shipped(3)
    put('tracking.log-20261103.gz', log('same'))
    const { out } = await shipped(3)
    expect(hdfs.visible()).toEqual(['tracking.log-20261101-lms1.gz'])
    expect(out).toMatch(
      /^duplicate\tlms1\ttracking.log-20261103.gz\t\d+\tsame content as tracking.log-20261101-lms1.gz$/m,
    )
    await shipped()
  })

  it('another content of a name in HDFS is never written over; the same is taken for sent', async () => {
    hdfs.files.set('/data/tracking/tracking.log-20261101-lms1.gz', Buffer.from('theirs'))
    hdfs.files.set('/data/tracking/tracking.log-20261102-lms1.gz', log('tracking.log-20261102.gz'))
    put('tracking.log-20261101.gz')
    put('tracking.log-20261102.gz')
    await shipped(3)
    expect(String(hdfs.files.get('/data/tracking/tracking.log-20261101-lms1.gz'))).toBe('theirs')
    expect(states()).toEqual({
      'tracking.log-20261101.gz': 'conflict',
      'tracking.log-20261102.gz': 'shipped',
    })
    // Of equal length, so that only reading it tells.
    const twin = Buffer.from(log('tracking.log-20261103.gz'))
    twin.writeUInt8(twin.readUInt8(twin.length - 12) ^ 1, twin.length - 12)
    hdfs.files.set('/data/tracking/tracking.log-20261103-lms1.gz', twin)
    put('tracking.log-20261103.gz')
    await shipped(3)
    expect(states()['tracking.log-20261103.gz']).toBe('conflict')
    // Somebody moves theirs away: ours goes.
    hdfs.files.delete('/data/tracking/tracking.log-20261101-lms1.gz')
    await shipped()
    expect(states()['tracking.log-20261101.gz']).toBe('shipped')
  })

  it('a file that is cut off is told, and kept', async () => {
    put('tracking.log-20261101.gz', log('x').subarray(0, 20))
    put('tracking.log-20261102.gz')
    const { out } = await shipped(3)
    expect(out).toMatch(/^damaged\tlms1\ttracking.log-20261101.gz\t20\tgzip cannot read it to its end$/m)
    expect(hdfs.visible()).toEqual(['tracking.log-20261102-lms1.gz'])
    put('tracking.log-20261101.gz')
    await shipped()
    expect(hdfs.visible()).toHaveLength(2)
  })

  it('a file that shrinks while it is read is told, not shown, and sent when it holds still', async () => {
    const name = 'tracking.log-20261101.gz'
    const whole = gzipSync(Buffer.from(Array.from({ length: 200_000 }, (_, i) => (i * i * 7919) % 251)))
    put(name, whole)
    put('tracking.log-20261102.gz')
    hdfs.hook = ({ op, path }) => {
      if (op === 'CREATE' && path.includes('20261101')) truncateSync(join(logs, name), 1000)
      return false
    }
    const { out } = await shipped(3)
    expect(out).toMatch(
      new RegExp(
        `^changed\tlms1\t${name}\t${whole.length}\t${whole.length} bytes when the run began, 1000 now$`,
        'm',
      ),
    )
    expect(hdfs.visible()).toEqual(['tracking.log-20261102-lms1.gz'])
    hdfs.hook = () => false
    put(name, whole)
    await shipped()
    expect(hdfs.files.get('/data/tracking/tracking.log-20261101-lms1.gz')).toEqual(whole)
  })

  it('a run that is killed at any moment is made good by the next', async () => {
    for (let day = 10; day <= 29; day++) put(`tracking.log-202611${day}.gz`)
    for (const op of ['CREATE', 'DATA-CREATE', 'DATA-OPEN', 'RENAME']) {
      let seen = 0
      let pid = 0
      hdfs.hook = ({ op: now }) => {
        if (now === op && ++seen === 3) process.kill(-pid, 'SIGKILL')
        return false
      }
      const run = start('ship', ['run'], (_, own) => {
        pid = own
      })
      expect((await run).code, op).toBe(null)
    }
    hdfs.hook = () => false
    const file = join(dir, 'state/ledger')
    writeFileSync(file, `${readFileSync(file, 'utf8')}2026-11-28T00:00:00Z\tshipped\tlms1\ttracking.l`)
    await shipped()
    expect(hdfs.visible()).toHaveLength(20)
    expect([...hdfs.files.keys()].filter((path) => path.includes('incoming'))).toEqual([])
    const whole = ledger().filter((line) => line[1] === 'shipped' && line.length === 10)
    expect(whole).toHaveLength(20)
    expect(new Set(whole.map(([, , , name]) => name)).size).toBe(20)
  })

  it('a link that is cut five times, also where a rename was done and its answer lost', async () => {
    for (let i = 0; i < 150; i++) put(`tracking.log-202611${10 + (i % 20)}-${1_764_000_000 + i}.gz`)
    let [cuts, count] = [0, 0]
    const cut = () => cuts < 5 && ++count % 97 === 0
    hdfs.hook = ({ socket }) => {
      if (!cut()) return false
      cuts++
      socket.destroy()
      return true
    }
    let lost = 0
    hdfs.renamed = (_, socket) => {
      if (lost++ === 5) socket.destroy()
    }
    await shipped()
    expect(cuts).toBe(5)
    expect(hdfs.visible()).toHaveLength(150)
    for (const name of hdfs.visible()) {
      const here = readFileSync(join(logs, name.replace('-lms1', '')))
      expect(hdfs.files.get(`/data/tracking/${name}`)?.equals(here), name).toBe(true)
    }
    expect(ledger().some((line) => line[9] === 'was there already')).toBe(true)
  })

  it('gives up when nothing answers, says why, and loses nothing', async () => {
    put('tracking.log-20261101.gz')
    configure({ namenodes: 'http://127.0.0.1:1', patience: '2' })
    const { code, out } = await ship()
    expect(code).toBe(1)
    expect(out).toMatch(/^end\t1\t0\t0\t0\tno NameNode answers at http:\/\/127.0.0.1:1 for 2 s: curl: \(7\)/m)
    configure({ namenodes: `http://127.0.0.1:1 ${hdfs.url}` })
    await shipped()
  })

  it('passes over a NameNode on standby, and does not wait where it is refused', async () => {
    put('tracking.log-20261101.gz')
    const standby = new PlayedHdfs()
    await standby.start()
    let message = 'StandbyException'
    standby.hook = (_, reply) => {
      reply.writeHead(403).end(JSON.stringify({ RemoteException: { exception: message, message } }))
      return true
    }
    configure({ namenodes: `${standby.url} ${hdfs.url}` })
    await shipped()
    expect(hdfs.visible()).toHaveLength(1)
    message = 'Permission denied: user=tracking'
    const { code, err } = await ship()
    expect(code).toBe(1)
    expect(err).toContain('refuses the user tracking at hdfs:/data/tracking (HTTP 403): Permission denied')
    await standby.stop()
  })

  it('a missing directory is told, and other sources are sent', async () => {
    put('tracking.log-20261101.gz')
    configure({ sources: `gone ${dir}/nowhere tracking.log\nlms1 ${logs} tracking.log` })
    const { out } = await shipped(3)
    expect(out).toContain(`error\tgone\t${dir}/nowhere is not there`)
    expect(hdfs.visible()).toHaveLength(1)
  })

  it('a file that is forgotten on purpose is sent once more', async () => {
    put('tracking.log-20261101.gz')
    await shipped()
    hdfs.files.clear()
    await shipped()
    expect(hdfs.visible()).toEqual([])
    expect((await ship('forget', 'lms1', 'tracking.log-20261101.gz')).code).toBe(0)
    await shipped()
    expect(hdfs.visible()).toHaveLength(1)
    expect((await ship('forget', 'lms1', 'tracking.log-20261109.gz')).code).toBe(1)
  })

  it('the rule of retention counts back from the newest log, and touches nothing of another kind', async () => {
    const names = [
      'tracking.log-20200101-lms1.gz',
      'tracking.log-20200105-1578182400-lms1.gz',
      'tracking.log-20200111-lms1.gz',
      'tracking.log-20200101-lms1.gz.bak',
      'events-20190101.gz',
      'tracking.log',
    ]
    for (const name of names) hdfs.files.set(`/data/tracking/${name}`, Buffer.from(name))
    const expire = () => start('expire', [], () => undefined)
    expect((await expire()).out).toContain('no rule')
    configure({ keep: '7' })
    const ran = await expire()
    expect(ran.out, ran.err).toContain('1 of 6 files removed, older than 7 days')
    expect(hdfs.visible()).toEqual(names.slice(1).sort())
    expect(readFileSync(join(dir, 'state/expired'), 'utf8')).toContain('tracking.log-20200101-lms1.gz\n')
    // Nor is what is older than the rule sent in the first place.
    put('tracking.log-20200102.gz')
    expect((await shipped()).out).toContain('plan\t0\t0')
  })
})
