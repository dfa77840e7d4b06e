import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { render } from '../../../hadoop-templates/index.ts'

/** The /bin/sh of Debian and Ubuntu is dash, whose builtins accept fewer options than those of bash. */
const SHELL = spawnSync('dash', ['-c', ':']).status === 0 ? 'dash' : 'sh'

let root: string
let started: ChildProcess[] = []

const at = (name: string): string => join(root, name)
const text = (name: string): string => (existsSync(at(name)) ? readFileSync(at(name), 'utf8') : '')

/** The two rendered scripts, with their directories below a temporary root. */
function install(remote: string, seconds = { term: 40, kill: 30 }): void {
  const here = (script: string): string =>
    script
      .replaceAll('/etc/howdah/schedule', at('etc'))
      .replaceAll('/var/lib/howdah/schedule', at('state'))
      .replaceAll('/run/howdah/schedule', at('live'))
      .replaceAll('/var/log/howdah/schedule', at('logs'))
      .replaceAll('/usr/local/lib/howdah/run-command', at('run-command'))
      .replace('end_group TERM 40', `end_group TERM ${seconds.term}`)
      .replace('end_group KILL 5', 'end_group KILL 1')
      .replace('timeout -k 30', `timeout -k ${seconds.kill}`)
      // Replaces other accounts by this one.
      .replace(/setpriv .*\\\n/, '\\\n')
      .replace('PATH=/usr/bin:/bin', `PATH=${at('bin')}:/usr/bin:/bin`)
      .replace('sudo -n -H -u "$user" --', `env HOME=${root} ${SHELL}`)
  writeFileSync(at('run-job'), here(render('scheduler/run-job.sh', { account: 'scheduler', home: root })))
  writeFileSync(at('run-command'), here(render('scheduler/run-command.sh', { state: at('held') })))
  // Like sshd: processes on the other host survive the connection, and it passes no signals.
  writeFileSync(
    at('bin/ssh'),
    `#!/bin/sh\nshift 3\nHOME=${root} setsid ${SHELL} ${at('run-command')} $1 & wait $!\n`,
  )
  chmodSync(at('bin/ssh'), 0o755)
  writeFileSync(
    at('etc/jobs/a.conf'),
    `cluster=x\nremote=${remote}\nuser=u\nafter=\npatience=2\nattempts=3\ndelay=0.1\ntimeout=300\nkeep=1\nmail=\nwebhook=\n`,
  )
}

const job = (work: string): void => writeFileSync(at('etc/commands/a'), `# timeout: 300\n${work}\n`)

/** A job with a child process, like a workflow; both write their process ids. */
const SLEEPS = 'sleep 600 &\necho "$$ $!" >processes.new\nmv processes.new processes\nwait'

function run(): ChildProcess {
  const child = spawn(SHELL, [at('run-job'), 'a'], { detached: true, stdio: 'ignore' })
  started.push(child)
  return child
}

async function until(what: string, holds: () => boolean): Promise<void> {
  const deadline = Date.now() + 20_000
  while (!holds()) {
    if (Date.now() > deadline) throw new Error(`not within 20 s: ${what}\n${history()}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

async function runs(): Promise<number[]> {
  await until('the job runs', () => text('processes') !== '')
  return text('processes').trim().split(' ').map(Number)
}

/** Stops a unit with KillMode=mixed like systemd: SIGTERM to its main process, which then ends. */
async function systemctlStop(child: ChildProcess): Promise<void> {
  process.kill(child.pid as number, 'SIGTERM')
  await until('the runner ends', () => child.exitCode !== null || child.signalCode !== null)
}

/** A zombie, which has ended but was not waited for, is not alive. */
function alive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return pid < 0 || !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return false
  }
}

const history = (): string => text('state/a.history')
const last = (): { result: string; why: string; log: string } =>
  JSON.parse(history().trim().split('\n').at(-1) ?? '')
const onTarget = (verb: string) =>
  spawnSync(SHELL, [at('run-command'), verb, 'a'], {
    env: { ...process.env, HOME: root },
    encoding: 'utf8',
    timeout: 25_000,
  })

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'howdah-stop-'))
  for (const name of ['etc/jobs', 'etc/commands', 'state', 'held', 'live', 'logs', 'bin'])
    mkdirSync(at(name), { recursive: true })
})
afterEach(() => {
  // Only processes that this test started, if it failed: the runner, and those that the job reported.
  for (const pid of text('processes').trim().split(' ').map(Number))
    if (pid > 1 && alive(pid)) process.kill(pid, 'SIGKILL')
  for (const { pid } of started) if (pid !== undefined && alive(-pid)) process.kill(-pid, 'SIGKILL')
  started = []
  rmSync(root, { recursive: true, force: true })
})

describe('systemctl stop of a job', () => {
  it.each([
    ['on another host', 'm1'],
    ['on this host', ''],
  ])('%s ends its whole process group, and the next run is not refused', async (_title, remote) => {
    install(remote)
    job(SLEEPS)
    const child = run()
    const processes = await runs()
    expect(processes.map(alive)).toEqual([true, true])
    await systemctlStop(child)
    expect(processes.map(alive)).toEqual([false, false])
    expect(last()).toMatchObject({ result: 'stopped', why: 'it was stopped on this host' })
    expect(text('state/a.ended')).toMatch(/ stopped\n$/)
    job('echo again')
    const next = run()
    await until('the next run ends', () => next.exitCode !== null)
    expect(last()).toMatchObject({ result: 'succeeded' })
  })

  it('kills a job that ignores SIGTERM', async () => {
    install('m1', { term: 40, kill: 1 })
    job(`trap '' TERM\n${SLEEPS}\nwait`)
    const child = run()
    const processes = await runs()
    await systemctlStop(child)
    expect(processes.map(alive)).toEqual([false, false])
    expect(last()).toMatchObject({ result: 'stopped', why: 'it was stopped on this host' })
  })

  it('reports a process that it could not end, because it left the group', async () => {
    install('m1', { term: 1, kill: 1 })
    job("setsid sh -c 'echo $$ >processes.new; mv processes.new processes; exec sleep 600' &\nwait")
    const child = run()
    const [escaped] = await runs()
    await systemctlStop(child)
    expect(last()).toMatchObject({
      result: 'stopped',
      why: 'it was stopped on this host, but may still run on m1',
    })
    expect(readFileSync(last().log, 'utf8')).toMatch(
      new RegExp(
        `a could not be stopped: these processes hold ${root}/held/a.lock: ${escaped} \\(sleep 600 \\)\n`,
      ),
    )
    const refused = onTarget('run')
    expect(refused.status).toBe(75)
    expect(refused.stderr).toContain(`these processes hold ${root}/held/a.lock: ${escaped} (sleep 600 )\n`)
  })

  it('does nothing if the job does not run', () => {
    install('')
    job('true')
    expect(onTarget('stop')).toMatchObject({ status: 0, stdout: '', stderr: '' })
    expect(onTarget('run').status).toBe(0)
    expect(onTarget('stop')).toMatchObject({ status: 0, stdout: '', stderr: '' })
  })

  it('ends a pause between two attempts', async () => {
    install('')
    writeFileSync(at('etc/jobs/a.conf'), text('etc/jobs/a.conf').replace('delay=0.1', 'delay=600'))
    job('exit 3')
    const child = run()
    await until('the first attempt failed', () => history() !== '')
    await systemctlStop(child)
    expect(history().trim().split('\n')).toHaveLength(1)
  })
})
