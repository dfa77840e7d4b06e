import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import {
  DataAwsSsmParameter,
  DbInstance,
  DbParameterGroup,
  EmrCluster,
  Instance,
  SsmParameter,
  Subnet,
  TerraformOutput,
  type TerraformStack,
  Vpc,
  Wafv2WebAcl,
} from '../../stacks/tf.ts'
import { schemaOf } from './stand-in/bindings.ts'
import { withStandIn } from './stand-in/server.ts'
import { terraformIn } from './stand-in/terraform-in.ts'
import { network, stackDir, synthesise } from './support/small.ts'

// Each runs Terraform many times, and a machine may be busy.
vi.setConfig({ testTimeout: 120_000 })

type Json = Record<string, Record<string, Record<string, Record<string, unknown>>>>

/** A good stack, with one thing in it changed. */
function broken(edit: (json: Json) => void): string {
  const dir = stackDir(synthesise({ net: network }), 'net')
  const file = join(dir, 'cdk.tf.json')
  const json = JSON.parse(readFileSync(file, 'utf8')) as Json
  edit(json)
  writeFileSync(file, JSON.stringify(json))
  return dir
}

/** Terraform's errors, in one text. */
async function validated(dir: string): Promise<string> {
  return withStandIn({}, async (standIn) => {
    expect((await terraformIn(dir, ['init', '-no-color'], standIn)).stderr).toBe('')
    const { stdout } = await terraformIn(dir, ['validate', '-json'], standIn)
    const { diagnostics } = JSON.parse(stdout) as { diagnostics: { summary: string; detail: string }[] }
    return diagnostics.map((d) => `${d.summary}: ${d.detail}`).join('\n')
  })
}

const NEGATIVES: readonly (readonly [string, (json: Json) => void, RegExp])[] = [
  [
    'an argument that the resource does not have',
    (json) => Object.assign(json.resource?.aws_vpc?.vpc ?? {}, { cidr_blok: '10.0.0.0/16' }),
    /No argument or block type is named "cidr_blok"/,
  ],
  [
    'a required argument that is missing',
    (json) => Reflect.deleteProperty(json.resource?.aws_subnet?.subnet ?? {}, 'vpc_id'),
    /The argument "vpc_id" is required/,
  ],
  [
    'a value of a wrong type',
    (json) => Object.assign(json.resource?.aws_vpc?.vpc ?? {}, { enable_dns_support: 'perhaps' }),
    /Inappropriate value for attribute "enable_dns_support"|a bool is required/,
  ],
  [
    'a reference to what is not declared',
    (json) => Object.assign(json.resource?.aws_subnet?.subnet ?? {}, { vpc_id: '${aws_vpc.other.id}' }),
    /A managed resource "aws_vpc" "other" has not been declared/,
  ],
  [
    'a reference to an attribute that the resource does not have',
    (json) => Object.assign(json.resource?.aws_subnet?.subnet ?? {}, { vpc_id: '${aws_vpc.vpc.vpc_id}' }),
    /This object has no argument, nested block, or exported attribute named "vpc_id"/,
  ],
  [
    'resources that refer to each other',
    (json) =>
      Object.assign(json.resource?.aws_vpc?.vpc ?? {}, { ipv4_ipam_pool_id: '${aws_subnet.subnet.id}' }),
    /Cycle: /,
  ],
  [
    'a function that is none',
    (json) =>
      Object.assign(json.resource?.aws_vpc?.vpc ?? {}, { cidr_block: '${cidrsubnets_of("10.0.0.0/8")}' }),
    /There is no function named "cidrsubnets_of"/,
  ],
  [
    'a resource type that AWS has not',
    (json) => Object.assign(json.resource ?? {}, { aws_vpcs: { vpc: {} } }),
    /does not support resource type "aws_vpcs"/,
  ],
  [
    'a block too many',
    (json) => {
      const group = { instance_type: 'm5.xlarge' }
      const cluster = { name: 'c', release_label: 'emr-7.13.0', service_role: 'r' }
      Object.assign(json.resource ?? {}, {
        aws_emr_cluster: { c: { ...cluster, master_instance_group: [group, group] } },
      })
    },
    /Too many master_instance_group blocks/,
  ],
  [
    'what types cannot show',
    (json) => Object.assign(json.resource?.aws_vpc?.vpc ?? {}, { cidr_block: '10.1.0.1/16' }),
    /the VPC 10\.1\.0\.1\/16 is not a network/,
  ],
]

describe('what Terraform refuses, with the schema of the bindings', () => {
  it('accepts a valid stack', async () => {
    expect(await validated(broken(() => {}))).toBe('')
  })

  it.each(NEGATIVES)('%s', async (_, edit, words) => {
    expect(await validated(broken(edit))).toMatch(words)
  })
})

