import { execFileSync } from 'node:child_process'
import { chmodSync, lstatSync, mkdirSync, readdirSync, readlinkSync, statSync, symlinkSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { Directory, File, Symlink } from '../../../provisioners/engine/types.ts'
import { me, type Sandbox, sandbox } from '../support/sandbox.ts'

const mode = (path: string) => (statSync(path).mode & 0o7777).toString(8).padStart(4, '0')

describe('file', () => {
  const file = (path: string, more: Partial<File> = {}): File => ({
    type: 'file',
    id: `file:${path}`,
    component: 'test',
    path,
    content: 'one\n',
    ...me,
    mode: '0640',
    ...more,
  })

  it('is made, and then there is nothing to do', async () => {
    const box = sandbox()
    const wanted = [file(box.path('a.conf'))]
    const { plan, result } = await box.converge(wanted)
    expect(plan.steps.map(({ action, reason }) => [action, reason])).toEqual([['create', 'not there']])
    expect(result.failures).toEqual([])
    expect(box.read('a.conf')).toBe('one\n')
    expect(mode(box.path('a.conf'))).toBe('0640')
    expect((await box.plan(wanted)).steps).toEqual([])
    expect(readdirSync(box.root).filter((name) => name.includes('howdah-'))).toEqual([])
  })

  it.each([
    ['quotes and expansions', 'a "b" \'c\' $HOME `id` \\ \\n $(reboot)\nHOWDAH_END\n'],
    ['no line feed at the end', 'x'],
    ['nothing', ''],
    ['blank lines', '\n\n a\n\n'],
    ['other alphabets and control bytes', 'é ā \u0081 漢\r\n\u0001\t\u{1f418}\n'],
    ['long lines', `${'x'.repeat(100_000)}\n`],
  ])('keeps %s byte for byte', async (_, content) => {
    const box = sandbox()
    const wanted = [file(box.path("it's a file"), { content })]
    expect((await box.converge(wanted)).result.failures).toEqual([])
    expect(box.read("it's a file")).toBe(content)
    expect((await box.plan(wanted)).steps).toEqual([])
  })

  it('shows a hand edit as a diff and repairs it', async () => {
    const box = sandbox()
    const wanted = [file(box.path('a.conf'))]
    await box.converge(wanted)
    box.write('a.conf', 'two\n')
    chmodSync(box.path('a.conf'), 0o600)
    const { plan } = await box.converge(wanted)
    expect(plan.steps[0]).toMatchObject({ action: 'update', reason: 'content, mode 0600 → 0640' })
    expect(plan.steps[0]?.diff).toContain('\n-two\n+one\n')
    expect(box.read('a.conf')).toBe('one\n')
  })

  it('never shows a secret, and sets its mode before its content', async () => {
    const box = sandbox()
    box.fake('chmod', 'stat -c "%a %s" "$2" >>"$calls"; exec /bin/chmod "$@"')
    const wanted = [file(box.path('s.conf'), { content: 'hunter2\n', sensitive: true, mode: '0600' })]
    const { plan } = await box.converge(wanted)
    box.write('s.conf', 'old hunter\n')
    const again = await box.plan(wanted)
    expect(JSON.stringify([plan, again])).not.toContain('hunter')
    expect(again.steps[0]?.reason).toBe('content')
    expect(box.calls()).toEqual(['600 0'])
  })

  it('does not change when its check refuses the new content', async () => {
    const box = sandbox()
    box.write('a.conf', 'good\n')
    const wanted = [file(box.path('a.conf'), { content: 'bad\n', validate: 'grep -q good {}' })]
    const { result } = await box.converge(wanted)
    expect(result.failures[0]?.output).toContain('a.conf: refused by its own check: grep -q good {}')
    expect(box.read('a.conf')).toBe('good\n')
    expect(readdirSync(box.root).sort()).toEqual(['a.conf', 'bin', 'run', 'var'])
  })

  it.each([
    ['a directory', (path: string) => mkdirSync(path)],
    ['a link to /etc/passwd', (path: string) => symlinkSync('/etc/passwd', path)],
  ])('refuses %s in the way', async (words, make) => {
    const box = sandbox()
    make(box.path('x'))
    const plan = await box.plan([file(box.path('x'))])
    expect(plan.refusals[0]?.message).toContain(`should be a file, and ${words} is in the way`)
  })

  it('says which directory is missing', async () => {
    const box = sandbox()
    const { result } = await box.converge([file(box.path('no/such/x'))])
    expect(result.failures[0]?.output).toContain('no/such/x: its directory is missing')
  })
})

describe('directory', () => {
  const directory = (path: string, more: Partial<Directory> = {}): Directory => ({
    type: 'directory',
    id: `directory:${path}`,
    component: 'test',
    path,
    ...me,
    mode: '0750',
    ...more,
  })

  it('is made with its parents, and its mode is kept', async () => {
    const box = sandbox()
    const wanted = [directory(box.path('a/b/c'))]
    await box.converge(wanted)
    expect([mode(box.path('a/b/c')), mode(box.path('a/b'))]).toEqual(['0750', '0755'])
    expect((await box.plan(wanted)).steps).toEqual([])
    chmodSync(box.path('a/b/c'), 0o777)
    expect((await box.plan(wanted)).steps[0]?.reason).toBe('mode 0777 → 0750')
  })

  it('refuses a data disk that is not mounted, when planned and again when applied', async () => {
    const box = sandbox()
    const wanted = [directory(box.path('data'), { mount: 'required' })]
    const plan = await box.plan(wanted)
    expect(plan.refusals[0]?.message).toContain('must be a mount point')
    // The disk is unmounted between plan and apply.
    box.fake('mountpoint', 'exit 0')
    const found = { desired: { h1: wanted }, observed: { h1: await box.driver.probe(wanted) } }
    box.fake('mountpoint', 'exit 1')
    const reports: string[] = []
    const change = { action: 'create', reason: '' } as const
    const batch = [{ ref: 'h1!directory' as const, resource: found.desired.h1[0] as Directory, change }]
    await box.driver.apply(batch, ({ status, output }) => reports.push(`${status} ${output}`))
    expect(found.observed.h1.states[`directory:${box.path('data')}`]?.mount).toBe('yes')
    expect(reports[1]).toContain('failed')
    expect(reports[1]).toContain('nothing is mounted there')
    expect(box.has('data')).toBe(false)
  })

  describe('on a disk that is recorded', () => {
    /** Plays a disk that is mounted at one directory. */
    const mounted = (box: Sandbox, at?: string) =>
      box.fake('mountpoint', at === undefined ? 'exit 1' : `[ "$2" = '${box.path(at)}' ]`)
    const mounts = 'var/lib/howdah/mounts'
    const disks = (box: Sandbox) => [directory(box.path('data/1'), { mount: 'recorded' })]

    it('records the mount point that holds it, once', async () => {
      const box = sandbox()
      mounted(box, 'data')
      expect((await box.converge(disks(box))).result.failures).toEqual([])
      expect(box.read(mounts)).toBe(`${box.path('data/1')}\t${box.path('data')}\n`)
      expect((await box.plan(disks(box))).steps).toEqual([])
    })

    it('is refused when that disk is missing, with the line of /etc/fstab, and never made on the root disk', async () => {
      const box = sandbox()
      mounted(box, 'data')
      box.write(mounts, `${box.path('data/1')}\t${box.path('data')}\n`)
      mounted(box)
      expect((await box.plan(disks(box))).refusals).toEqual([
        {
          ref: `h1!directory:${box.path('data/1')}`,
          message: `${box.path('data/1')} was on the disk of ${box.path('data')} when it was made, and nothing is mounted there now`,
          found: 'not mounted; /etc/fstab has no line for it',
          next: `mount its disk at ${box.path('data')}, and write it in /etc/fstab; if ${box.path('data/1')} must be on another disk from now on, remove its line from ${box.path(mounts)}`,
        },
      ])
      // Unmounted between plan and apply.
      const [resource] = disks(box) as [Directory]
      const reports: string[] = []
      const change = { action: 'create', reason: '' } as const
      await box.driver.apply([{ ref: 'h1!directory', resource, change }], ({ output }) =>
        reports.push(output),
      )
      expect(reports[1]).toContain('nothing is mounted there now')
      expect(box.has('data')).toBe(false)
    })

    it('records a nearer mount point in place of the first, and keeps the other lines', async () => {
      const box = sandbox()
      mounted(box, 'data/1')
      box.write(mounts, `/other\t/other\n${box.path('data/1')}\t${box.path('data')}\n`)
      const { plan, result } = await box.converge(disks(box))
      expect([plan.refusals, result.failures]).toEqual([[], []])
      expect(box.read(mounts)).toBe(`/other\t/other\n${box.path('data/1')}\t${box.path('data/1')}\n`)
    })

    it('gets a record where it was made without one, and none on the root disk', async () => {
      const box = sandbox()
      mounted(box)
      await box.converge(disks(box))
      expect(box.has(mounts)).toBe(false)
      expect((await box.plan(disks(box))).steps).toEqual([])
      mounted(box, 'data/1')
      const { plan } = await box.converge(disks(box))
      expect(plan.steps[0]?.reason).toBe(`record its mount point ${box.path('data/1')}`)
      expect(box.has(mounts)).toBe(true)
    })

    it('finds a real mount point above a directory that does not exist', async () => {
      const box = sandbox()
      const [wanted] = [directory('/proc/sys/absent/dir', { mount: 'recorded' })]
      const { states } = await box.driver.probe([wanted])
      expect(states['directory:/proc/sys/absent/dir']?.keeps).toMatch(/^\/proc/)
    })
  })
})

describe('symlink', () => {
  const link = (path: string, target: string): Symlink => ({
    ...{ type: 'symlink', id: `symlink:${path}`, component: 'test', path, target },
  })

  it('is made, replaced, and refused where there is a directory', async () => {
    const box = sandbox()
    mkdirSync(box.path('v1'))
    await box.converge([link(box.path('current'), 'v1')])
    expect(readlinkSync(box.path('current'))).toBe('v1')
    const { plan } = await box.converge([link(box.path('current'), 'v2')])
    expect(plan.steps[0]?.reason).toBe('target v1 → v2')
    expect(readlinkSync(box.path('current'))).toBe('v2')
    expect((await box.plan([link(box.path('current'), 'v2')])).steps).toEqual([])
    expect((await box.plan([link(box.path('v1'), 'v2')])).refusals).toHaveLength(1)
    expect(lstatSync(box.path('v1')).isDirectory()).toBe(true)
  })
})

it('the shell of these tests is dash, as on the hosts', () => {
  expect(execFileSync('/bin/dash', ['-c', 'echo $0'], { encoding: 'utf8' }).trim()).toBe('/bin/dash')
})
