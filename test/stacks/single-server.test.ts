import { describe, expect, it } from 'vitest'
import type { Infrastructure } from '../../provisioners/config/infrastructure/types.ts'
import { SingleServer } from '../../stacks/deployments/single-server.ts'
import { App } from '../../stacks/tf.ts'
import { singleServer } from './support/infrastructures.ts'
import { scratch } from './support/small.ts'
import { readTemplate, type Template } from './support/template.ts'

const built = (change: Partial<Infrastructure> = {}): Template => {
  const outdir = scratch()
  const app = new App({ outdir, stackTraces: false })
  new SingleServer(app, 'insights', { ...singleServer, ...change })
  app.synth()
  return readTemplate(outdir, 'insights')
}

const withoutNat = { ...singleServer.network, nat: 'none', endpoints: [] } as Infrastructure['network']

describe('the single server', () => {
  it('is one host with every role, in a private subnet behind NAT', () => {
    const template = built()
    const [subnet] = Object.entries(template.resources('aws_subnet')).filter(
      ([, body]) => (body.tags as Record<string, string>).Name === 'insights-private-1',
    )
    expect(template.only('aws_instance')).toMatchObject({
      instance_type: 'm7i.2xlarge',
      subnet_id: `\${aws_subnet.${subnet?.[0]}.id}`,
      associate_public_ip_address: false,
      disable_api_termination: true,
    })
    expect(template.having('aws_eip', { domain: 'vpc' })).toHaveLength(1)
    expect(template.types()).not.toContain('aws_db_instance')
    expect(template.types()).not.toContain('aws_lb')
  })

  it('is in a public subnet with a fixed address where the private ones have no route to the internet', () => {
    const template = built({ network: withoutNat })
    expect(template.types()).not.toContain('aws_nat_gateway')
    const subnetId = String(template.only('aws_instance').subnet_id)
    const body = template.resources('aws_subnet')[subnetId.split('.')[1] ?? '']
    expect(body?.tags).toMatchObject({ Tier: 'public' })
    expect(template.only('aws_eip').instance).toMatch(/^\$\{aws_instance\./)
    const [host] = (template.output('howdah') as { hosts: { publicAddress: string }[] }).hosts
    expect(host?.publicAddress).toMatch(/^\$\{aws_eip\..*\.public_ip\}$/)
  })

  it('admits SSH of the operators and nothing else', () => {
    const rules = Object.values(
      built({ network: withoutNat }).resources('aws_vpc_security_group_ingress_rule'),
    )
    expect(rules).toMatchObject([{ cidr_ipv4: '203.0.113.7/32', from_port: 22, to_port: 22 }])
    expect(built({ network: withoutNat, operators: [] }).types()).not.toContain(
      'aws_vpc_security_group_ingress_rule',
    )
  })

  it('connects to the web and to the LMS only', () => {
    const rules = Object.values(built().resources('aws_vpc_security_group_egress_rule'))
    expect(rules.map((rule) => [rule.cidr_ipv4, rule.from_port]).sort()).toEqual([
      ['0.0.0.0/0', 443],
      ['0.0.0.0/0', 80],
      ['10.40.0.0/16', 3306],
    ])
  })

  it('has outputs for inventory: one host, and the result store on it', () => {
    const template = built()
    const output = template.output('howdah') as Record<string, unknown>
    expect(output).toMatchObject({
      formatVersion: 1,
      name: 'insights',
      deployment: 'single-server',
      region: 'eu-west-1',
      hosts: [
        {
          name: 'insights-server',
          publicAddress: '',
          zone: 'eu-west-1a',
          roles: ['master', 'worker', 'result-store', 'scheduler', 'api', 'insights'],
          dataDirs: ['/data/1'],
        },
      ],
      ssh: { user: 'admin' },
      resultStore: { port: 3306, database: 'reports', secretArn: '' },
      emr: '${null}',
    })
    expect(JSON.stringify(output)).not.toContain('securityGroup')
    expect(template.output('master_address')).toMatch(/^\$\{aws_instance\..*\.private_ip\}$/)
    expect(template.output('vpc_id')).toMatch(/^\$\{aws_vpc\./)
    expect([template.output('api_url'), template.output('job_flow_id')]).toEqual(['', ''])
  })
})
