import { describe, expect, it } from 'vitest'
import type { Infrastructure } from '../../provisioners/config/infrastructure/types.ts'
import { LargeHadoop } from '../../stacks/deployments/large-hadoop.ts'
import { App } from '../../stacks/tf.ts'
import { largeHadoop } from './support/infrastructures.ts'
import { scratch } from './support/small.ts'
import { readTemplate, type Template } from './support/template.ts'

const laid = (change: Partial<Infrastructure> = {}): Template => {
  const outdir = scratch()
  const app = new App({ outdir, stackTraces: false })
  new LargeHadoop(app, 'insights', { ...largeHadoop, ...change })
  app.synth()
  return readTemplate(outdir, 'insights')
}

/** `from > to : port` of every connection between two groups, by the first parts of their ids. */
const ways = (template: Template): string[] => {
  const word = (reference: unknown): string =>
    /aws_security_group\.(.*)_[0-9A-F]{8}\.id/.exec(String(reference))?.[1] ?? String(reference)
  return Object.values(template.resources('aws_vpc_security_group_ingress_rule'))
    .filter((rule) => rule.referenced_security_group_id !== undefined)
    .map(
      (rule) =>
        `${word(rule.referenced_security_group_id)} > ${word(rule.security_group_id)} : ${rule.from_port}`,
    )
    .filter((way) => !way.startsWith('hadoop_members_group > hadoop_members_group'))
    .sort()
}

describe('the large deployment without EMR', () => {
  const template = laid()

  it('allows exactly the connections that are needed', () => {
    expect(ways(template)).toEqual(
      [
        'api_balancer_group > api_servers_group : 8100',
        'api_servers_group > results_rds_group : 3306',
        'hadoop_members_group > results_rds_group : 3306',
        'insights_balancer_group > insights_servers_group : 8100',
        'insights_servers_group > api_balancer_group : 443',
        ...[22, 8020, 8032, 9083, 10000, 10020].map((p) => `scheduler_group > hadoop_master-group : ${p}`),
        ...[9866, 30100].map((p) => `scheduler_group > hadoop_members_group : ${p}`),
        'scheduler_group > results_rds_group : 3306',
      ].sort(),
    )
  })

  it('has no server with a public address, and nothing but load balancers open to the world', () => {
    for (const server of Object.values(template.resources('aws_instance')))
      expect(server.associate_public_ip_address).toBe(false)
    const open = template.having('aws_vpc_security_group_ingress_rule', { cidr_ipv4: '0.0.0.0/0' })
    expect(open.map((rule) => rule.from_port).sort()).toEqual([443, 80])
    for (const rule of open) expect(rule.security_group_id).toMatch(/insights_balancer_group/)
  })

  it('lets the cluster reach the replica of the LMS, and no other group', () => {
    const out = template.having('aws_vpc_security_group_egress_rule', { cidr_ipv4: '10.40.0.0/16' })
    expect(out).toHaveLength(1)
    expect(out[0]).toMatchObject({ from_port: 3306, to_port: 3306 })
    expect(out[0]?.security_group_id).toMatch(/hadoop_members/)
  })

  it('has outputs for its hosts, its database and its addresses', () => {
    const output = template.output('howdah') as { hosts: { name: string; roles: string[] }[] }
    expect(output.hosts.map((host) => [host.name, ...host.roles])).toEqual([
      ['insights-master', 'master'],
      ['insights-worker-1', 'worker'],
      ['insights-worker-2', 'worker'],
      ['insights-worker-3', 'worker'],
      ['insights-scheduler', 'scheduler'],
    ])
    expect(output).toMatchObject({
      deployment: 'large-hadoop',
      ssh: { user: 'admin' },
      resultStore: { port: 3306, database: 'reports', charset: 'utf8mb3' },
      endpoints: { api: 'https://api.analytics.example.org', insights: 'https://insights.example.org' },
      emr: '${null}',
    })
    expect(template.output('result_store_secret_arn')).toMatch(/master_user_secret/)
  })

  it('writes access logs of all load balancers into one bucket with a key of its own kind', () => {
    const buckets = template.having('aws_s3_bucket', { bucket: 'insights-logs-example-alb' })
    expect(buckets).toHaveLength(1)
    for (const balancer of Object.values(template.resources('aws_lb')))
      expect((balancer.access_logs as { bucket: string }).bucket).toMatch(/balancer-logs/)
  })

  it('is the cluster alone where nothing else is asked for', () => {
    const { api: _a, insights: _i, scheduler: _s, resultStore: _r, ...alone } = largeHadoop
    const outdir = scratch()
    const app = new App({ outdir, stackTraces: false })
    new LargeHadoop(app, 'insights', alone)
    app.synth()
    const types = readTemplate(outdir, 'insights').types()
    for (const type of ['aws_lb', 'aws_db_instance', 'aws_autoscaling_group'])
      expect(types).not.toContain(type)
    expect(readTemplate(outdir, 'insights').output('howdah')).toMatchObject({ resultStore: '${null}' })
  })
})