/** Subnet, instances of one configuration, image by parameter: what is known only after it is made. */
const hosts = (stack: TerraformStack): void => {
  const vpc = new Vpc(stack, 'vpc', { cidrBlock: '10.1.0.0/16' })
  const subnet = new Subnet(stack, 'subnet', {
    vpcId: vpc.id,
    cidrBlock: '10.1.1.0/28',
    availabilityZone: 'eu-west-1b',
  })
  const image = new DataAwsSsmParameter(stack, 'image', { name: '/aws/service/debian/ami' })
  const instances = ['a', 'b', 'c'].map(
    (name) =>
      new Instance(stack, name, {
        ami: image.insecureValue,
        instanceType: 'm7i.large',
        subnetId: subnet.id,
        associatePublicIpAddress: name === 'c',
      }),
  )
  new TerraformOutput(stack, 'private', { value: instances.map((i) => i.privateIp), staticId: true })
  new TerraformOutput(stack, 'public', { value: instances.map((i) => i.publicIp), staticId: true })
  new TerraformOutput(stack, 'zone', { value: instances[0]?.availabilityZone, staticId: true })
  new TerraformOutput(stack, 'ids', { value: instances.map((i) => i.id), staticId: true })
  new TerraformOutput(stack, 'ami', { value: instances[0]?.ami, staticId: true })
}

describe('the whole loop', () => {
  it('makes a stack, finds nothing left to do, and removes it', async () => {
    const dir = stackDir(synthesise({ hosts }), 'hosts')
    await withStandIn({}, async (standIn) => {
      const run = async (...args: readonly string[]) => {
        const ran = await terraformIn(dir, [...args, '-no-color'], standIn)
        expect(ran.stderr).toBe('')
        return ran
      }
      await run('init')
      await run('plan', '-out=planned')
      await run('apply', 'planned')
      expect((await run('plan', '-detailed-exitcode')).exitCode).toBe(0)

      const outputs = JSON.parse((await run('output', '-json')).stdout) as Record<string, { value: string[] }>
      const addresses = outputs.private?.value ?? []
      expect(new Set(addresses).size).toBe(3)
      for (const address of addresses) expect(address).toMatch(/^10\.1\.1\.([4-9]|1[0-4])$/)
      expect(outputs.public?.value.map((address) => address !== '')).toEqual([false, false, true])
      expect(outputs.zone?.value).toBe('eu-west-1b')
      expect(new Set(outputs.ids?.value).size).toBe(3)
      expect(outputs.ids?.value[0]).toMatch(/^i-[0-9a-f]{17}$/)
      expect(outputs.ami?.value).toMatch(/^ami-[0-9a-f]{17}$/)

      await run('destroy', '-auto-approve')
      expect((await run('state', 'list')).stdout).toBe('')
      expect(standIn.actions.map((action) => action.verb)).toEqual([
        ...Array(5).fill('create'),
        ...Array(5).fill('delete'),
      ])
    })
  })

  it('answers the same stack in the same way, in another process of the loop too', async () => {
    const ids = async () => {
      const dir = stackDir(synthesise({ net: network }), 'net')
      return withStandIn({}, async (standIn) => {
        await terraformIn(dir, ['init'], standIn)
        await terraformIn(dir, ['apply', '-auto-approve'], standIn)
        return standIn.actions.map((action) => action.id)
      })
    }
    const first = await ids()
    expect(first).toHaveLength(2)
    expect(await ids()).toEqual(first)
  })

  it("lets a test set AWS's answers and refusals", async () => {
    const dir = stackDir(synthesise({ net: network }), 'net')
    const overrides = { aws_vpc: () => ({ id: 'vpc-0123456789abcdef0' }) }
    const checks = { aws_subnet: () => ['no more subnets in this account'] }
    await withStandIn({ overrides }, async (standIn) => {
      await terraformIn(dir, ['init'], standIn)
      await terraformIn(dir, ['apply', '-auto-approve'], standIn)
      expect(standIn.actions.map((action) => action.id)[0]).toBe('vpc-0123456789abcdef0')
    })
    await withStandIn({ checks }, async (standIn) => {
      const { stderr } = await terraformIn(dir, ['validate', '-no-color'], standIn)
      expect(stderr).toContain('no more subnets in this account')
    })
  })

  it('supports types that are "any" in the bindings: the statements of a WAF', async () => {
    const visibility = { cloudwatchMetricsEnabled: true, metricName: 'waf', sampledRequestsEnabled: true }
    const waf = (stack: TerraformStack): void => {
      new Wafv2WebAcl(stack, 'waf', {
        name: 'waf',
        scope: 'REGIONAL',
        defaultAction: { allow: {} },
        visibilityConfig: visibility,
        rule: [
          {
            name: 'known',
            priority: 1,
            overrideAction: { none: {} },
            visibilityConfig: visibility,
            statement: { managed_rule_group_statement: { name: 'AWSManagedRules', vendor_name: 'AWS' } },
          },
        ],
      })
    }
    const dir = stackDir(synthesise({ waf }), 'waf')
    await withStandIn({}, async (standIn) => {
      await terraformIn(dir, ['init'], standIn)
      expect((await terraformIn(dir, ['apply', '-auto-approve', '-no-color'], standIn)).stderr).toBe('')
      expect(readFileSync(join(dir, 'waf.tfstate'), 'utf8')).toContain('AWSManagedRules')
      expect((await terraformIn(dir, ['plan', '-detailed-exitcode'], standIn)).exitCode).toBe(0)
    })
  })

  it('keeps what is write-only out of the state, and what is sensitive out of outputs', async () => {
    const secret = 'correct-horse'
    const outdir = synthesise({
      parameter: (stack) => {
        new SsmParameter(stack, 'p', { name: '/x', type: 'SecureString', valueWo: secret, valueWoVersion: 1 })
      },
      leaking: (stack) => {
        const parameter = new SsmParameter(stack, 'p', { name: '/x', type: 'SecureString', value: secret })
        new TerraformOutput(stack, 'leak', { value: parameter.value, staticId: true })
      },
    })
    await withStandIn({}, async (standIn) => {
      const dir = stackDir(outdir, 'parameter')
      await terraformIn(dir, ['init'], standIn)
      expect((await terraformIn(dir, ['apply', '-auto-approve'], standIn)).stderr).toBe('')
      expect(readFileSync(join(dir, 'parameter.tfstate'), 'utf8')).not.toContain(secret)

      await terraformIn(stackDir(outdir, 'leaking'), ['init'], standIn)
      const { stderr } = await terraformIn(stackDir(outdir, 'leaking'), ['plan', '-no-color'], standIn)
      expect(stderr).toContain('Output refers to sensitive values')
    })
  })
})

