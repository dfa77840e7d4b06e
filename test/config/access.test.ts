import { expect, it } from 'vitest'
import { clusterOf, FIVE } from '../services/a-context.ts'

const of = (more: string) => clusterOf(FIVE + more)

it('networks have one form, once, in order', () => {
  const { access } = of('access: {from: ["FD00::/8", 10.0.0.7/32, 10.0.0.7, "fd00::1/128"]}\n')
  expect(access).toEqual({ from: ['10.0.0.7', 'fd00::/8', 'fd00::1'], hosts: [] })
})

it('a network of everybody, and access without a firewall, are warnings', () => {
  expect(of('access: {from: [0.0.0.0/0]}\n').warnings.join()).toMatch(/open to everybody/)
  expect(of('access: {from: [10.0.0.0/8]}\nfirewall: none\n').warnings.join()).toMatch(/has no effect/)
  expect(of('access: {from: [10.0.0.0/8]}\n').warnings.join()).not.toMatch(/access/)
})
