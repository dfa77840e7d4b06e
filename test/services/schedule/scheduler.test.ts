import { execFileSync } from 'node:child_process'
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import type { File, Resource } from '../../../provisioners/engine/types.ts'
import { scheduler, scheduleSecrets } from '../../../provisioners/services/scheduler/index.ts'
import { keyPairOf } from '../../../provisioners/services/scheduler/key-pair.ts'
import { type OwnedFiles, ownedFilesType } from '../../../provisioners/services/scheduler/owned-files.ts'
import { type Timers, timersType } from '../../../provisioners/services/scheduler/timers.ts'
import { miniature } from '../../../provisioners/services/scheduler/verify-job.ts'
import type { ComponentContext } from '../../../provisioners/services/types.ts'
import { contextOf, FIVE, factsOf, ONE } from '../a-context.ts'
import { runSh } from '../run-sh.ts'

const dir = mkdtempSync(join(tmpdir(), 'howdah-schedule-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))

const AWAY = FIVE.replace('ssh:', '  - {name: sch, address: 10.0.0.31, roles: [scheduler]}\nssh:')
const SCHEDULE = `
schedule:
  jobs:
    - {name: load, command: "ls /data", arguments: ["it's {today-1}"], when: daily, onFailure: {webhook: {env: HOOK}}}
    - {name: proof, workflow: verify, when: weekly, after: [load]}
    - {name: video, workflow: InsertToMysqlAllVideoTask, when: "05:30", enabled: false}
`
const away = (facts: ComponentContext['facts'] = {}): ComponentContext =>
  contextOf(`${AWAY}${SCHEDULE}`, facts)

function on(name: string, context: ComponentContext): readonly Resource[] {
  const host = context.cluster.hosts.find((one) => one.name === name)
  if (host === undefined) throw new Error(name)
  return scheduler.resources(host, context)
}
const fileOf = (resources: readonly Resource[], path: string): File => {
  const found = resources.find(({ id }) => id === `file:${path}`)
  if (found === undefined) throw new Error(`${path} among ${resources.map(({ id }) => id).join(', ')}`)
  return found as File
}
const setOf = (resources: readonly Resource[], path: string): Record<string, string> =>
  Object.fromEntries(
    (resources.find(({ id }) => id === `files:${path}`) as OwnedFiles).set.files.map(({ name, content }) => [
      name,
      content,
    ]),
  )
const timersOf = (resources: readonly Resource[]): Timers =>
  resources.find(({ type }) => type === 'x-timers') as Timers
const COMMANDS = '/etc/howdah/schedule/commands'

describe('the key of the scheduler', () => {
  it('can be read by ssh-keygen, is the same each time, and differs for another secret', () => {
    const { privateKey, publicKey } = keyPairOf('secret', 'scheduler@insights')
    expect(keyPairOf('secret', 'scheduler@insights').privateKey).toBe(privateKey)
    expect(keyPairOf('other', '').publicKey).not.toBe(publicKey)
    const file = join(dir, 'key')
    writeFileSync(file, privateKey, { mode: 0o600 })
    expect(execFileSync('ssh-keygen', ['-yf', file], { encoding: 'utf8' }).trim()).toBe(
      `${publicKey} scheduler@insights`,
    )
    // Its public half verifies its signatures.
    writeFileSync(join(dir, 'text'), 'x')
    execFileSync('ssh-keygen', ['-q', '-Y', 'sign', '-f', file, '-n', 'test', join(dir, 'text')])
    writeFileSync(join(dir, 'signers'), `me ${publicKey}\n`)
    execFileSync(
      'ssh-keygen',
      ['-Y', 'verify', '-f', join(dir, 'signers'), '-I', 'me', '-n', 'test', '-s', join(dir, 'text.sig')],
      { input: 'x' },
    )
  })
})

describe('the schedule on its hosts', () => {
  it('has no resources without a section in cluster.yml, and no jobs on a host that only has the role', () => {
    const context = contextOf(AWAY)
    expect(on('m1', context)).toEqual([])
    expect(on('sch', context)).toEqual([expect.objectContaining({ type: 'x-timers', jobs: [], crontab: '' })])
  })

  it('gives one key access to the host where jobs run, from one host, for one program', () => {
    const facts = {
      sch: { ...factsOf('sch', '10.0.0.31'), addresses: ['10.0.0.31', '192.168.7.7', 'fe80::1'] },
    }
    const target = on('m1', away(facts))
    const keys = fileOf(target, '/var/lib/scheduler/.ssh/authorized_keys')
    const { publicKey } = keyPairOf('secret of generate', '')
    expect(keys.content).toContain(
      `\nrestrict,from="10.0.0.31,192.168.7.7",command="/usr/local/lib/howdah/schedule-gate" ${publicKey} scheduler@insights\n`,
    )
    expect(keys).toMatchObject({ owner: 'root', mode: '0640' })
    expect(fileOf(target, '/etc/sudoers.d/howdah-schedule').content).toContain(
      '\nscheduler ALL=(hadoop) NOPASSWD: /usr/local/lib/howdah/run-command\n',
    )
  })

  it('pins the host keys that were read there, and facts only change contents', () => {
    const known = (context: ComponentContext) =>
      fileOf(on('sch', context), '/etc/howdah/schedule/known_hosts')
    const facts = { m1: { ...factsOf('m1', '10.0.0.1'), hostKeys: ['ssh-ed25519 AAAAkey'] } }
    expect(known(away(facts)).content).toMatch(/\nm1 ssh-ed25519 AAAAkey\n$/)
    expect(known(away()).content).not.toContain('ssh-ed25519')
    expect(on('sch', away()).map(({ id }) => id)).toEqual(on('sch', away(facts)).map(({ id }) => id))
  })

  it('keeps secrets in files that are marked sensitive, and lists them for a run', () => {
    const context = away()
    const all = [...on('sch', context), ...on('m1', context)]
    const secret = all.filter((one) => 'sensitive' in one && one.sensitive)
    expect(secret.map((one) => [(one as File).path, (one as File).mode])).toEqual([
      ['/etc/howdah/schedule/id_ed25519', '0600'],
      ['/etc/howdah/schedule/webhooks/load', '0600'],
      ['/etc/howdah/schedule/store.password', '0400'],
    ])
    expect(scheduleSecrets(context.cluster)).toEqual([
      { kind: 'generate', name: 'scheduler-key' },
      { kind: 'env', variable: 'HOOK' },
    ])
    const other = JSON.stringify(all.filter((one) => !secret.includes(one)))
    expect(/secret of|PRIVATE KEY/.test(other)).toBe(false)
  })

  it('needs no ssh on one host', () => {
    const context = contextOf(`${ONE}${SCHEDULE}`)
    const ids = on('one', context).map(({ id }) => id)
    expect(ids.filter((id) => /ssh|id_ed25519|sudoers|gate/.test(id))).toEqual([])
    expect(setOf(on('one', context), '/etc/howdah/schedule/jobs')['load.conf']).toContain("\nremote=''\n")
    expect(scheduleSecrets(context.cluster)).toEqual([{ kind: 'env', variable: 'HOOK' }])
    expect(new Set(ids).size).toBe(ids.length)
  })

  it('makes a timer for every enabled job, a service for every job, and lines for cron if cluster.yml asks for cron', () => {
    const { jobs, crontab } = timersOf(on('sch', away()))
    expect(jobs.map(({ name, timer }) => [name, /OnCalendar=(.*)/.exec(timer ?? '')?.[1]])).toEqual([
      ['load', 'daily'],
      ['proof', 'weekly'],
      ['video', undefined],
    ])
    expect(crontab).toBe('')
    const cron = timersOf(
      on('sch', contextOf(`${AWAY}${SCHEDULE.replace('schedule:', 'schedule:\n  by: cron')}`)),
    )
    expect(cron.jobs.map(({ timer }) => timer)).toEqual([undefined, undefined, undefined])
    expect(cron.crontab.split('\n').filter((line) => line.includes('run-job'))).toEqual([
      '0 0 * * * root /usr/local/lib/howdah/run-job load 2>&1 | logger -t howdah-job-load',
      '0 0 * * 1 root /usr/local/lib/howdah/run-job proof 2>&1 | logger -t howdah-job-proof',
    ])
  })
})

describe('the command of a job', () => {
  it('has each argument as one word', () => {
    const commands = setOf(on('m1', away()), COMMANDS)
    const shown = (commands.load ?? '').replace('ls /data', "printf '<%s>'")
    const yesterday = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10)
    expect(execFileSync('bash', ['-c', shown], { encoding: 'utf8' })).toBe(`<it's ${yesterday}>`)
    expect(commands.video).toMatch(
      /exec launch-task InsertToMysqlAllVideoTask --local-scheduler --interval 2012-01-01-"\$\(day 0\)"/,
    )
  })

  it('is valid shell in every script', () => {
    const all = [...on('m1', away()), ...on('sch', away())].filter((one): one is File => one.type === 'file')
    const scripts = all.filter(({ content }) => content.startsWith('#!/bin/sh'))
    expect(scripts).toHaveLength(3)
    for (const { content } of scripts) execFileSync('sh', ['-n'], { input: content })
    for (const text of Object.values(setOf(on('m1', away()), COMMANDS)))
      execFileSync('bash', ['-n'], { input: text })
  })

  it('has the expected rows of the miniature flow, computed without the cluster', () => {
    const { records, expected } = miniature()
    // Counted again by another tool.
    const counted = execFileSync(
      'awk',
      [
        '-F\t',
        '{ k = $1 "|" $3; n[k]++; if (!seen[k, $2]++) u[k]++ } END { for (k in n) print "row|" k "|" n[k] "|" u[k] }',
      ],
      { input: records, encoding: 'utf8' },
    )
    expect(counted.trim().split('\n').sort()).toEqual(expected.trim().split('\n'))
    const courses = new Set(expected.split('\n').map((row) => row.split('|')[1]?.toLowerCase()))
    expect(new Set(expected.split('\n').map((row) => row.split('|')[1])).size).toBeGreaterThan(courses.size)
  })
})

describe('the gate', () => {
  const gate = join(dir, 'gate')
  const content = fileOf(on('m1', away()), '/usr/local/lib/howdah/schedule-gate').content
  writeFileSync(join(dir, 'commands-load'), '')
  writeFileSync(
    gate,
    content.replace('exec sudo', 'echo sudo').replace('/etc/howdah/schedule/commands/', `${dir}/commands-`),
  )
  chmodSync(gate, 0o755)
  const ask = (command: string | undefined) =>
    runSh(`exec ${gate}`, command === undefined ? {} : { SSH_ORIGINAL_COMMAND: command })

  it('lets a declared job run and stop', () => {
    expect(ask('run load').stdout).toBe(
      'sudo -n -H -u hadoop -- /usr/local/lib/howdah/run-command run load\n',
    )
    expect(ask('stop load').exit).toBe(0)
  })

  it.each([
    undefined,
    '',
    'id',
    'run',
    'run nosuch',
    'run load load',
    'start load',
    'run load; id',
    'run load\nid',
    'run ../load',
    'run $(id)',
    'run *',
    'sudo -Hu hadoop id',
  ])('refuses %j', (command) => {
    const said = ask(command)
    expect(said).toMatchObject({ exit: 126, stdout: '' })
    expect(said.stderr).toContain('nothing else')
  })
})

describe('files and timers that only Howdah writes', () => {
  const world = { fileSha256: () => undefined }
  const set = (files: Record<string, string>): OwnedFiles => ({
    type: 'x-owned-files',
    id: 'files:x',
    component: 'scheduler',
    title: 'x',
    set: {
      dir,
      prefix: '',
      mode: '0644',
      files: Object.entries(files).map(([name, content]) => ({ name, content })),
    },
  })
  const state = (files: Record<string, string>) =>
    Object.fromEntries(
      Object.entries(files).flatMap(([name, text]) => [
        [`text:${name}`, text],
        [`mode:${name}`, '644 root'],
      ]),
    )

  it.each([
    ['as they should be', { a: 'x\n' }, { a: 'x' }, undefined],
    ['new', { a: 'x\n' }, {}, 'new: a'],
    ['changed', { a: 'x\n' }, { a: 'y' }, 'changed: a'],
    ['forgotten', {}, { a: 'x' }, 'no longer wanted: a'],
    ['several', { a: 'x\n', b: '1\n' }, { b: '2', c: '' }, 'new: a; changed: b; no longer wanted: c'],
  ])('files %s', (_title, want, found, reason) => {
    expect(
      ownedFilesType.diff(set(want as Record<string, string>), state(found as Record<string, string>), world)
        ?.reason,
    ).toBe(reason)
  })

  const timers: Timers = {
    type: 'x-timers',
    id: 'timers:jobs',
    component: 'scheduler',
    jobs: [{ name: 'a', service: 's\n', timer: 't\n' }],
    crontab: '',
  }
  const there = {
    ...state({ 'howdah-job-a.service': 's', 'howdah-job-a.timer': 't' }),
    'run:howdah-job-a.timer': 'enabled active',
  }
  it.each([
    ['as they should be', timers, there, undefined],
    [
      'that stopped',
      timers,
      { ...there, 'run:howdah-job-a.timer': 'disabled inactive' },
      'not running: howdah-job-a.timer',
    ],
    [
      'that is no longer declared',
      { ...timers, jobs: [] },
      there,
      'no longer wanted: howdah-job-a.service, howdah-job-a.timer',
    ],
    ['beside a crontab of before', timers, { ...there, crontab: 'x' }, 'remove /etc/cron.d/howdah-schedule'],
    ['instead of which cron is wanted', { ...timers, crontab: 'x\n' }, there, '/etc/cron.d/howdah-schedule'],
  ])('timers %s', (_title, want, found, reason) => {
    expect(timersType.diff(want, found, world)?.reason).toBe(reason)
  })
})

describe('the runner', () => {
  const script = fileOf(on('sch', away()), '/usr/local/lib/howdah/run-job').content
  const root = join(dir, 'root')
  const local = script
    .replaceAll('/etc/howdah/schedule', `${root}/etc`)
    .replaceAll('/var/lib/howdah/schedule', `${root}/state`)
    .replaceAll('/run/howdah/schedule', `${root}/live`)
    .replaceAll('/var/log/howdah/schedule', `${root}/logs`)
    // Instead of sudo and the other host: the script of the job.
    .replace(/timeout -k 10 "\$3" sudo .*$/m, `timeout "$3" sh "${root}/work" "$1" "$2"`)
  const prepare = (settings: string, work: string): void => {
    execFileSync('mkdir', ['-p', `${root}/etc/jobs`, `${root}/state`, `${root}/live`])
    writeFileSync(
      `${root}/etc/jobs/a.conf`,
      `cluster=x\nremote=\nuser=u\nafter=\npatience=2\nattempts=2\ndelay=0.1\ntimeout=5\nkeep=1\nmail=\nwebhook=\n${settings}\n`,
    )
    writeFileSync(`${root}/work`, work)
  }
  const run = () => runSh(`set -- a\n${local}`)
  const history = (): { result: string; attempt: number; exit: number; why: string; log: string }[] =>
    readFileSync(`${root}/state/a.history`, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
  const clean = (): void => rmSync(root, { recursive: true, force: true })

  it('records a run that succeeds, with its log', () => {
    clean()
    prepare('', 'echo "$1 $2 done"')
    expect(run()).toMatchObject({ exit: 0 })
    const [only] = history()
    expect(only).toMatchObject({ result: 'succeeded', attempt: 1, exit: 0, asked: 'schedule' })
    expect(readFileSync(only?.log ?? '', 'utf8')).toBe('run a done\n')
    expect(readFileSync(`${root}/state/a.ended`, 'utf8')).toMatch(/^\d+ succeeded\n$/)
  })

  it('tries again, and reports how it failed', () => {
    clean()
    prepare('', 'exit 3')
    expect(run().exit).toBe(1)
    expect(history().map(({ result, attempt, exit }) => [result, attempt, exit])).toEqual([
      ['failed', 1, 3],
      ['failed', 2, 3],
    ])
  })

  it('succeeds when the second attempt succeeds', () => {
    clean()
    prepare('', `[ -e ${root}/again ] || { touch ${root}/again; exit 1; }`)
    expect(run().exit).toBe(0)
    expect(history().map(({ result }) => result)).toEqual(['failed', 'succeeded'])
  })

  it('does not run twice at once', () => {
    clean()
    prepare('', 'true')
    writeFileSync(`${root}/live/a.lock`, '')
    const held = runSh(`exec 7>>"${root}/live/a.lock"; flock -n 7; ( set -- a\n${local}\n)`)
    expect(held.exit).toBe(75)
    expect(history()).toEqual([
      expect.objectContaining({ result: 'skipped', attempt: 0, why: 'it still runs' }),
    ])
  })

  const now = (): number => Math.floor(Date.now() / 1000)
  it.each([
    ['succeeded since', 5, 'succeeded', 100, 0, undefined],
    ['failed since', 5, 'failed', 100, 4, 'b failed'],
    ['was skipped since', 5, 'skipped', 100, 4, 'b skipped'],
    ['succeeded before that alone', 200, 'succeeded', 100, 4, 'b has not run'],
    ['succeeded, in the first run of all', 200, 'succeeded', undefined, 0, undefined],
  ])('after a job that %s', (_title, ago, how, due, exit, why) => {
    clean()
    prepare('after=b\npatience=1', 'true')
    writeFileSync(`${root}/state/b.ended`, `${now() - ago} ${how}\n`)
    if (due !== undefined) writeFileSync(`${root}/state/a.due`, `${now() - due}\n`)
    expect(run().exit).toBe(exit)
    expect(history()[0]).toMatchObject(
      why === undefined ? { result: 'succeeded' } : { result: 'skipped', why },
    )
  })

  it('does not wait for other jobs when it is started by hand', () => {
    clean()
    prepare('after=b', 'true')
    writeFileSync(`${root}/live/a.now`, 'hand-1\n')
    expect(run().exit).toBe(0)
    expect(history()[0]).toMatchObject({ asked: 'hand', run: 'hand-1', result: 'succeeded' })
  })
})
