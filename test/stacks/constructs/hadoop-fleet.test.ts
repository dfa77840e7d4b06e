import { describe, expect, it } from 'vitest'
import { daemonsWhere, isOf } from '../../../provisioners/catalog/index.ts'
import type { InfrastructureFleet } from '../../../provisioners/config/infrastructure/types.ts'
import type { Host } from '../../../provisioners/config/types.ts'
import { generationOf, PROFILE_NAMES, PROFILES } from '../../../provisioners/config/versions/profiles.ts'
import { portsOn } from '../../../provisioners/services/support/ports.ts'
import type { ComponentContext } from '../../../provisioners/services/types.ts'
import type { HostReferences } from '../../../stacks/constructs/references.ts'
import { RuledGroup } from '../../../stacks/constructs/security-group.ts'
import { HadoopFleet } from '../../../stacks/constructs/servers/hadoop-fleet.ts'
import { HADOOP_PORTS } from '../../../stacks/constructs/servers/hadoop-ports.ts'
import { aFleet, largeHadoop } from '../support/infrastructures.ts'
import { aBucket, aKey, aNetwork } from '../support/references.ts'
import { synthesised, type Template } from '../support/template.ts'

const IN = 'aws_vpc_security_group_ingress_rule'

const raised = (
  change: Partial<InfrastructureFleet> = {},
): { template: Template; hosts: readonly HostReferences[] } => {
  let hosts: readonly HostReferences[] = []
  const template = synthesised((scope) => {
    const fleet = new HadoopFleet(scope, 'fleet', {
      infrastructure: largeHadoop,
      fleet: { ...aFleet, ...change },
      network: aNetwork,
      key: aKey,
      configuration: aBucket('config'),
      logs: aBucket('logs'),
      keyName: 'insights',
    })
    const scheduler = new RuledGroup(scope, 'scheduler', { name: 's', vpcId: 'vpc-1', description: 's' })
    fleet.admitClient('scheduler', scheduler)
    hosts = fleet.hosts
  })
  return { template, hosts }
}

/** Ports by who may ask: 'members', 'scheduler', or a CIDR. */
const open = (template: Template): Record<string, number[]> => {
  const found: Record<string, Set<number>> = {}
  for (const rule of Object.values(template.resources(IN))) {
    const peer = String(rule.cidr_ipv4 ?? rule.referenced_security_group_id)
    const who = /scheduler/.test(peer) ? 'scheduler' : /members/.test(peer) ? 'members' : peer
    found[who] = (found[who] ?? new Set()).add(Number(rule.from_port))
  }
  return Object.fromEntries(
    Object.entries(found).map(([who, ports]) => [who, [...ports].sort((a, b) => a - b)]),
  )
}

describe('the ports of a generation', () => {
  it.each(PROFILE_NAMES)('of %s are just those that the provisioners bind', (name) => {
    const { versions } = PROFILES[name]
    const generation = generationOf(versions.hadoop)
    const members = daemonsWhere(({ set }, daemon) => set !== undefined && isOf(daemon, generation))
    const host = { daemons: members } as unknown as Host
    const context = { cluster: { properties: {}, generation, versions } } as unknown as ComponentContext
    const bound = portsOn(host, context).map((port) => port.port)
    const table = HADOOP_PORTS[generation]
      .map((port) => port.ports)
      .filter((ports) => typeof ports === 'number')
    expect(table.sort()).toEqual(bound.sort())
  })

  it.each(Object.entries(HADOOP_PORTS))(
    'of %s have names of their own, and no web page is for clients',
    (_g, ports) => {
      expect(new Set(ports.map((port) => port.id)).size).toBe(ports.length)
      expect(ports.filter((port) => port.client && /web/i.test(port.title))).toEqual([])
    },
  )
})

