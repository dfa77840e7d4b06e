/** The services of this machine on the bridge: packages (tinyproxy) and artifacts (an HTTP file server). */
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { HowdahError } from '../../provisioners/errors.ts'
import { ownProgram } from '../../provisioners/files.ts'
import { answers } from '../ssh.ts'
import { servicePidFile } from '../state.ts'
import { tinyproxyConf } from '../texts.ts'
import { type Lab, MIRROR_PORT, PROXY_PORT } from '../types.ts'
import { machineProxy } from './apt.ts'
import { killGroup, makeGroup } from './cgroups.ts'
import { runningPid, startDetached } from './processes.ts'
import { until } from './wait.ts'

type Service = 'proxy' | 'mirror'

interface Program {
  readonly command: string
  readonly args: readonly string[]
  readonly port: number
}

async function proxyProgram(lab: Lab): Promise<Program> {
  const file = join(lab.stateDir, 'tinyproxy.conf')
  const conf = { gateway: lab.gateway, subnet: lab.subnet, upstream: await machineProxy() }
  await writeFile(file, tinyproxyConf(conf), { mode: 0o600 })
  return { command: 'tinyproxy', args: ['-d', '-c', file], port: PROXY_PORT }
}

async function mirrorProgram(lab: Lab): Promise<Program> {
  const dir = join(lab.stateDir, 'mirror')
  await mkdir(dir, { recursive: true })
  const args = [...ownProgram('lab/software/mirror-server.ts'), dir, lab.gateway, String(MIRROR_PORT)]
  return { command: process.execPath, args, port: MIRROR_PORT }
}

/** Starts a service unless it runs, and waits until it answers. Throws LAB_SERVICE_DIED with the end of its log. */
export async function ensureService(service: Service, lab: Lab, signal?: AbortSignal): Promise<void> {
  const pidFile = servicePidFile(lab.name, service)
  const log = join(lab.stateDir, `${service}.log`)
  const program = await (service === 'proxy' ? proxyProgram(lab) : mirrorProgram(lab))
  if ((await runningPid(pidFile)) === undefined) {
    await killGroup(lab.name, service)
    const cgroupProcs = await makeGroup(lab.name, service)
    await startDetached({ ...program, log, pidFile, cgroupProcs })
  }
  const up = await until(
    30_000,
    async () => {
      if (await answers(lab.gateway, program.port)) return true
      return (await runningPid(pidFile)) === undefined ? false : undefined
    },
    signal,
  )
  if (up) return
  const text = await readFile(log, 'utf8').catch(() => '')
  throw new HowdahError({
    code: 'LAB_SERVICE_DIED',
    exit: 'preflight',
    message: `The lab's ${service} does not answer on ${lab.gateway}:${program.port}`,
    where: log,
    detail: text.trim().split('\n').slice(-10).join('\n'),
    next: `howdah lab down --name ${lab.name}`,
  })
}
