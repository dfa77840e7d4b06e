import { spawnSync } from 'node:child_process'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, inject, it } from 'vitest'
import { freshDir, npm, ROOT } from './support/installed.ts'

const project = freshDir()

beforeAll(() => {
  writeFileSync(join(project, 'package.json'), '{ "name": "somebody", "private": true, "type": "module" }\n')
  npm(project, ['install', inject('tarball')])
})

const node = (name: string, text: string) => {
  writeFileSync(join(project, name), text)
  return spawnSync(process.execPath, [name], { cwd: project, encoding: 'utf8', timeout: 30_000 })
}

it('is called from a project of its own', () => {
  const { stdout, stderr } = node(
    'call.js',
    `import { HowdahError, howdahVersion, initTemplate, loadCluster, noPrompts, parseCluster, planCluster, sizeCluster } from 'howdah'
const cluster = await loadCluster(${JSON.stringify(join(ROOT, 'examples/small.yml'))})
const sizing = sizeCluster(cluster, {})
const file = new URL('absent.yml', import.meta.url).pathname
const failed = await planCluster({ file, report() {}, prompts: noPrompts }).catch((error) => error)
console.log(JSON.stringify({
  hosts: cluster.hosts.map((host) => host.name),
  sized: Object.keys(sizing).length,
  drafted: parseCluster(initTemplate({ name: 'mine', hosts: ['10.0.0.1', '10.0.0.2'] }), 'cluster.yml').name,
  failed: failed instanceof HowdahError && failed.exitCode,
  version: howdahVersion(),
}))`,
  )
  expect(stderr).toBe('')
  expect(JSON.parse(stdout)).toEqual({
    hosts: ['m1', 'w1', 'w2', 'rs1', 'lms1'],
    sized: 5,
    drafted: 'mine',
    failed: 10,
    version: expect.stringMatching(/^\d+\.\d+\.\d+/),
  })
})

it('offers nothing but its door', () => {
  const { stderr } = node('inside.js', "await import('howdah/dist/howdah.js')")
  expect(stderr).toContain('ERR_PACKAGE_PATH_NOT_EXPORTED')
})

const compile = (text: string): string => {
  writeFileSync(join(project, 'use.ts'), text)
  const strict = ['--strict', '--exactOptionalPropertyTypes', '--skipLibCheck', 'false', '--noEmit']
  const target = ['--target', 'es2022', '--module', 'nodenext', '--types', 'node']
  const tsc = join(ROOT, 'node_modules/typescript/bin/tsc')
  return spawnSync(process.execPath, [tsc, ...strict, ...target, 'use.ts'], {
    cwd: project,
    encoding: 'utf8',
  }).stdout
}

it('has types that a strict project compiles with, libraries checked too', () => {
  mkdirSync(join(project, 'node_modules/@types'), { recursive: true })
  symlinkSync(join(ROOT, 'node_modules/@types/node'), join(project, 'node_modules/@types/node'))
  const text = `
import { bootstrapCluster, type Cluster, loadCluster, noPrompts, type RunEvent, verifyCluster, clusterStatus } from 'howdah'
const cluster: Cluster = await loadCluster('cluster.yml')
const seen: RunEvent[] = []
const run = { file: cluster.file, report: (event: RunEvent) => void seen.push(event), prompts: noPrompts }
const { plan } = await bootstrapCluster(run, async (found) => found.plan.steps.length < 10)
const host: string = cluster.hosts[0]?.name ?? ''
const steps: number = plan.steps.length
// @ts-expect-error: types that were \`any\` would take it
const nobody = cluster.hosts[0]?.nickname
export { clusterStatus, host, nobody, steps, verifyCluster }
`
  expect(compile(text)).toBe('')
  // Two seconds of the compiler, that a busy machine makes a minute.
}, 240_000)
