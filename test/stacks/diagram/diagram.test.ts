import { describe, expect, it } from 'vitest'
import { diagramOf } from '../../../stacks/diagram/graph.ts'
import { mermaidOf } from '../../../stacks/diagram/mermaid.ts'
import { parseStack } from '../../../stacks/terraform/synthesised.ts'
import { PICTURED } from '../support/pictured.ts'

const picture = diagramOf(parseStack('t', PICTURED))
const stackOf = (resource: object) => diagramOf(parseStack('t', JSON.stringify({ resource })))
const box = (title: string) => {
  const found = picture.nodes.filter((node) => node.title === title)
  if (found.length !== 1 || found[0] === undefined) throw new Error(`${found.length} boxes "${title}"`)
  return found[0]
}
const arrows = picture.edges.map(({ from, to, label }) => `${from} -${label}-> ${to}`)

describe('the boxes', () => {
  it('are in the subnets that the routes make public or private', () => {
    expect(box('Data API balancer').parent).toBe('public')
    expect(box('NAT gateway').parent).toBe('public')
    expect(box('Data API').parent).toBe('private')
    expect(box('Result store').parent).toBe('private')
    expect(picture.groups.map(({ id, parent }) => [id, parent])).toEqual([
      ['region', undefined],
      ['vpc', 'region'],
      ['public', 'vpc'],
      ['private', 'vpc'],
      ['cluster-hadoop', 'private'],
      ['cluster-emr-cluster', 'public'],
    ])
  })

  it('join equal hosts with their number, and keep different ones apart', () => {
    expect(box('Worker × 2').addresses).toEqual(['aws_instance.w1', 'aws_instance.w2'])
    expect(box('Head').lines).toEqual(['m7i.2xlarge'])
  })

  it('say what the thing is: engine, standby, size, market, TLS', () => {
    expect(box('Result store').lines).toEqual(['RDS MySQL 8.4', 'standby in a second zone'])
    expect(box('Data API').lines).toEqual(['m7i.large', '2 to 4 hosts, auto-scaled'])
    expect(box('Data API balancer').lines).toEqual(['faces the internet', 'ends TLS'])
    expect(box('Task').lines).toEqual(['4 of m5.xlarge, Spot'])
  })

  it('draw what is used from everywhere outside the VPC', () => {
    for (const title of ['S3 bucket', 'KMS key', 'IAM roles']) expect(box(title).parent).toBe('region')
  })

  it('draw no rule, attachment, policy or route', () => {
    expect(picture.nodes.flatMap((node) => node.addresses).join(' ')).not.toMatch(
      /_rule|_attachment|_policy|aws_route|security_group|listener|profile/,
    )
  })
})

