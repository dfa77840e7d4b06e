import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { findingsOf } from '../../../provisioners/operations/preflight/findings.ts'
import { bounded, questionsFor } from '../../../provisioners/operations/preflight/questions.ts'
import {
  parseSeen,
  preflightScript,
  readClock,
} from '../../../provisioners/operations/preflight/read-host.ts'
import { goodWorld } from './world.ts'

const { cluster, hosts } = goodWorld()
const host = cluster.hosts.find(({ name }) => name === 'w1') as (typeof cluster.hosts)[number]
const planned = hosts.find((seen) => seen.host === host)?.planned.map(({ resource }) => resource) ?? []
const questions = { host, cluster, planned }

/** Shells that this machine has. busybox brings its own commands, as on a small host. */
const SHELLS: readonly (readonly [name: string, command: string, args: readonly string[]])[] = [
  ['dash', '/usr/bin/dash', []],
  ['bash as sh', '/bin/bash', ['--posix']],
  ['busybox', process.env.BUSYBOX ?? '/bin/busybox', ['sh']],
]

const run = (command: string, args: readonly string[], script: string) =>
  spawnSync(command, args, {
    input: script,
    encoding: 'utf8',
    timeout: 120_000,
    env: { PATH: process.env.PATH, LC_ALL: 'C' },
  })

describe.each(SHELLS.filter(([, command]) => existsSync(command)))(
  'the script, run by %s',
  (_, command, args) => {
    it('finishes, and every answer can be read', { timeout: 120_000 }, () => {
      const output = run(command, args, preflightScript(questions, 'NONCE'))
      expect([output.status, output.error]).toEqual([0, undefined])
      const clock = output.stdout.split('\n').flatMap((line) => readClock(line, Date.now()) ?? [])[0]
      expect(clock).toBeDefined()
      const seen = parseSeen(questions, output, 'NONCE', clock)
      const failed = Object.entries(seen.answers).filter(([, answer]) => 'failed' in answer)
      expect(failed).toEqual([])
      expect(seen.facts.memoryMb).toBeGreaterThan(100)
      // This machine need not have a time service, and busybox has no fractions of a second.
      const may = ['time-service', 'firewall', 'machine-ids', 'network-addresses', 'lookup-time']
      const unread = findingsOf({ cluster, hosts: [seen], databases: [] }).filter(
        ({ severity }) => severity === 'unchecked',
      )
      expect(unread.filter(({ check }) => !may.includes(check))).toEqual([])
    })
  },
)

describe('the script', () => {
  it('changes nothing: no command in it writes a file', () => {
    for (const [name, text] of Object.entries(questionsFor(host, cluster))) {
      const writes = text.match(/[^2&<=]>{1,2}\s*["']?\/(?!dev\/null)\S*/g) ?? []
      expect([name, writes]).toEqual([name, []])
      expect(text).not.toMatch(
        /(^|[;|&({]\s*|\b(then|do|else)\s+)(rm|mv|cp|mkdir|touch|tee|install|chmod|chown|sysctl)\b/m,
      )
    }
  })

  it('reports a question that takes too long, and still asks the others', () => {
    const slow = bounded('names', 'sleep 5').replace('timeout -k 5 30', 'timeout -k 1 1')
    const { status, error } = run('/bin/sh', [], `${slow}`)
    expect([status, error]).toEqual([124, undefined])
    const script = preflightScript(questions, 'NONCE')
    const failed = `\n@NONCE ask-names\n\n@NONCE end ask-names 124\n\n@NONCE ask-time\nzone=+0000\n\n@NONCE end ask-time 0\n\n@NONCE finished\n`
    expect(script).toContain('ask-names')
    const seen = parseSeen(questions, { stdout: failed, stderr: '' }, 'NONCE')
    expect(seen.answers.names).toEqual({ failed: 'the host did not answer this in time' })
    expect(seen.answers.time).toEqual({ text: 'zone=+0000\n' })
  })

  it('reads a clock with and without fractions of a second, and nothing else', () => {
    expect(readClock('clock=1760000000123456789', 5)).toEqual({ host: 1760000000123, here: 5, withinMs: 0 })
    expect(readClock('clock=1760000000%N', 5)).toEqual({ host: 1760000000000, here: 5, withinMs: 1000 })
    expect(readClock('clock=1760000000', 5)).toEqual({ host: 1760000000000, here: 5, withinMs: 1000 })
    expect(readClock('clock=date: bad format', 5)).toBeUndefined()
  })
})
