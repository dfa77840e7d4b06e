import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  applyPlan,
  checkFence,
  claimFence,
  createScriptDriver,
  type Fence,
  freeFence,
  makePlan,
  readFence,
} from '../../provisioners/engine/index.ts'
import type { Action } from '../../provisioners/engine/types.ts'
import { silent } from '../../provisioners/events.ts'
import { type Sandbox, sandbox } from './support/sandbox.ts'

const fenceOf = (token: number, nonce: string, at?: string): Fence => {
  const about = {
    cluster: 'c',
    holder: `op-${nonce}`,
    reason: 'bootstrap',
    since: 'today',
    pid: 1,
    from: 'x',
  }
  return { token, nonce, about: JSON.stringify({ ...about, nonce, ...(at && { at }) }) }
}
const place = (box: Sandbox) => ({
  ...{ runDir: box.path('run/howdah'), fenceFile: box.path('var/lib/howdah/fence'), as: null },
})
const record = (box: Sandbox): string => box.read('var/lib/howdah/fence').split('\n')[0] ?? ''
const action = (box: Sandbox, name: string, run: string, after: string[] = []): Action => ({
  ...{ type: 'action', id: `action:${name}`, component: 'x', title: name, timeoutSeconds: 20, run, after },
  probe: `if [ -e '${box.path(`${name}.done`)}' ]; then echo done=yes; else echo done=no; fi`,
})
const touching = (box: Sandbox, name: string, after: string[] = []): Action =>
  action(box, name, `: >'${box.path(`${name}.done`)}'`, after)
async function apply(box: Sandbox, fence: Fence, resources: Action[]) {
  const driver = createScriptDriver({
    ...{ target: 'h1', transport: box.transport, registry: box.registry, report: silent },
    ...{ ...place(box), recordFile: box.path('var/lib/howdah/resources'), fence: () => fence },
  })
  const desired = { h1: resources }
  const observed = { h1: await driver.probe(resources) }
  const plan = makePlan({ cluster: 'c', desired, observed, registry: box.registry })
  return applyPlan({ plan, desired, observed, drivers: { h1: driver }, registry: box.registry })
}
const until = async (holds: () => boolean) => {
  for (let i = 0; !holds(); i++) {
    if (i > 2000) throw new Error('it never held')
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

describe('the record of the newest run', () => {
  it('is claimed only as it was read, and freed only by its run', async () => {
    const box = sandbox()
    const [a, b] = [fenceOf(1, 'aa'), fenceOf(2, 'bb')]
    expect(await readFence(box.transport, place(box))).toEqual({ head: '' })
    await claimFence(box.transport, a, '', place(box))
    await expect(claimFence(box.transport, fenceOf(1, 'cc'), '', place(box))).rejects.toMatchObject({
      code: 'LOCK_HELD',
      message: expect.stringContaining('op-aa'),
    })
    await freeFence(box.transport, b, place(box))
    expect(record(box)).toBe('1 aa held')
    await freeFence(box.transport, a, place(box))
    expect(record(box)).toBe('1 aa free')
    await claimFence(box.transport, b, '1 aa free', place(box))
    expect((await readFence(box.transport, place(box))).record).toMatchObject({ token: 2, free: false })
    await expect(checkFence(box.transport, a, place(box))).rejects.toMatchObject({
      code: 'LOCK_LOST',
      exitCode: 16,
    })
    await checkFence(box.transport, b, place(box))
  })

  it.each([
    ['nothing', ''],
    ['an error text', 'cat: /var/lib/howdah/fence: Input/output error\n'],
    ['a number that no shell counts', `${'9'.repeat(30)} aa held\n{}\n`],
  ])('that is %s refuses every run', async (_, text) => {
    const box = sandbox()
    box.write('var/lib/howdah/fence', text)
    await expect(checkFence(box.transport, fenceOf(5, 'aa'), place(box))).rejects.toMatchObject({
      code: 'LOCK_UNREADABLE',
      details: { where: expect.stringContaining('fence') },
    })
    const { outcomes, lost } = await apply(box, fenceOf(5, 'aa'), [touching(box, 'one')])
    expect(lost).toMatchObject({ code: 'LOCK_UNREADABLE' })
    expect(outcomes).toEqual({ 'h1!action:one': 'skipped' })
    expect(box.has('one.done')).toBe(false)
  })

  it('never goes back, whatever order runs come in', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 2, maxLength: 5 }),
        async (tokens) => {
          const box = sandbox()
          let highest = 0
          for (const [i, token] of tokens.entries()) {
            const nonce = `a${i}`
            const { lost } = await apply(box, fenceOf(token, nonce), [touching(box, `s${i}`)])
            // The same token of another run is refused as well.
            expect(lost === undefined).toBe(token > highest)
            expect(box.has(`s${i}.done`)).toBe(token > highest)
            highest = Math.max(highest, token)
            expect(record(box).split(' ')[0]).toBe(String(highest))
          }
        },
      ),
      { numRuns: 6 },
    )
  })
})

