import pc from 'picocolors'
import { describe, expect, it } from 'vitest'
import { usersExit, userText } from '../../cli/verbs/users.ts'
import type { ApplyResult } from '../../provisioners/engine/types.ts'
import type { PlannedRun } from '../../provisioners/runtime/observe.ts'
import type { BootstrapReport, UserReport } from '../../provisioners/runtime/types.ts'
import { userReport } from '../../provisioners/runtime/user-report.ts'

const found = {
  cluster: { users: [{ name: 'ana' }, { name: 'di' }], hosts: [{ name: 'm1' }, { name: 'w1' }] },
  context: {
    users: {
      users: {
        ana: {
          keys: [
            { type: 'ssh-ed25519', blob: 'AAAA', options: '', comment: 'ana@desk', fingerprint: 'SHA256:x' },
          ],
          complete: true,
        },
        di: { keys: [], complete: false },
      },
      warnings: [],
      unchanged: [{ name: 'di', why: 'no answer' }],
    },
  },
  observed: {
    m1: { states: { 'users:all': { admins: 'ana ' } } },
    w1: { states: { 'users:all': { admins: 'ana eve', rules: 'di' } } },
  },
} as unknown as PlannedRun

describe('the report of users', () => {
  it('shows the keys of each user, who is left unchanged, and unknown users on hosts', () => {
    expect(userReport(found)).toEqual({
      keys: [{ name: 'ana', type: 'ssh-ed25519', fingerprint: 'SHA256:x', comment: 'ana@desk' }],
      left: [{ name: 'di', why: 'no answer' }],
      unknown: [{ host: 'w1', name: 'eve', why: 'in the group edxadmin' }],
    })
  })

  it('is absent where cluster.yml has no users', () => {
    expect(userReport({ ...found, context: {} } as unknown as PlannedRun)).toBeUndefined()
  })

  it('is shown as text', () => {
    const text = userText(userReport(found) as UserReport, pc.createColors(false))
    expect(text).toMatch(/ana\s+ssh-ed25519\s+SHA256:x\s+ana@desk/)
    expect(text).toContain('unknown eve on w1: in the group edxadmin')
    expect(text).toContain('left as is di: no answer')
  })
})

describe('the exit code of users update', () => {
  const report = (left: UserReport['left'], outcomes?: ApplyResult['outcomes']): BootstrapReport =>
    ({
      plan: {},
      users: { keys: [], unknown: [], left },
      ...(outcomes && { applied: { outcomes, failures: [], ms: 1 } }),
    }) as unknown as BootstrapReport
  const left = [{ name: 'di', why: 'no answer' }]

  it.each([
    ['nothing to do', report([]), 0],
    ['all done', report([], { 'm1!a': 'ok' }), 0],
    ['done, except a user without keys', report(left, { 'm1!a': 'ok' }), 15],
    ['nothing to do, and a user without keys', report(left), 15],
    ['a step failed, and a user without keys', report(left, { 'm1!a': 'failed' }), 14],
  ])('%s', (_title, one, exit) => expect(usersExit(one, false)).toBe(exit))
})