describe('what is open', () => {
  it.each([
    [
      'hadoop1',
      [8020, 8021, 9083, 10000, 50010, 50020, 50030, 50060, 50070, 50075, 50090],
      [8020, 8021, 9083, 10000, 50010],
    ],
    [
      'hadoop2',
      [
        8020, 8030, 8031, 8032, 8033, 8040, 8041, 8042, 8088, 9083, 10000, 10002, 10020, 10033, 13562, 19888,
        30100, 32768, 50010, 50020, 50070, 50075, 50090,
      ],
      [8020, 8032, 9083, 10000, 10020, 30100, 50010],
    ],
    [
      'hadoop3',
      [
        8020, 8030, 8031, 8032, 8033, 8040, 8041, 8042, 8088, 9083, 9864, 9866, 9867, 9868, 9870, 10000,
        10002, 10020, 10033, 13562, 19888, 30100, 32768,
      ],
      [8020, 8032, 9083, 9866, 10000, 10020, 30100],
    ],
  ] as const)(
    'under %s: daemons among members, clients for the scheduler, SSH for operators',
    (generation, members, scheduler) => {
      expect(open(raised({ generation }).template)).toEqual({
        members,
        scheduler,
        '203.0.113.7/32': [22],
      })
    },
  )

  it('no rule opens anything to the world, and none opens every port', () => {
    const { template } = raised()
    expect(template.having(IN, { cidr_ipv4: '0.0.0.0/0' })).toEqual([])
    expect(template.having(IN, { ip_protocol: '-1' })).toEqual([])
  })
})

describe('the hosts', () => {
  it('are a master and its workers in one private subnet, without public addresses', () => {
    const { template, hosts } = raised()
    expect(hosts.map((host) => [host.name, host.roles, host.dataDirs, host.zone])).toEqual([
      ['insights-master', ['master'], ['/data/1'], 'eu-west-1a'],
      ...[1, 2, 3].map((n) => [`insights-worker-${n}`, ['worker'], ['/data/1', '/data/2'], 'eu-west-1a']),
    ])
    const instances = Object.values(template.resources('aws_instance'))
    expect(instances).toHaveLength(4)
    for (const instance of instances)
      expect(instance).toMatchObject({ subnet_id: 'subnet-priv-a', associate_public_ip_address: false })
    expect(Object.keys(template.resources('aws_ebs_volume'))).toHaveLength(7)
  })

  it('are placed as was said', () => {
    expect(raised().template.only('aws_placement_group')).toMatchObject({ strategy: 'spread' })
    expect(raised({ placement: 'none' }).template.types()).not.toContain('aws_placement_group')
    const { template } = raised({ placement: 'partition', workers: { ...aFleet.workers, count: 8 } })
    expect(template.only('aws_placement_group')).toMatchObject({ partition_count: 7 })
    const partitions = Object.values(template.resources('aws_instance')).map(
      (i) => i.placement_partition_number,
    )
    expect(partitions.sort()).toEqual([1, 1, 2, 2, 3, 4, 5, 6, 7])
  })

  it('more than seven cannot be spread, and the field is named', () => {
    expect(() => raised({ workers: { ...aFleet.workers, count: 7 } })).toThrow(/fleet\.placement.*8/s)
    expect(raised({ workers: { ...aFleet.workers, count: 6 } }).hosts).toHaveLength(7)
  })

  it('read the two buckets and are reached through Session Manager; they write nowhere', () => {
    const { template } = raised()
    const policy = JSON.parse(String(template.only('aws_iam_role_policy').policy))
    const actions = policy.Statement.flatMap((statement: { Action: string }) => statement.Action)
    expect(new Set(actions)).toEqual(new Set(['s3:ListBucket', 's3:GetObject', 'kms:Decrypt']))
    expect(policy.Statement.every((statement: { Resource: string }) => statement.Resource !== '*')).toBe(true)
    expect(String(template.only('aws_iam_role_policy_attachment').policy_arn)).toMatch(
      /AmazonSSMManagedInstanceCore$/,
    )
  })
})
