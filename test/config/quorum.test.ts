import { describe, expect, it } from 'vitest'
import { readDocument } from '../../provisioners/config/document/document.ts'
import { Problems } from '../../provisioners/config/document/problems.ts'
import type { DraftHost } from '../../provisioners/config/resolve/hosts.ts'
import { checkQuorum } from '../../provisioners/config/resolve/quorum.ts'

const host = (name: string, i: number): DraftHost =>
  ({
    name,
    address: name,
    path: ['hosts', i],
    input: { name, address: name, roles: ['keeper'] },
  }) as DraftHost

const checked = (names: readonly string[]) => {
  const text = `hosts:\n${names.map((name) => `  - {name: ${name}, address: ${name}, roles: [keeper]}\n`).join('')}`
  const problems = new Problems(readDocument(text, '/c/cluster.yml'))
  checkQuorum('keeper', [1, 3, 5], names.map(host), problems)
  return problems.all
}

describe('a quorum', () => {
  it.each([[[]], [['a']], [['a', 'b', 'c']], [['a', 'b', 'c', 'd', 'e']]])('may be on %j', (names) => {
    expect(checked(names)).toEqual([])
  })

  it('must not be on two, or on more hosts than its largest number', () => {
    const [two] = checked(['a', 'b'])
    expect(two).toMatchObject({
      code: 'SPEC_QUORUM',
      details: {
        found: 'a, b',
        expected: '1, 3 or 5 hosts',
        next: 'remove the role keeper from 1, or give it to 1 more',
      },
    })
    const [six] = checked(['a', 'b', 'c', 'd', 'e', 'f'])
    expect(six?.details.next).toBe('remove the role keeper from 1')
  })
})
