import { spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { checksText } from '../../../cli/verbs/pipeline.ts'
import { HowdahError } from '../../../provisioners/errors.ts'
import { checksOf, runPipelineCheck } from '../../../provisioners/operations/pipeline/check.ts'
import { asPipeline } from '../../../provisioners/operations/pipeline/script.ts'
import type { PipelineInput } from '../../../provisioners/operations/pipeline/types.ts'
import type { RunRequest, RunResult, Transport } from '../../../provisioners/transport/types.ts'
import { clusterOf, FIVE } from '../../services/a-context.ts'

const made: string[] = []
afterEach(() => {
  for (const dir of made.splice(0)) rmSync(dir, { recursive: true, force: true })
})

describe('the shell of a run', () => {
  it('uses sudo, ~/.bashrc, and a PATH from ~/.bashrc alone', () => {
    const dir = mkdtempSync(join(tmpdir(), 'howdah-way-'))
    made.push(dir)
    writeFileSync(join(dir, '.bashrc'), 'PATH=/from/bashrc:$PATH\nreturn\n')
    writeFileSync(join(dir, 'sudo'), '#!/bin/sh\necho "sudo $1 $2 $3"\nshift 3\nexec "$@"\n')
    chmodSync(join(dir, 'sudo'), 0o755)
    const script = asPipeline('hadoop', `printf '%s|' "$PATH" 'it'"'"'s'`)
    const { stdout, stderr } = spawnSync('sh', ['-c', 'eval "$(cat)"'], {
      input: script,
      encoding: 'utf8',
      env: { PATH: `${dir}:/opt/of/the/login:/usr/bin:/bin`, HOME: dir },
    })
    expect(stderr).toBe('')
    expect(stdout).toBe("sudo -n -Hu hadoop\n/from/bashrc:/usr/bin:/bin|it's|")
  })
})

/** Hosts that answer every script with `answer`. */
function hosts(answer: (host: string, request: RunRequest) => Partial<RunResult>) {
  const asked: { host: string; script: string; as: string | undefined }[] = []
  const cluster = clusterOf(`${FIVE}pipeline: {python: {version: 3}}\n`)
  const transports: Record<string, Transport> = {}
  for (const { name } of cluster.hosts) {
    transports[name] = {
      host: name,
      run: async (request) => {
        asked.push({ host: name, script: request.script, as: request.as })
        return { exit: 0, stdout: '', stderr: '', ms: 1, ...answer(name, request) }
      },
      upload: () => Promise.reject(new Error('nothing is uploaded')),
      connect: () => Promise.reject(new Error('nothing is connected to')),
      close: async () => {},
    }
  }
  if (!cluster.pipeline) throw new Error('the fixture has a pipeline')
  const input: PipelineInput = { cluster, pipeline: cluster.pipeline, transports, report: () => {} }
  return { input, asked }
}

describe('a run of the checks', () => {
  it('skips what needs a shell when that fails, and has nothing to remove', async () => {
    const { input, asked } = hosts(() => ({ exit: 1, stderr: 'sudo: a password is required' }))
    const { ok, checks } = await runPipelineCheck(input, 'hdfs://m1:8020')
    expect(ok).toBe(false)
    expect(checks.filter(({ status }) => status === 'fail').map(({ name }) => name)).toEqual(['shell'])
    expect(checks[0]?.detail).toContain('a password is required')
    expect(checks.filter(({ status }) => status === 'skip')).toHaveLength(checksOf(input).length - 1)
    expect(asked).toHaveLength(1)
  })

  it('asks the master as the login user and each worker as root, and removes what it made', async () => {
    const { input, asked } = hosts(() => ({}))
    const { checks } = await runPipelineCheck({ ...input, only: ['workers', 'hdfs'] }, 'hdfs://m1:8020')
    expect(checks.map(({ name }) => name).sort()).toEqual(['cleanup', 'hdfs', 'worker w1', 'worker w2'])
    expect(new Set(asked.map(({ host, as }) => `${host} ${as ?? 'login'}`))).toEqual(
      new Set(['m1 login', 'w1 root', 'w2 root']),
    )
    expect(asked.at(-1)?.script).toContain('-skipTrash')
    expect(checks.find(({ name }) => name === 'hdfs')?.detail).toContain('ended before absent')
  })

  it('names a check that it cannot run, and skips it', async () => {
    const { input } = hosts(() => ({}))
    const report = await runPipelineCheck({ ...input, only: ['sqoop'] }, 'hdfs://m1:8020')
    expect(report.checks.find(({ name }) => name === 'sqoop')).toMatchObject({
      status: 'skip',
      detail: 'cluster.yml has no lms',
    })
    const plain = (text: string) => text
    const colors = new Proxy({}, { get: () => plain }) as Parameters<typeof checksText>[1]
    expect(checksText(report, colors)).toContain('1 not tried')
  })

  it('refuses unknown names of checks', async () => {
    const { input } = hosts(() => ({}))
    const wrong = runPipelineCheck({ ...input, only: ['shell', 'pig'] }, 'hdfs://m1:8020')
    await expect(wrong).rejects.toBeInstanceOf(HowdahError)
    await expect(wrong).rejects.toMatchObject({ code: 'PIPELINE_NO_CHECK', exitCode: 10 })
  })

  it('throws an error of its own when it was interrupted', async () => {
    const { input } = hosts(() => ({}))
    const aborted = AbortSignal.abort()
    await expect(runPipelineCheck({ ...input, signal: aborted }, 'hdfs://m1:8020')).rejects.toMatchObject({
      code: 'PIPELINE_INTERRUPTED',
      exitCode: 130,
    })
  })
})
