import { execFileSync } from 'node:child_process'
import { lstatSync, mkdirSync, readdirSync, readlinkSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Action, Resource } from '../../../provisioners/engine/types.ts'
import { me, type Sandbox, sandbox } from '../support/sandbox.ts'
import { withSystemd } from '../support/systemd.ts'

const base = (type: string, name: string) => ({ type, id: `${type}:${name}`, component: 'x' }) as const

const dir = (box: Sandbox, name: string, more: object = {}): Resource =>
  ({ ...base('directory', name), path: box.path(name), ...me, mode: '0755', ...more }) as Resource

const file = (box: Sandbox, name: string, content = 'a\n', more: object = {}): Resource =>
  ({
    ...{ ...base('file', name), path: box.path(name), content, ...me, mode: '0644' },
    ...{ after: name.includes('/') ? [`directory:${name.slice(0, name.lastIndexOf('/'))}`] : [], ...more },
  }) as Resource

const link = (box: Sandbox, name: string, target: string): Resource =>
  ({ ...base('symlink', name), path: box.path(name), target: box.path(target) }) as Resource

const unit = (box: Sandbox, name: string, reads: readonly string[], more: object = {}): Resource =>
  ({
    ...{ ...base('unit', name), name, content: `[Service]\n# ${name}\n`, logs: [] },
    effective: reads.map((one) => box.path(one)),
    ready: { script: 'exit 0', timeoutSeconds: 5, title: 'answers' },
    ...more,
  }) as Resource

const hostsBlock = (): Resource =>
  ({
    ...base('hosts-block', 'h'),
    entries: [{ address: '10.0.0.1', names: ['m1'] }],
    ownNames: [],
  }) as Resource

const action = (box: Sandbox, name: string, run: string): Action => ({
  ...{ type: 'action', id: `action:${name}`, component: 'x', title: name, timeoutSeconds: 20, run },
  probe: `if [ -e '${box.path(`${name}.done`)}' ]; then echo done=yes; else echo done=no; fi`,
})

const titles = (plan: { steps: readonly { action: string; ref: string }[] }): string[] =>
  plan.steps.map((step) => `${step.action} ${step.ref.slice(3)}`)

describe('the record of a host', () => {
  it('has one line for each resource, and only root can read it', async () => {
    const box = sandbox()
    const wanted = [dir(box, 'etc'), file(box, 'etc/secret', 'word\n', { sensitive: true })]
    await box.settle(wanted)
    await box.settle([...wanted.slice(0, 1), file(box, 'etc/secret', 'second value\n', { sensitive: true })])
    expect(box.record().map((line) => JSON.parse(line))).toEqual([
      { component: 'x', type: 'directory', id: 'directory:etc', about: { path: box.path('etc') } },
      { component: 'x', type: 'file', id: 'file:etc/secret', about: { path: box.path('etc/secret') } },
    ])
    expect(statSync(box.path('var/lib/howdah/resources')).mode & 0o777).toBe(0o600)
    expect(box.transport.scripts.join('').match(/resources/g)?.length).toBeGreaterThan(0)
  })

  it('names the resource of a step that was killed', async () => {
    const box = sandbox()
    const killer = action(box, 'kill', 'kill -9 $(ps -o ppid= -p $PPID) $PPID')
    const after = { after: ['action:kill'] }
    const wanted = [file(box, 'one'), killer, file(box, 'two', 'b\n', after)]
    await box.settle(wanted)
    expect(box.has('two')).toBe(false)
    expect(box.record().some((line) => line.includes('"file:two"'))).toBe(true)
    // A resource that was never made is removed like one that was.
    const { result } = await box.settle([])
    expect(result.failures).toEqual([])
    expect([box.has('one'), box.record()]).toEqual([false, []])
  })

  it('is written in one step when the resources exist already, and then never again', async () => {
    const box = sandbox()
    const wanted = [dir(box, 'etc'), file(box, 'etc/a')]
    await box.settle(wanted)
    execFileSync('rm', [box.path('var/lib/howdah/resources')])
    const { plan } = await box.settle(wanted)
    expect(plan.steps).toMatchObject([
      { action: 'create', title: 'record of what Howdah manages on this host', reason: '2 lines' },
    ])
    expect(box.record()).toHaveLength(2)
    expect((await box.settlePlan(wanted)).steps).toEqual([])
  })

  it('that cannot be written stops the batch before it makes anything', async () => {
    const box = sandbox()
    mkdirSync(box.path('var/lib'), { recursive: true })
    writeFileSync(box.path('var/lib/howdah'), 'in the way')
    const { result } = await box.settle([file(box, 'one')])
    expect(result.failures[0]?.output).toContain(
      'the record of what Howdah manages on this host cannot be written',
    )
    expect(box.has('one')).toBe(false)
  })

  it('keeps lines that this version cannot read, and removes nothing by a type that it does not know', async () => {
    const box = sandbox()
    const odd = ['{"format":2}', '{"component":"x","type":"x-later","id":"later:1","about":{}}']
    box.write('var/lib/howdah/resources', `${odd.join('\n')}\n`)
    const { plan } = await box.settle([file(box, 'one')])
    expect(plan.left?.map(({ title, reason }) => `${title}: ${reason}`)).toEqual([
      'later:1: this version of Howdah does not know the type x-later',
    ])
    expect(box.record()).toContain(odd[0])
    expect((await box.settlePlan([file(box, 'one')])).steps).toEqual([])
  })
})

