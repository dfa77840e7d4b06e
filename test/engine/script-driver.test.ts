import { spawnSync } from 'node:child_process'
import { hostname } from 'node:os'
import { describe, expect, it, vi } from 'vitest'
import { createRegistry, createScriptDriver, makePlan } from '../../provisioners/engine/index.ts'
import type { Action, Fact, File, Resource, ResourceType } from '../../provisioners/engine/types.ts'
import { silent } from '../../provisioners/events.ts'
import { me, type Sandbox, sandbox } from './support/sandbox.ts'

const fact = (id: string, script: string): Fact => ({
  ...{ type: 'fact', id, component: 'x', title: id, script },
})
const action = (box: Sandbox, name: string, run: string, more: Partial<Action> = {}): Action => ({
  ...{ type: 'action', id: `action:${name}`, component: 'x', title: name, timeoutSeconds: 20, run },
  probe: `if [ -e '${box.path(`${name}.done`)}' ]; then echo done=yes; else echo done=no; fi`,
  ...more,
})
const until = async (holds: () => boolean) => {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 10))
}
const statesOf = async (box: Sandbox, resources: Resource[]) => (await box.driver.probe(resources)).states

describe('a probe', () => {
  it('reads the facts of this host', async () => {
    const { facts } = await sandbox().driver.probe([])
    expect(facts?.hostname).toBe(hostname())
    expect(facts?.memoryMb).toBeGreaterThan(100)
    expect(facts?.cores).toBeGreaterThan(0)
    expect(facts?.os.id).toMatch(/^[a-z]+$/)
    expect(Math.abs((facts?.epoch ?? 0) - Date.now() / 1000)).toBeLessThan(30)
    expect(facts?.mounts.find(({ path }) => path === '/')?.sizeMb).toBeGreaterThan(0)
  })

  it('keeps fragments apart, whatever they do', async () => {
    const box = sandbox()
    const states = await statesOf(box, [
      fact('a', 'echo one=1'),
      fact('exits', 'echo key=lost; exit 3'),
      fact('syntax', 'if then "'),
      fact('complains', 'echo "cannot open /data1" >&2; false'),
      fact('sets', 'PATH=/nowhere; cd /; echo x=y'),
      fact('reads', 'cat; echo read=all'),
      fact('odd', "printf 'k=a=b%%41 \\303\\251'"),
      fact('kills', 'kill -9 $$'),
      fact('last', 'echo two=2'),
    ])
    expect(states.a).toEqual({ one: '1' })
    expect(states.exits).toEqual({ unknown: 'its probe ended with exit 3' })
    expect(states.syntax?.unknown).toMatch(/syntax|unexpected/i)
    expect(states.complains).toEqual({ unknown: 'cannot open /data1' })
    expect(states.sets).toEqual({ x: 'y' })
    expect(states.reads).toEqual({ read: 'all' })
    expect(states.odd).toEqual({ k: 'a=b%41 é' })
    expect(states.kills?.unknown).toBeDefined()
    expect(states.last).toEqual({ two: '2' })
  })

  it('fails when the script does not finish', async () => {
    const box = sandbox()
    box.fake('stat', 'kill -9 $PPID')
    const file = {
      type: 'file',
      id: 'f',
      component: 'x',
      path: '/etc/hosts',
      content: '',
      mode: '0644',
      ...me,
    } as const
    await expect(box.driver.probe([file])).rejects.toMatchObject({
      code: expect.stringMatching(/PROBE_FAILED|LINK_LOST/),
    })
  })

  it('refuses a path with a line break', async () => {
    const file = {
      type: 'file',
      id: 'f',
      component: 'x',
      path: '/a\nb',
      content: '',
      mode: '0644',
      ...me,
    } as const
    await expect(sandbox().driver.probe([file])).rejects.toMatchObject({ code: 'PATH_ODD' })
  })

  it('of 300 files needs only a few processes', async () => {
    const box = sandbox()
    const files = Array.from({ length: 300 }, (_, i): File => {
      const path = box.write(`files/it's ${i}`, `content ${i}\n`)
      return {
        type: 'file',
        id: `file:${i}`,
        component: 'x',
        path,
        content: `content ${i}\n`,
        mode: '0644',
        ...me,
      }
    })
    for (const tool of ['stat', 'sha256sum']) {
      const real = spawnSync('/bin/sh', ['-c', `command -v ${tool}`], { encoding: 'utf8' }).stdout.trim()
      box.fake(tool, `echo ${tool} >>"$calls"; exec ${real} "$@"`)
    }
    const started = Date.now()
    const plan = await box.plan(files)
    const ms = Date.now() - started
    expect(plan.unchanged).toBe(300)
    expect(box.calls()).toEqual(['stat', 'sha256sum'])
    // Measured at about 0.1 s on an idle machine; the margin is for a busy one.
    expect(ms).toBeLessThan(3000)
  })
})

