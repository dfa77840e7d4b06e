import { describe, expect, it } from 'vitest'
import { ServerRole } from '../../../stacks/constructs/servers/role.ts'
import { Server, type ServerOptions } from '../../../stacks/constructs/servers/server.ts'
import type { Construct } from '../../../stacks/tf.ts'
import { synthesised } from '../support/template.ts'

const infrastructure = { name: 'insights', region: 'eu-west-1' }
const KEY = 'arn:aws:kms:eu-west-1:111122223333:key/one'

const built = (change: Partial<ServerOptions> = {}) => {
  let references: Server['references'] | undefined
  const template = synthesised((scope: Construct) => {
    const role = new ServerRole(scope, 'role', {
      infrastructure,
      kind: 'worker',
      statements: [{ Sid: 'Read', Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::b/*' }],
    })
    references = new Server(scope, 'worker', {
      infrastructure,
      name: 'worker-1',
      roles: ['worker'],
      type: 'm7i.xlarge',
      rootGb: 30,
      dataVolumes: [
        { type: 'gp3', sizeGb: 100, iops: 4000, throughput: 250 },
        { type: 'st1', sizeGb: 500 },
      ],
      image: '/aws/service/debian/release/12/latest/amd64',
      subnetId: 'subnet-1',
      zone: 'eu-west-1b',
      securityGroupId: 'sg-own',
      moreSecurityGroupIds: ['sg-more'],
      key: { keyArn: KEY },
      keyName: 'insights',
      role,
      ...change,
    }).references
  })
  if (references === undefined) throw new Error('no references')
  return { template, references }
}

describe('a server', () => {
  it('is encrypted, monitored, IMDSv2 only, without a public address', () => {
    const host = built().template.only('aws_instance')
    expect(host).toMatchObject({
      instance_type: 'm7i.xlarge',
      subnet_id: 'subnet-1',
      vpc_security_group_ids: ['sg-own', 'sg-more'],
      key_name: 'insights',
      associate_public_ip_address: false,
      monitoring: true,
      ebs_optimized: true,
      metadata_options: { http_tokens: 'required', http_put_response_hop_limit: 1 },
      root_block_device: { encrypted: true, kms_key_id: KEY, volume_size: 30, volume_type: 'gp3' },
      tags: { Name: 'insights-worker-1', Role: 'worker' },
    })
    expect(host.ami).toMatch(/^\$\{data\.aws_ssm_parameter\..*\.insecure_value\}$/)
  })

  it('is never replaced, nor restarted, for a new image or a new mount script', () => {
    const { lifecycle, user_data_replace_on_change } = built().template.only('aws_instance')
    expect(lifecycle).toEqual({ ignore_changes: ['ami', 'user_data', 'associate_public_ip_address'] })
    expect(user_data_replace_on_change).toBeUndefined()
  })

  it('has data volumes that outlive it, in its zone, attached by the names that its script waits for', () => {
    const { template } = built()
    expect(template.only('aws_instance').ebs_block_device).toBeUndefined()
    const volumes = template.resources('aws_ebs_volume')
    expect(Object.values(volumes)).toMatchObject([
      { type: 'gp3', size: 100, iops: 4000, throughput: 250, tags: { Name: 'insights-worker-1-data-1' } },
      { type: 'st1', size: 500, tags: { Name: 'insights-worker-1-data-2' } },
    ])
    for (const volume of Object.values(volumes))
      expect(volume).toMatchObject({
        availability_zone: 'eu-west-1b',
        encrypted: true,
        kms_key_id: KEY,
        lifecycle: { prevent_destroy: true },
      })
    const [one = '', two = ''] = Object.keys(volumes)
    expect(Object.values(template.resources('aws_volume_attachment'))).toMatchObject([
      {
        device_name: '/dev/sdf',
        volume_id: `\${aws_ebs_volume.${one}.id}`,
        stop_instance_before_detaching: true,
      },
      { device_name: '/dev/sdg', volume_id: `\${aws_ebs_volume.${two}.id}` },
    ])
    const script = String(template.only('aws_instance').user_data)
    expect(script).toContain(
      `volumes='/data/1 \${aws_ebs_volume.${one}.id} /dev/sdf\n/data/2 \${aws_ebs_volume.${two}.id} /dev/sdg'`,
    )
    // Data does not wait for the agent, and Terraform reads nothing but the volumes' ids as its own.
    expect(script.match(/filename="[^"]+"/g)).toEqual([
      'filename="1-data-volumes.sh"',
      'filename="2-ssm-agent.sh"',
    ])
    expect(script.match(/(?<!\$)\$\{[^}]*\}/g)).toEqual([
      `\${aws_ebs_volume.${one}.id}`,
      `\${aws_ebs_volume.${two}.id}`,
    ])
    expect(template.only('aws_instance').disable_api_termination).toBe(true)
  })

  it('without data may be terminated and mounts nothing', () => {
    const { template, references } = built({ dataVolumes: [], image: 'ami-0123456789abcdef0' })
    expect(template.types()).not.toContain('aws_ebs_volume')
    const host = template.only('aws_instance')
    expect(String(host.user_data)).toContain('amazon-ssm-eu-west-1')
    expect(String(host.user_data)).not.toContain('howdah-data-volumes')
    expect(host.disable_api_termination).toBe(false)
    expect(host.ami).toBe('ami-0123456789abcdef0')
    expect(template.data('aws_ssm_parameter')).toEqual({})
    expect(references.dataDirs).toEqual([])
  })

  it('depends on its role, which allows Session Manager and the given statements', () => {
    const { template } = built()
    const role = Object.keys(template.resources('aws_iam_role'))[0]
    expect(template.only('aws_iam_role_policy_attachment')).toMatchObject({
      role: `\${aws_iam_role.${role}.name}`,
      policy_arn: 'arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore',
    })
    expect(
      JSON.parse(String(template.only('aws_iam_role').assume_role_policy)).Statement[0].Principal,
    ).toEqual({
      Service: 'ec2.amazonaws.com',
    })
    expect(JSON.parse(String(template.only('aws_iam_role_policy').policy)).Statement).toHaveLength(1)
    const waits = template.only('aws_instance').depends_on as string[]
    for (const type of ['aws_iam_role_policy_attachment', 'aws_iam_role_policy', 'aws_iam_instance_profile'])
      expect(waits.some((address) => address.startsWith(`${type}.`))).toBe(true)
  })

  it('has references: a public address only where it has one', () => {
    expect(built().references).toMatchObject({
      name: 'insights-worker-1',
      publicAddress: '',
      zone: 'eu-west-1b',
      roles: ['worker'],
      dataDirs: ['/data/1', '/data/2'],
      securityGroupId: 'sg-own',
    })
    const open = built({ publicAddress: true })
    expect(open.references.publicAddress).not.toBe('')
    expect(open.template.only('aws_instance').associate_public_ip_address).toBe(false)
    const host = Object.keys(open.template.resources('aws_instance'))[0]
    expect(open.template.only('aws_eip')).toMatchObject({
      domain: 'vpc',
      instance: `\${aws_instance.${host}.id}`,
    })
    expect(built().template.types()).not.toContain('aws_eip')
  })
})