describe('a resource that is no longer wanted', () => {
  const whole = (box: Sandbox): Resource[] => [
    dir(box, 'etc'),
    file(box, 'etc/conf'),
    unit(box, 'nn', ['etc/conf']),
    file(box, 'etc/later'),
  ]

  it('is removed in a safe order: the unit, its files, their directory', async () => {
    const box = withSystemd()
    await box.settle(whole(box))
    const { plan, result } = await box.settle([])
    expect(titles(plan)).toEqual([
      'remove unit:nn',
      'remove file:etc/later',
      'remove file:etc/conf',
      'remove directory:etc',
    ])
    expect(plan.steps[1]?.after).toEqual(['h1!unit:nn'])
    expect(plan.steps[3]?.after).toEqual(['h1!unit:nn', 'h1!file:etc/later', 'h1!file:etc/conf'])
    expect(result.failures).toEqual([])
    expect(box.calls()).toContain('disable --now nn.service')
    expect(['etc/conf', 'etc/systemd/system/nn.service', 'systemd/nn'].filter(box.has)).toEqual([])
    expect((await box.settlePlan([])).steps).toEqual([])
  })

  it('stops before another unit starts, and its files are removed when that one has started', async () => {
    const box = withSystemd()
    await box.settle(whole(box))
    const next = [dir(box, 'etc'), file(box, 'etc/new'), unit(box, 'rm', ['etc/new'])]
    const { plan } = await box.settle(next)
    const order = titles(plan)
    expect(order.indexOf('remove unit:nn')).toBeLessThan(order.indexOf('create unit:rm'))
    expect(order.indexOf('create unit:rm')).toBeLessThan(order.indexOf('remove file:etc/conf'))
    expect(plan.steps.find(({ ref }) => ref === 'h1!unit:rm')?.after).toContain('h1!unit:nn')
  })

  it('stays, with everything that it needs, while a unit holds data', async () => {
    const box = withSystemd()
    const holds = 'decommission it first'
    await box.settle([...whole(box), unit(box, 'dn', ['etc/conf'], { holds })])
    const { plan } = await box.settle([])
    expect(titles(plan)).toEqual(['remove unit:nn'])
    expect(plan.warnings).toEqual([`h1: unit dn is no longer wanted and still runs: ${holds}`])
    expect([box.has('etc/conf'), box.read('systemd/dn')]).toEqual([true, 'active\n'])
    // Everything is removed with the whole cluster.
    await box.settle([], { whole: true })
    expect([box.has('etc/conf'), box.record()]).toEqual([false, []])
  })

  it('stays when it is data, is reported once, and is managed again when it is wanted again', async () => {
    const box = sandbox()
    const wanted = [dir(box, 'data', { data: 'own' }), dir(box, 'log')]
    await box.settle(wanted)
    box.write('data/block', 'x')
    box.write('log/a.log', 'x')
    const { plan } = await box.settle([])
    expect(titles(plan)).toEqual(['update record:resources', 'remove directory:log'])
    expect(plan.left).toMatchObject([{ title: `data in ${box.path('data')}`, known: false }])
    expect([box.has('data/block'), box.has('log/a.log')]).toEqual([true, true])
    expect(await box.settlePlan([])).toMatchObject({ steps: [], left: [{ known: true }] })
    await box.settle(wanted)
    expect(await box.settlePlan(wanted)).toMatchObject({ steps: [], left: [] })
    expect(box.record().join()).not.toContain('"left"')
    await box.settle([], { data: true })
    expect([box.has('data'), box.has('data/block')]).toEqual([true, false])
  })

  it('is not removed when another resource has its path', async () => {
    const box = sandbox()
    await box.settle([file(box, 'one'), dir(box, 'd')])
    const renamed = { ...file(box, 'one', 'b\n'), id: 'file:renamed' } as Resource
    const { plan } = await box.settle([renamed, file(box, 'd/x', 'x\n', { after: [] })])
    expect(titles(plan)).toEqual(['update record:resources', 'update file:renamed', 'create file:d/x'])
    expect(box.read('one')).toBe('b\n')
    expect(box.record()).toHaveLength(3)
  })

  it('is not a resource whose details on record have changed: only its line is written again', async () => {
    const box = withSystemd()
    await box.settle([unit(box, 'dn', [])])
    const holds = [unit(box, 'dn', [], { holds: 'decommission it first' })]
    const { plan } = await box.settle(holds)
    expect(titles(plan)).toEqual(['update record:resources'])
    expect(box.record()).toEqual([expect.stringContaining('"holds":"decommission it first"')])
    expect((await box.settlePlan(holds)).steps).toEqual([])
  })

  it.each(['', '/', 'etc', '/etc/../root', '//'])('is left where its path is %j', async (path) => {
    const box = sandbox()
    const line = { component: 'x', type: 'archive', id: 'archive:a', about: { path } }
    box.write('var/lib/howdah/resources', `${JSON.stringify(line)}\n`)
    const { steps, left } = await box.settlePlan([])
    expect([titles({ steps }), left?.[0]?.reason]).toEqual([
      ['update record:resources'],
      expect.stringContaining('damaged'),
    ])
  })

  it('is not considered by a plan of another part', async () => {
    const box = sandbox()
    await box.settle([file(box, 'one'), { ...file(box, 'two'), component: 'y' } as Resource])
    const considers = ({ component }: { component: string }) => component === 'y'
    expect(titles(await box.settlePlan([], { considers }))).toEqual(['remove file:two'])
  })

  it('is removed again when the link was lost in the middle, and otherwise only once', async () => {
    const box = sandbox()
    await box.settle([file(box, 'one'), file(box, 'two')])
    const rm = execFileSync('sh', ['-c', 'command -v rm'], { encoding: 'utf8' }).trim()
    box.fake(
      'rm',
      `echo "$*" >>"$calls"; case $* in *one*) if [ ! -e "$root/slow" ]; then : >"$root/slow"; sleep 1; fi ;; esac; exec ${rm} "$@"`,
    )
    const running = box.settle([])
    while (!box.has('slow')) await new Promise((resolve) => setTimeout(resolve, 10))
    box.transport.cut()
    const { result } = await running
    expect(Object.values(result.outcomes)).toEqual(['ok', 'ok'])
    expect([box.has('one'), box.has('two'), box.record()]).toEqual([false, false, []])
  })
})