describe('an apply', () => {
  it('runs under set -e, and sends the output of the step that failed', async () => {
    const box = sandbox()
    const { result } = await box.converge([
      action(box, 'one', `touch '${box.path('one.done')}'`),
      action(box, 'two', `echo "é before"; false; touch '${box.path('two.done')}'`),
      action(box, 'three', `touch '${box.path('three.done')}'`),
      action(box, 'four', 'true', { after: ['action:two'] }),
    ])
    expect(result.outcomes).toEqual({
      ...{
        'h1!action:one': 'ok',
        'h1!action:two': 'failed',
        'h1!action:three': 'ok',
        'h1!action:four': 'skipped',
      },
    })
    expect(result.failures.map(({ output }) => output)).toEqual(['é before'])
    expect(box.has('two.done')).toBe(false)
  })

  it('stops a step at the first command that fails, and the batch at that step', async () => {
    const box = sandbox()
    const shell: ResourceType = {
      ...{ type: 'x-shell', title: ({ id }) => id, probe: () => '' },
      diff: () => undefined,
      apply: ({ id }) => `false; touch '${box.path(id)}'`,
    }
    const registry = createRegistry([shell])
    const options = { target: 'h1', transport: box.transport, registry, report: silent, as: null }
    const driver = createScriptDriver({ ...options, runDir: box.path('run') })
    const batch = ['one', 'two'].map((id) => ({
      ref: `h1!${id}` as const,
      resource: { type: 'x-shell', id, component: 'x' } as const,
      change: { action: 'run', reason: '' } as const,
    }))
    const log: string[] = []
    await driver.apply(batch, ({ ref, status }) => log.push(`${status} ${ref}`))
    expect(log).toEqual(['start h1!one', 'failed h1!one'])
    expect(box.has('one')).toBe(false)
  })

  it('keeps the head and the tail of a very long output', async () => {
    const box = sandbox()
    const { result } = await box.converge([
      action(box, 'long', 'i=0; while [ $i -lt 20000 ]; do echo "line $i"; i=$((i + 1)); done; exit 4'),
    ])
    const output = result.failures[0]?.output ?? ''
    expect(output.length).toBeLessThanOrEqual(65_536)
    expect(output.startsWith('line 0\n')).toBe(true)
    expect(output.endsWith('line 19999')).toBe(true)
  })

  it('gives up a host that does not end a step, with its name and the bound', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    try {
      const box = sandbox()
      // A host that answers the probe, and then nothing.
      const run: typeof box.transport.run = (request) =>
        request.script.includes('batch.lock')
          ? new Promise((_, reject) => {
              const [, nonce = ''] = /@([0-9a-f]+) %s/.exec(request.script) ?? []
              request.signal?.addEventListener('abort', () => reject(new Error('given up')))
              request.onLine?.(`@${nonce} locked`)
              request.onLine?.(`@${nonce} start 0`)
              vi.advanceTimersByTime(139_000)
              expect(request.signal?.aborted).toBe(false)
              vi.advanceTimersByTime(2000)
            })
          : box.transport.run(request)
      const options = { target: 'h1', registry: box.registry, report: silent, as: null }
      const driver = createScriptDriver({ ...options, transport: { ...box.transport, run } })
      const resource = action(box, 'stuck', 'true')
      const item = { ref: 'h1!action:stuck', resource, change: { action: 'run', reason: 'x' } } as const
      await expect(driver.apply([item], () => {})).rejects.toMatchObject({
        code: 'RUN_TIMEOUT',
        message: 'a script on h1 was not done after 140 s; its outcome is unknown',
        details: { detail: 'this step ran: h1!action:stuck' },
      })
    } finally {
      vi.useRealTimers()
    }
  })

  it('ends an action that takes too long', async () => {
    const box = sandbox()
    const { result } = await box.converge([action(box, 'slow', 'exec sleep 30', { timeoutSeconds: 1 })])
    expect(result.failures[0]?.output).toBe('not finished after 1 s')
  })

  it('checks again whether an action is done, and runs it only if not', async () => {
    const box = sandbox()
    const once = action(
      box,
      'format',
      `echo x >>'${box.path('formatted')}'; touch '${box.path('format.done')}'`,
    )
    const unsure = {
      ...once,
      probe: `[ -e '${box.path('up')}' ] || { echo done=unknown; exit; }; ${once.probe}`,
    }
    const up = action(box, 'up', `touch '${box.path('up')}' '${box.path('up.done')}'`)
    const wanted = [up, { ...unsure, after: ['action:up'] }]
    const { plan, result } = await box.converge(wanted)
    expect(plan.steps.map(({ action: verb }) => verb)).toEqual(['run', 'ensure'])
    expect(result.failures).toEqual([])
    const batch = [
      { ref: 'h1!action:format' as const, resource: unsure, change: { action: 'run', reason: '' } as const },
    ]
    const said: string[] = []
    await box.driver.apply(batch, ({ status }) => said.push(status))
    expect(said).toEqual(['start', 'ok'])
    expect(box.read('formatted')).toBe('x\n')
    expect((await box.plan(wanted)).steps).toEqual([])
  })

  it('does not run an action whose state cannot be read', async () => {
    const box = sandbox()
    const { result } = await box.converge([
      action(box, 'x', `touch '${box.path('ran')}'`, { probe: 'echo done=unknown' }),
    ])
    expect(result.failures[0]?.output).toContain('not run, since it cannot be read whether it is done')
    expect(box.has('ran')).toBe(false)
  })

  it('lets the running step finish when it is interrupted', async () => {
    const box = sandbox()
    const stop = new AbortController()
    const waits = `while [ ! -e '${box.path('go')}' ]; do sleep 0.05; done; touch '${box.path('one.done')}'`
    const batch = ['one', 'two'].map((name) => ({
      ref: `h1!action:${name}` as const,
      resource: action(box, name, name === 'one' ? waits : `touch '${box.path('two.done')}'`),
      change: { action: 'run', reason: '' } as const,
    }))
    const log: string[] = []
    const applying = box.driver.apply(
      batch,
      ({ ref, status }) => {
        log.push(`${status} ${ref}`)
        if (status !== 'start') return
        stop.abort()
        // The step may go on only after the request to stop has reached the host.
        void (async () => {
          await until(() => box.transport.scripts.length >= 2)
          await box.transport.run({
            script: `while ! ls '${box.path('run/howdah')}'/stop.*; do sleep 0.05; done; : >'${box.path('go')}'`,
          })
        })()
      },
      stop.signal,
    )
    await applying
    expect(log).toEqual(['start h1!action:one', 'ok h1!action:one'])
    expect(box.has('two.done')).toBe(false)
  })

  it('that loses its link waits for the batch that still runs, observes again, and does nothing twice', async () => {
    const box = sandbox()
    const [begun, go] = [box.path('begun'), box.path('go')]
    const slow = `echo x >>'${begun}'; while [ ! -e '${go}' ]; do sleep 0.05; done; touch '${box.path('one.done')}'`
    const converging = box.converge([
      action(box, 'one', slow),
      action(box, 'two', `touch '${box.path('two.done')}'`, { after: ['action:one'] }),
    ])
    await until(() => box.has('begun'))
    box.transport.cut()
    // Planned, contents and batch are the first three. The step ends only after the next asks for the batch lock.
    await until(() => box.transport.scripts.slice(3).some((script) => script.includes('batch.lock')))
    box.write('go', '')
    const { result } = await converging
    expect(result.outcomes).toEqual({ 'h1!action:one': 'ok', 'h1!action:two': 'ok' })
    expect(box.read('begun')).toBe('x\n')
    expect(box.transport.scripts.filter((script) => script.includes('# h1!action:one:'))).toHaveLength(1)
  })

  it('no text of a script is an argument of a process on the host', async () => {
    const box = sandbox()
    box.fake('timeout', 'printf "%s\\n" "$*" >>"$calls"; exec /usr/bin/timeout "$@"')
    const once = action(box, 'one', `: hunter2; touch '${box.path('one.done')}'`)
    const { plan } = await box.converge([once])
    expect(plan.steps).toHaveLength(1)
    expect(box.calls().length).toBeGreaterThan(2)
    expect(box.calls().join('\n')).not.toContain('hunter2')
  })

  it('the plan of a partly read host observes again', () => {
    const box = sandbox()
    const desired = { h1: [action(box, 'x', 'true')] }
    const plan = makePlan({ cluster: 'c', desired, observed: {}, registry: box.registry })
    expect(plan.steps).toMatchObject([{ action: 'ensure' }])
  })
})
