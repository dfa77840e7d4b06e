import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  bridgeName,
  checkName,
  freeSubnet,
  gatewayOf,
  hostAddress,
  isLinkOfLab,
  labCache,
  MAX_HOSTS,
  machineName,
  subnetNumber,
  subnetOf,
  subnetOrder,
  vethName,
} from '../../lab/names.ts'
import { HowdahError } from '../../provisioners/errors.ts'

const labName = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?$/)

describe('names of links and machines', () => {
  it('fit into the 15 characters of a link, for every lab and host', () => {
    fc.assert(
      fc.property(labName, fc.integer({ min: 0, max: MAX_HOSTS - 1 }), (lab, index) => {
        expect(bridgeName(lab).length).toBeLessThanOrEqual(15)
        expect(vethName(machineName(lab, index)).length).toBeLessThanOrEqual(15)
      }),
    )
  })

  it('distinguish hosts and labs', () => {
    const machines = ['demo', 'demo2', 'e2e-a', 'e2e-b'].flatMap((lab) =>
      Array.from({ length: MAX_HOSTS }, (_, i) => machineName(lab, i)),
    )
    expect(new Set(machines).size).toBe(machines.length)
  })

  it('claims the links of its own lab alone', () => {
    expect(isLinkOfLab('demo', bridgeName('demo'))).toBe(true)
    expect(isLinkOfLab('demo', vethName(machineName('demo', 4)))).toBe(true)
    expect(isLinkOfLab('demo', bridgeName('other'))).toBe(false)
    expect(isLinkOfLab('demo', vethName(machineName('other', 4)))).toBe(false)
    expect(isLinkOfLab('demo', `${bridgeName('demo')}x`)).toBe(false)
    expect(isLinkOfLab('demo', 'eth0')).toBe(false)
  })
})

describe('checkName', () => {
  it.each(['demo', 'a', 'e2e-1', 'x'.repeat(32)])('takes %s', (name) => {
    expect(() => checkName('lab', name)).not.toThrow()
  })

  it.each(['', '..', '.demo', 'a/b', '-a', 'a-', 'Demo', 'a b', 'x'.repeat(33)])('refuses "%s"', (name) => {
    expect(() => checkName('lab', name)).toThrow(HowdahError)
  })
})

describe('subnets', () => {
  it('are numbered, and nothing else is taken for one', () => {
    expect(subnetNumber('10.77.9.0/24')).toBe(9)
    expect(subnetOf(9)).toBe('10.77.9.0/24')
    expect(gatewayOf('10.77.9.0/24')).toBe('10.77.9.1')
    expect(hostAddress('10.77.9.0/24', 0)).toBe('10.77.9.11')
    for (const wrong of ['10.77.256.0/24', '10.78.9.0/24', '10.77.9.0/16', '10.77.9.1', '']) {
      expect(() => subnetNumber(wrong), wrong).toThrow(HowdahError)
    }
  })

  it('keep every host of a full lab inside the subnet', () => {
    expect(Number(hostAddress('10.77.9.0/24', MAX_HOSTS - 1).split('.')[3])).toBeLessThan(255)
  })

  it('are tried in an order of the lab’s own, each number once', () => {
    const order = subnetOrder('demo')
    expect(order).toEqual(subnetOrder('demo'))
    expect(order[0]).not.toBe(subnetOrder('demo2')[0])
    expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: 250 }, (_, i) => i + 1))
  })

  it('go to the next one that overlaps nothing in use', () => {
    expect(freeSubnet([5, 6, 7], [])).toBe(5)
    expect(freeSubnet([5, 6, 7], ['10.77.5.0/24'])).toBe(6)
    expect(freeSubnet([5, 6, 7], ['10.77.5.200', '10.77.6.128/25'])).toBe(7)
    expect(freeSubnet([5, 6, 7], ['10.77.4.0/22'])).toBeUndefined()
    expect(freeSubnet([5, 6, 7], ['10.0.0.0/8'])).toBeUndefined()
    expect(freeSubnet([5], ['192.0.2.0/24', '10.78.5.0/24', '10.77.50.0/24'])).toBe(5)
  })
})

it('keeps the cache in the given directory', () => {
  expect(labCache('/srv/cache')).toBe('/srv/cache/lab')
})