describe('a batch of an earlier run', () => {
  it('changes nothing, and says who is newer', async () => {
    const box = sandbox()
    await claimFence(box.transport, fenceOf(7, 'bb'), '', place(box))
    const { outcomes, failures, lost } = await apply(box, fenceOf(6, 'aa'), [touching(box, 'one')])
    expect(lost).toMatchObject({
      code: 'LOCK_LOST',
      exitCode: 16,
      message: expect.stringMatching(/h1 .*op-bb/),
    })
    expect([outcomes, failures]).toEqual([{ 'h1!action:one': 'skipped' }, []])
    expect(box.has('one.done')).toBe(false)
  })

  it('stops before its next step, and the newer run waits for the one that runs', async () => {
    const box = sandbox()
    const first = action(
      box,
      'first',
      `: >'${box.path('begun')}'; until [ -e '${box.path('go')}' ]; do sleep 0.05; done; : >'${box.path('first.done')}'`,
    )
    await claimFence(box.transport, fenceOf(1, 'aa'), '', place(box))
    const run = apply(box, fenceOf(1, 'aa'), [first, touching(box, 'second', ['action:first'])])
    await until(() => box.has('begun'))
    let claimed = false
    const claim = claimFence(box.transport, fenceOf(2, 'bb'), '1 aa held', place(box)).then(() => {
      claimed = true
    })
    await until(() => record(box) === '2 bb held')
    expect(claimed).toBe(false)
    box.write('go', '')
    await claim
    expect(box.has('first.done')).toBe(true)
    const { outcomes, lost } = await run
    expect(outcomes).toEqual({ 'h1!action:first': 'ok', 'h1!action:second': 'skipped' })
    expect(lost).toMatchObject({ code: 'LOCK_LOST' })
    expect(box.has('second.done')).toBe(false)
  })
})

describe('a run that was frozen', () => {
  it('changes nothing after it wakes, when another has taken the lock meanwhile', async () => {
    const box = sandbox()
    const child = spawn(
      process.execPath,
      ['--import', 'tsx', new URL('./support/frozen-run.ts', import.meta.url).pathname, box.root],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    )
    let said = ''
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      said += chunk
    })
    const over = new Promise((resolve) => child.once('close', resolve))
    try {
      await until(() => box.has('begun'))
      child.kill('SIGSTOP')
      // Its lease is not renewed any more: the process that holds the lock on the host ends.
      utimesSync(box.path('run/howdah/lock.lease'), 1000, 1000)
      await until(() => !existsSync(box.path('run/howdah/lock.json')))
      const seen = await readFence(box.transport, place(box))
      expect(seen.live).toBeUndefined()
      const next = claimFence(box.transport, fenceOf(2, 'bb'), seen.head, place(box))
      await until(() => record(box).startsWith('2 '))
      box.write('go', '')
      await next
      // The step that ran has ended, and its batch stopped. The operator that comes next changes the host.
      const { outcomes } = await apply(box, fenceOf(2, 'bb'), [touching(box, 'mine')])
      expect(outcomes).toEqual({ 'h1!action:mine': 'ok' })
      const before = readdirSync(box.root).sort()
      child.kill('SIGCONT')
      await over
      expect(readdirSync(box.root).sort()).toEqual(before)
      expect(before).not.toContain('second.done')
      expect(JSON.parse(said)).toMatchObject({
        outcomes: { 'h1!action:first': 'ok', 'h1!action:second': 'skipped', 'h1!action:third': 'skipped' },
        batch: 'LOCK_LOST',
      })
    } finally {
      child.kill('SIGKILL')
    }
  }, 60_000)
})

