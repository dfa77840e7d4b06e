import { describe, expect, it } from 'vitest'
import type { Infrastructure, InfrastructureNetwork } from '../../provisioners/config/infrastructure/types.ts'
import { synthesise } from '../../stacks/synth.ts'
import { singleServer } from './support/infrastructures.ts'
import { scratch } from './support/small.ts'
import { runWhole } from './support/whole.ts'

// Networks that are there: what the four deployments, each in a network of its own, do not show.
const lms = { kind: 'peering', port: 3306, vpcId: 'vpc-0bb', cidr: '10.40.0.0/16' } as const

const networks: Record<string, InfrastructureNetwork> = {
  'by ids, with a peering': {
    kind: 'existing',
    cidr: '10.9.0.0/16',
    endpoints: ['ssm'],
    vpcId: 'vpc-0aa',
    publicSubnetIds: [],
    privateSubnetIds: ['subnet-0b', 'subnet-0c'],
    lms,
  },
  "by tags, with a rule in the LMS's group": {
    kind: 'found',
    cidr: '10.9.0.0/16',
    endpoints: [],
    vpcTags: { Name: 'main' },
    publicSubnetTags: {},
    privateSubnetTags: { Tier: 'private' },
    lms: { kind: 'security-group', port: 3306, securityGroupId: 'sg-0123456789abcdef0' },
  },
}

describe('real Terraform, from init to destroy, in a network', () => {
  it.each(Object.entries(networks))(
    '%s',
    async (_, network) => {
      const outdir = scratch()
      const infrastructure: Infrastructure = { ...singleServer, network, state: { kind: 'local' } }
      const { stacks } = synthesise(infrastructure, { outdir })
      const { plans } = await runWhole(outdir, { unlock: stacks })
      const added = plans.insights?.adds.map((resource) => resource.address) ?? []
      expect(added.some((address) => address.startsWith('aws_instance.'))).toBe(true)
      expect(added.filter((address) => /^aws_(vpc|subnet|nat_gateway)\./.test(address))).toEqual([])
      const routes = added.filter((address) => address.startsWith('aws_route.'))
      expect(routes.every((address) => /\["rtb-/.test(address))).toBe(true)
      expect(routes.length > 0).toBe(network.lms?.kind === 'peering')
    },
    120_000,
  )
})