describe('what AWS refuses because of the account', () => {
  const applied = async (build: (stack: TerraformStack) => void): Promise<string> => {
    const dir = stackDir(synthesise({ it: build }), 'it')
    return withStandIn({}, async (standIn) => {
      await terraformIn(dir, ['init'], standIn)
      return (await terraformIn(dir, ['apply', '-auto-approve', '-no-color'], standIn)).stderr
    })
  }

  it('a subnet outside of its VPC', async () => {
    const stderr = await applied((stack) => {
      const vpc = new Vpc(stack, 'vpc', { cidrBlock: '10.1.0.0/16' })
      new Subnet(stack, 'subnet', { vpcId: vpc.id, cidrBlock: '10.2.1.0/24' })
    })
    expect(stderr).toContain('the subnet 10.2.1.0/24 lies outside of its VPC')
  })

  it('a parameter group of another generation', async () => {
    const stderr = await applied((stack) => {
      const group = new DbParameterGroup(stack, 'g', { name: 'g', family: 'mysql8.0' })
      new DbInstance(stack, 'db', {
        identifier: 'results',
        engine: 'mysql',
        engineVersion: '8.4.10',
        instanceClass: 'db.m7g.large',
        allocatedStorage: 20,
        skipFinalSnapshot: true,
        parameterGroupName: group.name,
      })
    })
    expect(stderr).toContain('the parameter group is of mysql8.0, the instance of mysql8.4')
  })

  it('Sqoop in a release that has none', async () => {
    const stderr = await applied((stack) => {
      new EmrCluster(stack, 'c', {
        name: 'c',
        releaseLabel: 'emr-7.13.0',
        serviceRole: 'r',
        applications: ['Hadoop', 'Sqoop'],
      })
    })
    expect(stderr).toContain('emr-7.13.0 has no Sqoop')
  })
})

describe('the schema of the bindings', () => {
  it('has what is required, and how blocks nest', () => {
    const cluster = schemaOf('resource', 'aws_emr_cluster')
    const required = Object.entries(cluster.attributes).filter(([, a]) => a.mode === 'required')
    expect(required.map(([name]) => name).sort()).toEqual(['name', 'release_label', 'service_role'])
    expect(cluster.attributes.applications?.type).toEqual(['set', 'string'])
    expect(cluster.attributes.arn?.mode).toBe('computed')
    expect(cluster.blocks.ec2_attributes).toMatchObject({ nesting: 'list', min: 0, max: 1 })
    expect(cluster.blocks.bootstrap_action).toMatchObject({ nesting: 'list', max: 0 })
    expect(schemaOf('resource', 'aws_lb_listener').blocks.default_action).toMatchObject({ min: 1, max: 0 })
    expect(schemaOf('data', 'aws_vpc').attributes.cidr_block_associations?.type).toEqual([
      'list',
      ['object', { association_id: 'string', cidr_block: 'string', state: 'string' }],
    ])
  })

  it('refuses a type that the provider does not have', () => {
    expect(() => schemaOf('resource', 'aws_vpcs')).toThrow('the AWS provider has no resource aws_vpcs')
  })
})
