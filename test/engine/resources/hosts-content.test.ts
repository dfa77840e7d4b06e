import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  HOSTS_BEGIN,
  HOSTS_END,
  hostsContent,
  isTorn,
} from '../../../provisioners/engine/resources/hosts-content.ts'

const block = { entries: [{ address: '10.0.0.1', names: ['m1.x', 'm1'] }], ownNames: ['m1.x', 'm1'] }
const ours = `${HOSTS_BEGIN}\n10.0.0.1\tm1.x\tm1\n${HOSTS_END}\n`

describe('/etc/hosts', () => {
  it.each([
    ['an empty file', '', ours],
    ['a file without a last line feed', '10.9.9.9 x', `10.9.9.9 x\n${ours}`],
    ['own names on 127.0.1.1', '127.0.1.1 m1.x m1\n', ours],
    ['own names beside others', '127.0.0.1 localhost m1 # me\n', `127.0.0.1\tlocalhost # me\n${ours}`],
    ['own names on ::1', '::1 m1 ip6-loopback\n', `::1\tip6-loopback\n${ours}`],
    ['own names elsewhere are the administrator’s', '10.5.5.5 m1\n', `10.5.5.5 m1\n${ours}`],
    ['a commented line', '#127.0.1.1 m1\n', `#127.0.1.1 m1\n${ours}`],
    ['an old block, in its place', `a\n${HOSTS_BEGIN}\nold\n${HOSTS_END}\nb\n`, `a\n${ours}b\n`],
    ['two old blocks', `${ours}x\n${ours}`, `${ours}x\n`],
  ])('%s', (_, before, after) => {
    expect(hostsContent(before, block)).toBe(after)
  })

  it('does not change a second time, and keeps all other lines byte for byte', () => {
    const line = fc.oneof(
      fc.constantFrom('127.0.0.1 localhost', '127.0.1.1\tm1', '::1 m1', '', '  # x', '10.1.1.1\t\tdb  # y '),
      fc.string({ unit: fc.constantFrom('a', ' ', '#', '\t', '1', '.') }),
    )
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        const before = lines.map((text) => `${text}\n`).join('')
        const once = hostsContent(before, block)
        expect(hostsContent(once, block)).toBe(once)
        const foreign = lines.filter((text) => !/m1/.test(text))
        const kept = once.split('\n')
        for (const text of foreign) expect(kept).toContain(text)
      }),
    )
  })

  it('a block that does not end is found', () => {
    expect([isTorn(ours), isTorn(`${HOSTS_BEGIN}\nx\n`), isTorn(`${HOSTS_BEGIN}\n${ours}`)]).toEqual([
      false,
      true,
      true,
    ])
  })
})