describe('the arrows', () => {
  it('follow the security groups, with their ports', () => {
    expect(arrows).toEqual(
      expect.arrayContaining([
        'internet -443-> data-api-balancer-faces-the-internet',
        'data-api-balancer-faces-the-internet -8100-> data-api-m7i-large',
        'data-api-m7i-large -3306-> result-store-rds-mysql-8-4',
      ]),
    )
  })

  it('are one for a cluster where every member has it', () => {
    expect(arrows).toEqual(
      expect.arrayContaining([
        'operators -22-> cluster-hadoop',
        'cluster-hadoop -3306-> result-store-rds-mysql-8-4',
        'cluster-hadoop -3306-> lms',
        'cluster-hadoop --> s3-bucket-configuration',
        'cluster-emr-cluster -3306-> result-store-rds-mysql-8-4',
      ]),
    )
    expect(arrows.filter((arrow) => arrow.startsWith('head') || arrow.startsWith('worker'))).toEqual([])
  })

  it('show no outsider for a rule about the VPC itself, nor the egress of each host', () => {
    expect(picture.nodes.filter((node) => node.kind === 'users').map(({ id }) => id)).toEqual([
      'internet',
      'operators',
    ])
    expect(arrows.filter((arrow) => arrow.endsWith('-> internet'))).toEqual([])
  })

  it('are one for operators who reach every host of the private subnets', () => {
    const text = PICTURED.replace(
      '"aws_vpc_security_group_ingress_rule":{',
      `"aws_vpc_security_group_ingress_rule":{"login":${JSON.stringify({
        security_group_id: '${aws_security_group.app.id}',
        cidr_ipv4: '203.0.113.7/32',
        from_port: 22,
        to_port: 22,
        ip_protocol: 'tcp',
      })},`,
    )
    const drawn = diagramOf(parseStack('t', text)).edges.filter(({ from }) => from === 'operators')
    expect(drawn).toEqual([{ from: 'operators', to: 'private', label: '22' }])
  })

  it('gather many ports in a short label', () => {
    const rule = (port: number) => ({
      security_group_id: '${aws_security_group.g.id}',
      cidr_ipv4: '203.0.113.0/24',
      ip_protocol: 'tcp',
      from_port: port,
      to_port: port,
    })
    const drawn = stackOf({
      aws_security_group: { g: { vpc_id: 'vpc-0123456789abcdef0' } },
      aws_instance: { h: { subnet_id: 'subnet-01', vpc_security_group_ids: ['${aws_security_group.g.id}'] } },
      aws_vpc_security_group_ingress_rule: { a: rule(9870), b: rule(443), c: rule(8088), d: rule(19888) },
    })
    expect(drawn.edges).toEqual([{ from: 'clients', to: expect.any(String), label: '443, 8088, 9870 +1' }])
  })
})

describe('a VPC that exists', () => {
  it('has its name, and its public subnets are found by what faces the internet', () => {
    const drawn = stackOf({
      aws_security_group: { g: { vpc_id: 'vpc-0123456789abcdef0' } },
      aws_lb: { b: { internal: false, subnets: ['subnet-0a', 'subnet-0b'] } },
      aws_instance: { h: { subnet_id: 'subnet-0c' }, g: { subnet_id: 'subnet-0a' } },
    })
    expect(drawn.groups.find(({ id }) => id === 'vpc')?.title).toBe('Existing VPC vpc-0123456789abcdef0')
    const references = drawn.nodes.map((node) => [node.addresses[0], node.parent])
    expect(references).toContainEqual(['aws_lb.b', 'public'])
    expect(references).toContainEqual(['aws_instance.g', 'public'])
    expect(references).toContainEqual(['aws_instance.h', 'private'])
  })

  it('shows the LMS of the same VPC by the rule in its own group', () => {
    const drawn = stackOf({
      aws_security_group: { g: {} },
      aws_instance: { h: { vpc_security_group_ids: ['${aws_security_group.g.id}'] } },
      aws_vpc_security_group_ingress_rule: {
        lms: {
          security_group_id: 'sg-0123456789abcdef0',
          referenced_security_group_id: '${aws_security_group.g.id}',
          ip_protocol: 'tcp',
          from_port: 3306,
          to_port: 3306,
        },
      },
    })
    expect(drawn.edges.map(({ to, label }) => [to, label])).toEqual([['lms', '3306']])
  })
})

describe('Mermaid', () => {
  const text = mermaidOf(picture)

  it('has every box once, in the frame of its group, and every arrow', () => {
    for (const node of picture.nodes) {
      const drawn = text
        .split('\n')
        .filter((line) => line.trim().startsWith(`${node.id}[`) || line.trim().startsWith(`${node.id}(`))
      expect(drawn, node.id).toHaveLength(1)
    }
    expect(text.split('\n').filter((line) => line.includes('-->'))).toHaveLength(picture.edges.length)
    expect(text.match(/subgraph /g)).toHaveLength(picture.groups.length)
    expect(text.match(/^ *end$/gm)).toHaveLength(picture.groups.length)
  })

  it('keeps quotes out of its own syntax', () => {
    expect(mermaidOf({ ...picture, groups: [{ id: 'g', kind: 'vpc', title: 'a "b"' }] })).toContain(
      'subgraph g["a #quot;b#quot;"]',
    )
  })
})
