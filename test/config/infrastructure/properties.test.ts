import fc from 'fast-check'
import { expect, it } from 'vitest'
import { stringify } from 'yaml'
import { DEPLOYMENTS, successorOf } from '../../../provisioners/config/index.ts'
import { overlap, parseCidr } from '../../../provisioners/config/infrastructure/cidr.ts'
import { raisedForEmr, tooSmallForEmr } from '../../../provisioners/config/infrastructure/instance-names.ts'
import { retiredTypes } from '../../../provisioners/config/infrastructure/instance-types.ts'
import { infrastructure } from '../support.ts'

const option = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined })
const word = fc.stringMatching(/^[a-z][a-z0-9]{0,11}$/)
const texts = fc.dictionary(
  fc.stringMatching(/^[A-Z][a-z]{0,8}$/),
  fc.oneof(word, fc.integer(), fc.boolean()),
  {
    maxKeys: 4,
  },
)
const type = fc.constantFrom('m5.xlarge', 'm6i.2xlarge', 'r5.large', 'c5.4xlarge')
const volume = fc.record({
  type: fc.constantFrom('gp2', 'gp3', 'st1'),
  size: fc.integer({ min: 125, max: 16384 }),
})
const volumes = fc.array(volume, { maxLength: 3 })
const count = fc.integer({ min: 1, max: 40 })

const emr = fc.record(
  {
    release: fc.constantFrom('emr-7.13.0', 'emr-7.4.0', 'emr-7.99.0'),
    core: fc.record({ type, count, volumes }, { requiredKeys: [] }),
    task: fc.record({
      type,
      count,
      market: fc.constant('SPOT'),
      bidPrice: fc.double({ min: 0.01, max: 9, noNaN: true }).map((n) => n.toFixed(2)),
    }),
    subnets: fc.constantFrom('public', 'private'),
    configurations: fc.uniqueArray(fc.record({ classification: word, properties: texts }), {
      maxLength: 3,
      selector: (one) => one.classification,
    }),
    steps: fc.array(fc.record({ type: fc.constant('command'), args: fc.array(word, { minLength: 1 }) }), {
      maxLength: 3,
    }),
    autoTermination: fc.integer({ min: 60, max: 604800 }),
  },
  { requiredKeys: [] },
)

const file = fc
  .tuple(
    fc.constantFrom(...DEPLOYMENTS),
    option(emr),
    volumes,
    count,
    option(texts),
    option(fc.constantFrom('none', 'single', 'per-zone')),
  )
  .map(([deployment, emrs, dataVolumes, workers, tags, nat]) => {
    const large = deployment.startsWith('large')
    return {
      name: 'insights',
      aws: {
        deployment,
        region: 'eu-west-1',
        ...(tags && { tags }),
        ...(nat && { network: { nat } }),
        ...(large && { api: 'none', insights: 'none' }),
        ...(deployment.endsWith('emr') && emrs && { emr: emrs }),
        ...(deployment === 'large-hadoop' && { fleet: { workers: { count: workers, dataVolumes } } }),
        ...(deployment === 'single-server' && { server: { dataVolumes } }),
      },
    }
  })
  // What is undefined is not written.
  .map((value): unknown => JSON.parse(JSON.stringify(value)))

it('a resolved infrastructure is plain data, and the same each time', () => {
  fc.assert(
    fc.property(file, (value) => {
      const text = stringify(value)
      const made = infrastructure(text)
      const json = JSON.stringify(made)
      expect(JSON.parse(json)).toEqual(made)
      expect(JSON.stringify(infrastructure(text))).toBe(json)
      // A file in JSON says the same; only the places in warnings differ.
      const { warnings: _, ...again } = infrastructure(JSON.stringify(value))
      const { warnings: __, ...first } = made
      expect(again).toEqual(first)
    }),
    { numRuns: 60 },
  )
})

it('ranges overlap when one holds an end of the other', () => {
  const range = fc
    .tuple(fc.integer({ min: 0, max: 255 }), fc.integer({ min: 16, max: 28 }))
    .map(([n, prefix]) => {
      const size = 2 ** (32 - prefix)
      const first = 10 * 2 ** 24 + Math.floor((n * 1024) / size) * size
      return { first, prefix, last: first + size - 1 }
    })
  fc.assert(
    fc.property(range, range, (a, b) => {
      const inside = (x: number, y: { first: number; last: number }) => x >= y.first && x <= y.last
      const truly = inside(a.first, b) || inside(a.last, b) || inside(b.first, a)
      expect(overlap(a, b)).toBe(truly)
    }),
  )
  expect(parseCidr('10.20.0.0/16')).toEqual({ first: 10 * 2 ** 24 + 20 * 2 ** 16, prefix: 16 })
  expect(parseCidr('10.20.1.0/16')).toMatchObject({ right: '10.20.0.0/16' })
  expect(parseCidr('0.0.0.0/0')).toEqual({ first: 0, prefix: 0 })
})

it('successors of retired types are of today, and large enough for EMR', () => {
  for (const [, successor] of retiredTypes()) {
    expect(successorOf(successor), successor).toBeUndefined()
    expect(tooSmallForEmr(successor), successor).toBe(false)
  }
  expect(raisedForEmr('m5.medium')).toBe('m5.xlarge')
})
