import { describe, expect, it } from 'vitest'
import { RuledGroup } from '../../../stacks/constructs/security-group.ts'
import { Scheduler } from '../../../stacks/constructs/servers/scheduler.ts'
import { largeHadoop } from '../support/infrastructures.ts'
import { aKey, aNetwork } from '../support/references.ts'
import { synthesised } from '../support/template.ts'

const image = 'ami-0123456789abcdef0'

describe('the scheduler', () => {
  const template = synthesised((scope) => {
    const scheduler = new Scheduler(scope, 'scheduler', {
      infrastructure: { ...largeHadoop, operators: [] },
      scheduler: { type: 'm7i.large', rootGb: 30, image, sshUser: 'admin' },
      network: aNetwork,
      key: aKey,
      keyName: 'insights',
    })
    const master = new RuledGroup(scope, 'master', { name: 'master', vpcId: 'vpc-1', description: 'm' })
    scheduler.reachMaster('hadoop', master)
    expect(scheduler.references).toMatchObject({
      name: 'insights-scheduler',
      roles: ['scheduler'],
      publicAddress: '',
    })
  })

  it('is one server in a private subnet, without an address in public', () => {
    expect(template.only('aws_instance')).toMatchObject({
      instance_type: 'm7i.large',
      subnet_id: 'subnet-priv-a',
      associate_public_ip_address: false,
      metadata_options: { http_tokens: 'required' },
    })
  })

  it('connects to the master by SSH, and admits nobody without operators', () => {
    const ingress = Object.values(template.resources('aws_vpc_security_group_ingress_rule'))
    expect(ingress).toHaveLength(1)
    expect(ingress[0]).toMatchObject({ from_port: 22, to_port: 22 })
    const out = template.having('aws_vpc_security_group_egress_rule', { from_port: 22 })
    expect(out).toHaveLength(1)
    expect(out[0]?.referenced_security_group_id).toBe(ingress[0]?.security_group_id)
    expect(ingress[0]?.referenced_security_group_id).toBe(out[0]?.security_group_id)
  })

  it('reaches the web, and no other port of the world', () => {
    const world = template.having('aws_vpc_security_group_egress_rule', { cidr_ipv4: '0.0.0.0/0' })
    expect(world.map((rule) => rule.from_port).sort()).toEqual([443, 80])
  })
})
