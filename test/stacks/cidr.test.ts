import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { HowdahError } from '../../provisioners/errors.ts'
import { planSubnets } from '../../stacks/constructs/network/cidr.ts'

/** First address and the one after the last. */
const range = (cidr: string): [number, number] => {
  const [address = '', prefix = ''] = cidr.split('/')
  const base = address.split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0)
  return [base, base + 2 ** (32 - Number(prefix))]
}

const refusal = (run: () => unknown): HowdahError => {
  try {
    run()
  } catch (error) {
    if (error instanceof HowdahError) return error
    throw error
  }
  throw new Error('nothing was refused')
}

describe('planSubnets', () => {
  it('divides a /16 into public /24 and private /20', () => {
    expect(planSubnets('10.20.0.0/16', 3)).toEqual({
      publicCidrs: ['10.20.0.0/24', '10.20.1.0/24', '10.20.2.0/24'],
      privateCidrs: ['10.20.16.0/20', '10.20.32.0/20', '10.20.48.0/20'],
    })
  })

  it("makes no subnet smaller than AWS's /28", () => {
    expect(planSubnets('192.168.7.0/24', 2)).toEqual({
      publicCidrs: ['192.168.7.0/28', '192.168.7.16/28'],
      privateCidrs: ['192.168.7.128/28', '192.168.7.144/28'],
    })
  })

  it('keeps all subnets inside the network, apart from each other and aligned, for every size and zones', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 16, max: 24 }),
        fc.integer({ min: 1, max: 8 }),
        fc.integer({ min: 0, max: 2 ** 32 - 1 }),
        (prefix, zones, seed) => {
          const base = seed - (seed % 2 ** (32 - prefix))
          const vpc = `${[24, 16, 8, 0].map((s) => Math.floor(base / 2 ** s) % 256).join('.')}/${prefix}`
          const plan = planSubnets(vpc, zones)
          const [start, end] = range(vpc)
          const all = [...plan.publicCidrs, ...plan.privateCidrs].map(range).sort((a, b) => a[0] - b[0])
          expect(all).toHaveLength(2 * zones)
          let last = start
          for (const [from, to] of all) {
            expect(from).toBeGreaterThanOrEqual(last)
            expect(from % (to - from)).toBe(0)
            expect(to - from).toBeGreaterThanOrEqual(16)
            last = to
          }
          expect(last).toBeLessThanOrEqual(end)
        },
      ),
    )
  })

  it('moves no subnet when a zone is added', () => {
    for (let prefix = 16; prefix <= 24; prefix += 1) {
      const [few, more] = [planSubnets(`10.0.0.0/${prefix}`, 2), planSubnets(`10.0.0.0/${prefix}`, 5)]
      expect(more.publicCidrs.slice(0, 2)).toEqual(few.publicCidrs)
      expect(more.privateCidrs.slice(0, 2)).toEqual(few.privateCidrs)
    }
  })

  it.each([
    ['10.20.0.0/25', 2, '/16 to /24'],
    ['10.0.0.0/8', 2, '/16 to /24'],
    ['10.20.5.0/16', 2, 'first address of a /16'],
    ['10.20.0.0', 2, 'an IPv4 network'],
    ['10.256.0.0/16', 2, 'an IPv4 network'],
    ['10.20.0.0/16', 9, 'at most 8 zones, not 9'],
  ])('refuses %s with %i zones', (cidr, zones, expected) => {
    const { details } = refusal(() => planSubnets(cidr, zones, 'cluster.yml'))
    expect(details).toMatchObject({ code: 'STACK_NETWORK_CIDR', exit: 'configuration', found: cidr })
    expect(details.where).toBe('cluster.yml')
    expect(details.expected).toContain(expected)
  })
})
