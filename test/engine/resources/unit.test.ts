import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, statSync, symlinkSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { recordStart, wantedRecord } from '../../../provisioners/engine/resources/unit-files.ts'
import type { File, Resource, Unit } from '../../../provisioners/engine/types.ts'
import { worldOf } from '../../../provisioners/engine/world.ts'
import { me, type Sandbox, sandbox } from '../support/sandbox.ts'
import { withSystemd } from '../support/systemd.ts'

const conf = (box: Sandbox, content = 'a=1\n'): File => ({
  ...{ type: 'file', id: 'file:conf', component: 'hdfs', path: box.path('etc-conf'), content },
  ...me,
  mode: '0644',
})

const daemon = (box: Sandbox, more: Partial<Unit> = {}): Unit => ({
  ...{ type: 'unit', id: 'unit:nn', component: 'hdfs', name: 'nn' },
  content: '[Service]\nExecStart=/bin/true\n',
  effective: [box.path('etc-conf'), box.path('no-such-file')],
  ready: { script: 'exit 0', timeoutSeconds: 5, title: 'answers' },
  logs: [],
  ...more,
})

const acts = (box: Sandbox) => box.calls().filter((call) => /^(start|restart|daemon-reload)/.test(call))

describe('unit', () => {
  it('is made, enabled and started once, after the files it reads, and then unchanged', async () => {
    const box = withSystemd()
    // The unit is declared first. It comes after its file because of `effective`.
    const wanted: Resource[] = [daemon(box), conf(box)]
    const { plan, result } = await box.converge(wanted)
    expect(result.failures).toEqual([])
    expect(plan.steps.map(({ ref, action }) => [ref, action])).toEqual([
      ['h1!file:conf', 'create'],
      ['h1!unit:nn', 'create'],
    ])
    expect(acts(box)).toEqual(['daemon-reload', 'restart nn.service'])
    expect((await box.plan(wanted)).steps).toEqual([])
    expect(statSync(box.path('run/howdah/started')).mode & 0o777).toBe(0o700)
  })

  it('is restarted for a changed file, which the reason names, and the restart is never forgotten', async () => {
    const box = withSystemd()
    await box.converge([conf(box), daemon(box)])
    // An earlier run wrote the file and was killed before the restart.
    box.write('etc-conf', 'a=2\n')
    const wanted = [conf(box, 'a=2\n'), daemon(box)]
    const plan = await box.plan(wanted)
    expect(plan.steps).toMatchObject([
      { action: 'restart', reason: `started before ${box.path('etc-conf')} changed` },
    ])
    await box.converge(wanted)
    expect((await box.plan(wanted)).steps).toEqual([])
  })

  it('plans the restart together with the file, since the plan uses the contents that files will have', async () => {
    const box = withSystemd()
    await box.converge([conf(box), daemon(box)])
    const { plan } = await box.converge([conf(box, 'a=3\n'), daemon(box)])
    expect(plan.steps.map(({ action, after }) => [action, after])).toEqual([
      ['update', []],
      ['restart', ['h1!file:conf']],
    ])
  })

  it('is started when it has stopped, and nothing is restarted', async () => {
    const box = withSystemd()
    const wanted = [conf(box), daemon(box)]
    await box.converge(wanted)
    box.write('systemd/nn', 'failed\n')
    const { plan } = await box.converge(wanted)
    expect(plan.steps).toMatchObject([{ action: 'start', reason: 'not running (failed)' }])
    expect(acts(box).at(-1)).toBe('start nn.service')
  })

  it.each([
    ['inactive', 'a=2\n', 'start'],
    ['failed', 'a=1\n', 'start'],
    ['activating', 'a=1\n', 'start'],
    ['activating', 'a=2\n', 'restart'],
  ])('that is %s, with %j in its file, is planned to %s', async (active, content, verb) => {
    const box = withSystemd()
    await box.converge([conf(box), daemon(box)])
    box.write('systemd/nn', `${active}\n`)
    const { steps } = await box.plan([conf(box, content), daemon(box)])
    expect(steps.at(-1)).toMatchObject({ action: verb, reason: `not running (${active})` })
  })

  it('shows what the start of a daemon that does not start wrote, and no older error', async () => {
    const box = withSystemd()
    box.write('broken', 'ERROR java.net.BindException: m1:8020\n')
    box.write('logs/nn-1.log', 'ERROR java.io.IOException: of yesterday\n')
    const logs = [`${box.path('logs')}/nn-*.log`]
    const { result } = await box.converge([conf(box), daemon(box, { logs })])
    const said = result.failures[0]?.output ?? ''
    expect(said).toContain('systemctl restart nn.service failed')
    expect(said).toContain('Address already in use')
    expect(said).toContain('java.net.BindException')
    expect(said).not.toContain('yesterday')
    expect(result.failures[0]?.next).toBe('on h1: journalctl -n 50 -u nn')
  })

  it('shows the whole end of the log of a process that runs already and is not ready', async () => {
    const box = withSystemd()
    const logs = [box.path('logs/nn-1.log')]
    await box.converge([conf(box), daemon(box, { logs })])
    box.write('logs/nn-1.log', 'ERROR java.io.IOException: before this run\n')
    box.write('systemd/nn', 'activating\n')
    const never = { script: 'exit 1', timeoutSeconds: 1, title: 'answers' }
    const { result } = await box.converge([conf(box), daemon(box, { logs, ready: never })])
    expect(result.failures[0]?.output).toContain('before this run')
  })

  it('stops early for a daemon that dies again and again', async () => {
    const box = withSystemd()
    box.write('climbing', '')
    const never = { script: 'exit 1', timeoutSeconds: 60, title: 'answers' }
    const { result } = await box.converge([conf(box), daemon(box, { ready: never })])
    expect(result.failures[0]?.output).toContain('nn dies again and again')
    expect(result.ms).toBeLessThan(15_000)
  })

  it.each([
    ['every check has an answer', ''],
    ['the time ends during the last check', 'if [ -e "$asked" ]; then exec sleep 60; fi'],
  ])('says what it waited for when the time is over, and %s', async (_, hang) => {
    const box = withSystemd()
    const never = {
      script: `asked='${box.path('asked')}'; ${hang}\n: >"$asked"; echo "port 8020 is closed"; exit 1`,
      timeoutSeconds: 2,
      title: 'listens on 8020',
    }
    const { result } = await box.converge([conf(box), daemon(box, { ready: never })])
    expect(result.failures[0]?.output).toContain(
      'nn is not ready after 2 s: listens on 8020 (port 8020 is closed)',
    )
  })

  it('checks repeatedly until it is ready', async () => {
    const box = withSystemd()
    const script = `n=$(cat '${box.path('n')}' 2>/dev/null || echo 0); echo $((n + 1)) >'${box.path('n')}'; [ "$n" -ge 3 ]`
    const { result } = await box.converge([
      conf(box),
      daemon(box, { ready: { script, timeoutSeconds: 20, title: 'x' } }),
    ])
    expect(result.failures).toEqual([])
    expect(box.read('n')).toBe('4\n')
  })

  it('of an OS package gets a drop-in only, and one restart to write its record', async () => {
    const box = withSystemd()
    box.write('etc/systemd/system/nn.service', 'of a package')
    box.write('systemd/nn', 'active\n')
    const { content: _, ...foreign } = daemon(box)
    const { plan } = await box.converge([foreign])
    expect(plan.steps).toMatchObject([{ action: 'restart', reason: 'no record of what it was started with' }])
    expect(box.read('etc/systemd/system/nn.service')).toBe('of a package')
    expect((await box.plan([foreign])).steps).toEqual([])
  })
})