describe('what killed runs left', () => {
  const gone = () => {
    // A process id that was just used and has ended.
    const { pid } = spawn('true')
    return pid as number
  }

  it('is removed by the next batch, except what a living process owns', async () => {
    const box = sandbox()
    const dead = gone()
    await until(() => !existsSync(`/proc/${dead}`))
    const run = (name: string) => box.path(`run/${name}`)
    const dirs = [`howdah/apply.${dead}.aa`, `howdah/apply.${process.pid}.bb`, 'howdah/apply.old123']
    dirs.push(`howdah-store.${dead}.cc`, `howdah-store.${process.pid}.dd`, 'howdah-store.oldabc')
    for (const dir of dirs) mkdirSync(run(dir), { recursive: true })
    for (const stop of ['aa', 'bb', 'new']) writeFileSync(run(`howdah/stop.${stop}`), '')
    for (const name of ['howdah/stop.aa', 'howdah/stop.bb', 'howdah/apply.old123'])
      utimesSync(run(name), 1000, 1000)
    await box.converge([touching(box, 'one')])
    const left = [...readdirSync(run('howdah')), ...readdirSync(run('')).filter((name) => name !== 'howdah')]
    expect(left.filter((name) => /apply|stop|store/.test(name)).sort()).toEqual(
      [
        ...[`apply.${process.pid}.bb`, `howdah-store.${process.pid}.dd`, 'howdah-store.oldabc'],
        ...['stop.bb', 'stop.new'],
      ].sort(),
    )
  })
})

describe('the output of a step', () => {
  it('is kept in its head and its tail, whatever it prints', async () => {
    const box = sandbox()
    const { result } = await box.converge([
      action(
        box,
        'flood',
        "echo first; head -c 30000000 /dev/zero | tr '\\0' 'x'; echo; echo last >&2; exit 3",
      ),
    ])
    const output = result.failures[0]?.output ?? ''
    expect(output.length).toBeLessThan(70_000)
    expect(output.startsWith('first\n')).toBe(true)
    expect(output).toMatch(/\[299\d+ bytes left out by Howdah\]/)
    expect(output.trimEnd().endsWith('last')).toBe(true)
  })

  it('of a few lines is whole', async () => {
    const box = sandbox()
    const { result } = await box.converge([action(box, 'few', 'echo one; echo two >&2; false')])
    expect(result.failures[0]?.output).toBe('one\ntwo')
  })

  it('leaves nothing of a batch, however fast its last step ends', async () => {
    const box = sandbox()
    for (let i = 0; i < 25; i += 1) {
      await box.converge([action(box, `fast${i}`, `echo out; : >'${box.path(`fast${i}.done`)}'`)])
      expect(readdirSync(box.path('run/howdah')).filter((name) => /^(apply|stop)/.test(name))).toEqual([])
    }
  })

  it('does not keep a batch waiting for a process that the step left behind', async () => {
    const box = sandbox()
    const { result } = await box.converge([
      action(box, 'leaves', `(sleep 30; : >'${box.path('late')}') & : >'${box.path('leaves.done')}'`),
      touching(box, 'next', ['action:leaves']),
    ])
    expect(Object.values(result.outcomes)).toEqual(['ok', 'ok'])
    expect(existsSync(box.path('late'))).toBe(false)
  })
})
