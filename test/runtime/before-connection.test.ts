import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { appsStatus } from '../../provisioners/operations/apps/index.ts'
import { destroyCluster } from '../../provisioners/operations/destroy/index.ts'
import { shipLogs } from '../../provisioners/operations/logs/run.ts'
import { checkPipeline } from '../../provisioners/operations/pipeline/index.ts'
import { runJob } from '../../provisioners/operations/schedule/run.ts'
import { openSession } from '../../provisioners/runtime/session.ts'
import type { OperationOptions } from '../../provisioners/runtime/types.ts'

/** A host that counts who connects. What is wrong without asking it is reported before that. */

const dir = mkdtempSync(join(tmpdir(), 'howdah-before-'))
let connections = 0
const server = createServer((socket) => {
  connections++
  socket.destroy()
})
let options: OperationOptions

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  const file = join(dir, 'cluster.yml')
  const ssh = `{user: root, port: ${port}, config: false, agent: false, connectTimeout: 2}`
  writeFileSync(
    file,
    `name: x\nhosts: [{name: m1, address: 127.0.0.1, roles: [master, worker]}]\nssh: ${ssh}\n`,
  )
  options = { file, report: () => {}, prompts: { confirm: async () => false, stdin: async () => '' } }
})
afterAll(async () => {
  rmSync(dir, { recursive: true })
  await new Promise((resolve) => server.close(resolve))
})

const questions: readonly (readonly [string, () => Promise<unknown>, RegExp])[] = [
  ['destroy --data', () => destroyCluster(options, { data: true }, async () => true), /^DESTROY_/],
  ['apps status', () => appsStatus(options), /^APPS_ABSENT$/],
  ['logs ship', () => shipLogs(options), /^LOGS_|^TRACKING/],
  ['pipeline check', () => checkPipeline(options, {}), /^PIPELINE_ABSENT$/],
  ['schedule run', () => runJob(options, 'none'), /^SCHEDULE_/],
  ['--bundle', () => openSession({ ...options, bundle: '/nonexistent.tar' }), /^(ARTIFACT|BUNDLE)/],
]

it.each(questions)('%s is refused before the first connection', async (_verb, ask, code) => {
  await expect(ask()).rejects.toMatchObject({ code: expect.stringMatching(code) })
  expect(connections).toBe(0)
})