/** The possible differences of two desired states, one letter each. */
const UNIVERSE: Readonly<Record<string, (box: Sandbox, variant: number) => Resource[]>> = {
  d: (box) => [dir(box, 'etc/d')],
  f: (box, n) => [dir(box, 'etc/d'), file(box, 'etc/d/f', `${n}\n`)],
  g: (box, n) => [dir(box, 'etc/g'), file(box, "etc/g/it's", `${n}\n`)],
  u: (box, n) => [dir(box, 'etc/g'), file(box, 'etc/g/u.conf', `${n}\n`), unit(box, 'u', ['etc/g/u.conf'])],
  v: (box) => [unit(box, 'v', [])],
  l: (box, n) => [link(box, 'current', `etc/${n}`)],
  h: () => [hostsBlock()],
}

const wantedOf = (box: Sandbox, choice: Readonly<Record<string, number>>): Resource[] => {
  const all = Object.entries(choice).flatMap(([key, n]) => UNIVERSE[key]?.(box, n) ?? [])
  return all.filter(({ id }, i) => all.findIndex((one) => one.id === id) === i)
}

const SKIPPED = new Set([
  'bin',
  'run',
  'calls',
  'usr/local/lib/howdah/record-start',
  'var/lib/howdah/resources',
])

/** Every path of a sandbox with its mode and content, except what stays on purpose and what the fakes keep. */
function treeOf(box: Sandbox, dir = ''): string[] {
  return readdirSync(box.path(dir))
    .sort()
    .flatMap((name) => {
      const path = join(dir, name)
      if (SKIPPED.has(path)) return []
      const found = lstatSync(box.path(path))
      const line = `${path} ${found.mode.toString(8)}`
      if (found.isDirectory()) return [line, ...treeOf(box, path)]
      const content = found.isSymbolicLink() ? readlinkSync(box.path(path)) : box.read(path)
      return [`${line} ${content.replaceAll(box.root, '')}`]
    })
}

const choice = fc
  .array(fc.tuple(fc.constantFrom(...Object.keys(UNIVERSE)), fc.integer({ min: 1, max: 2 })), {
    maxLength: 6,
  })
  .map((pairs) => Object.fromEntries(pairs))

it('two desired states in turn have the same result as the second alone', async () => {
  const prepare = (): Sandbox => {
    const box = withSystemd()
    box.write('etc/hosts', '127.0.0.1\tlocalhost\n')
    // The empty directories of the first unit stay.
    for (const path of [
      'etc/systemd/system',
      'etc/howdah/units',
      'usr/local/lib/howdah',
      'systemd',
      'var/lib/howdah',
    ])
      mkdirSync(box.path(path), { recursive: true })
    return box
  }
  const settled = async (box: Sandbox, wanted: Readonly<Record<string, number>>): Promise<void> => {
    const { result } = await box.settle(wantedOf(box, wanted))
    expect(result.failures).toEqual([])
    expect((await box.settlePlan(wantedOf(box, wanted))).steps).toEqual([])
  }
  await fc.assert(
    fc.asyncProperty(choice, choice, async (a, b) => {
      const [both, alone] = [prepare(), prepare()]
      await settled(both, a)
      await settled(both, b)
      await settled(alone, b)
      expect(treeOf(both)).toEqual(treeOf(alone))
      const lines = (box: Sandbox) =>
        box
          .record()
          .map((line) => line.replaceAll(box.root, ''))
          .sort()
      expect(lines(both)).toEqual(lines(alone))
    }),
    { numRuns: Number(process.env.FC_RUNS ?? 3) },
  )
}, 120_000)