describe('the record of a start', () => {
  it('is the same, computed here and by the script on the host', () => {
    const box = sandbox()
    box.write('opt/v1/.howdah-archive', `${'a'.repeat(64)}\n`)
    mkdirSync(box.path('etc/howdah/units'), { recursive: true })
    symlinkSync('v1', box.path('opt/current'))
    const file = conf(box, 'é\nno end')
    box.write('etc-conf', file.content)
    const unit = daemon(box, {
      effective: ['zz', 'etc-conf', 'opt/current/.howdah-archive', 'opt', 'a b'].map((name) =>
        box.path(name),
      ),
    })
    const archive: Resource = {
      ...{
        type: 'archive',
        id: 'archive:x',
        component: 'hdfs',
        path: box.path('opt/v1'),
        sha256: 'a'.repeat(64),
      },
      ...{ bytes: 1, fileName: 'x.tar.gz', file: '/x', strip: 1, owner: 'root', group: 'root' },
    }
    const link: Resource = {
      ...{ type: 'symlink', id: 'symlink:x', component: 'hdfs', path: box.path('opt/current'), target: 'v1' },
    }
    const record = wantedRecord(box.root, unit, worldOf([file, archive, link, unit], undefined))
    box.write('etc/systemd/system/nn.service', unit.content ?? '')
    const dropIn = box.path('etc/systemd/system/nn.service.d/howdah.conf')
    box.write(
      'etc/systemd/system/nn.service.d/howdah.conf',
      `# Written by Howdah.\n[Service]\nExecStartPre=-+${box.root}/usr/local/lib/howdah/record-start nn\n`,
    )
    box.write(
      'etc/howdah/units/nn.files',
      `${record.lines.map((line) => line.slice(line.indexOf('  ') + 2)).join('\n')}\n`,
    )
    execFileSync('/bin/dash', ['-s', 'nn'], { input: recordStart(box.root) })
    const written = readFileSync(box.path('run/howdah/started/nn'), 'utf8')
    expect(written).toBe([record.hash, ...record.lines, ''].join('\n'))
    expect(record.lines.filter((line) => line.startsWith('absent'))).toHaveLength(3)
    expect(record.lines.join('\n')).toContain(dropIn)
  })
})
