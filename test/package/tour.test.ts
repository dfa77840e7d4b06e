import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { expect, inject, it } from 'vitest'
import { freshDir, ROOT } from './support/installed.ts'

/** The lines of README's tour, word for word. */
function tour(): string[] {
  const readme = readFileSync(join(ROOT, 'README.md'), 'utf8')
  const [, block = ''] = /^## A tour[^\n]*\n+```sh\n(.*?)^```$/ms.exec(readme) ?? []
  return block.trim().split('\n')
}

/** No host of the tour is there, and nothing of a test may leave this machine: `ssh` is a program that says so. */
function withoutHosts(cwd: string): void {
  mkdirSync(join(cwd, 'bin'))
  const ssh = '#!/bin/sh\necho "ssh: connect to host: Connection refused" >&2\nexit 255\n'
  writeFileSync(join(cwd, 'bin/ssh'), ssh, { mode: 0o755 })
  const file = join(cwd, 'cluster.yml')
  writeFileSync(
    file,
    readFileSync(file, 'utf8').replace(/^ssh:$/m, 'ssh:\n  transport: openssh\n  config: false'),
  )
}

it("README's tour runs in a directory of its own, as far as it goes without hosts", () => {
  const cwd = freshDir()
  const PATH = [join(cwd, 'bin'), join(inject('prefix'), 'bin'), process.env.PATH].join(delimiter)
  const env = { ...process.env, PATH, HOME: cwd }
  const type = (line: string) =>
    spawnSync('sh', ['-c', line], { cwd, env, encoding: 'utf8', timeout: 60_000 })
  const [init = '', ...lines] = tour()
  expect(type(init)).toMatchObject({ status: 0, stderr: '' })
  for (const line of lines.filter((each) => /^howdah (validate|explain)/.test(each)))
    expect(type(line), line).toMatchObject({ status: 0, stderr: '' })
  withoutHosts(cwd)
  const others = lines.filter((each) => !/^howdah (validate|explain)/.test(each))
  expect(others.length).toBeGreaterThan(5)
  for (const line of others) {
    const { status, stderr } = type(line)
    // A cluster.yml of `init` has no such section, and the command says so before it connects.
    const [section] = /^howdah (users|apps|schedule|logs|pipeline) /.exec(line)?.slice(1) ?? []
    if (section !== undefined && status === 10) expect(stderr, line).toMatch(/_ABSENT$/m)
    else {
      expect(stderr, line).toContain('m1 (ops@10.0.0.11) cannot be reached')
      expect(status, line).toBe(11)
    }
  }
}, 120_000)
