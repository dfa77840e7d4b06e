import { describe, expect, it } from 'vitest'
import { idleCosts } from '../../stacks/idle-costs.ts'
import { parseStack } from '../../stacks/terraform/synthesised.ts'

const stackOf = (resource: object) => parseStack('s', JSON.stringify({ resource }))
const counts = (resource: object): Record<string, number> =>
  Object.fromEntries(idleCosts([stackOf(resource)]).map(({ kind, count }) => [kind, count]))

describe('what costs money while nothing runs', () => {
  it('counts a NAT gateway and the address that it holds', () => {
    expect(counts({ aws_nat_gateway: { a: {}, b: {} }, aws_eip: { a: {}, b: {} } })).toEqual({
      'nat-gateway': 2,
      'public-address': 2,
    })
  })

  it.each([
    ['in the internet: an address in each zone', { internal: false, subnets: ['a', 'b'] }, 2],
    ['inside: none', { internal: true, subnets: ['a', 'b'] }, undefined],
  ])('a load balancer %s', (_title, body, addresses) => {
    const found = counts({ aws_lb: { one: body } })
    expect(found['load-balancer']).toBe(1)
    expect(found['public-address']).toBe(addresses)
  })

  it('counts the standby of a database, and its managed secret', () => {
    const one = { multi_az: true, manage_master_user_password: true }
    expect(counts({ aws_db_instance: { one } })).toEqual({ database: 2, secret: 1 })
    expect(counts({ aws_db_instance: { one: {} } })).toEqual({ database: 1 })
  })

  it('counts interface endpoints by zone, and gateway endpoints not at all', () => {
    const ssm = { vpc_endpoint_type: 'Interface', subnet_ids: ['a', 'b', 'c'] }
    expect(counts({ aws_vpc_endpoint: { ssm, s3: { vpc_endpoint_type: 'Gateway' } } })).toEqual({
      'interface-endpoint': 3,
    })
  })

  it('counts every node of an EMR cluster that lives until terminated, its task group included', () => {
    const resource = {
      aws_emr_cluster: { c: { master_instance_group: {}, core_instance_group: { instance_count: 2 } } },
      aws_emr_instance_group: { t: { cluster_id: '${aws_emr_cluster.c.id}', instance_count: 4 } },
    }
    expect(counts(resource)).toEqual({ 'emr-node': 7 })
  })

  it('counts no node of an auto-terminated one', () => {
    const resource = {
      aws_emr_cluster: {
        c: {
          master_instance_fleet: { target_on_demand_capacity: 1 },
          auto_termination_policy: { idle_timeout: 3600 },
        },
      },
      aws_emr_instance_fleet: { t: { cluster_id: '${aws_emr_cluster.c.id}', target_spot_capacity: 4 } },
    }
    expect(counts(resource)).toEqual({})
  })

  it('counts fleets by their capacity', () => {
    const fleet = { target_on_demand_capacity: 1, target_spot_capacity: 2 }
    expect(counts({ aws_emr_cluster: { c: { core_instance_fleet: [fleet] } } })).toEqual({ 'emr-node': 3 })
  })

  it('counts hosts, the minimum of an auto-scaling group, volumes, keys and web ACLs', () => {
    const resource = {
      aws_instance: { a: { associate_public_ip_address: true }, b: {} },
      aws_autoscaling_group: { g: { min_size: 2, max_size: 4 } },
      aws_ebs_volume: { v: {} },
      aws_kms_key: { k: {} },
      aws_wafv2_web_acl: { w: {} },
    }
    expect(counts(resource)).toEqual({
      instance: 2,
      'auto-scaling': 2,
      'public-address': 1,
      volume: 1,
      key: 1,
      'web-acl': 1,
    })
  })

  it('names what it counts, gives a reason and no price, and finds nothing in a stack without costs', () => {
    const [one] = idleCosts([stackOf({ aws_nat_gateway: { gate: {} } })])
    expect(one?.addresses).toEqual(['aws_nat_gateway.gate'])
    expect(one?.why).toMatch(/by the hour/)
    expect(one?.why).not.toMatch(/[$€]|\d+\.\d+/)
    expect(counts({ aws_s3_bucket: { b: {} }, aws_vpc: { v: {} } })).toEqual({})
  })

  it('adds up over stacks, and reads no data source as a thing that is paid', () => {
    const state = stackOf({ aws_kms_key: { k: {} } })
    const main = parseStack(
      'm',
      JSON.stringify({ resource: { aws_kms_key: { k: {} } }, data: { aws_instance: { i: {} } } }),
    )
    expect(idleCosts([state, main]).map(({ kind, count }) => [kind, count])).toEqual([['key', 2]])
  })
})
