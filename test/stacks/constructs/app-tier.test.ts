import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import type { InfrastructureApp } from '../../../provisioners/config/infrastructure/types.ts'
import { type AppKind, AppTier } from '../../../stacks/constructs/app-tier/index.ts'
import { installerScript } from '../../../stacks/constructs/app-tier/user-data.ts'
import { RuledGroup } from '../../../stacks/constructs/security-group.ts'
import { anApp, largeHadoop } from '../support/infrastructures.ts'
import { aBucket, aKey, aNetwork } from '../support/references.ts'
import { synthesised } from '../support/template.ts'

const aPublicApp: InfrastructureApp = { ...anApp, internal: false, allow: ['0.0.0.0/0'], waf: true }

const tier = (app: InfrastructureApp = anApp, kind: AppKind = 'api', network = aNetwork) =>
  synthesised((scope) => {
    new AppTier(scope, kind, {
      infrastructure: largeHadoop,
      kind,
      app,
      network,
      key: aKey,
      configuration: aBucket('insights-config-example'),
      accessLogs: aBucket('insights-logs-alb'),
      keyName: 'insights',
    })
  })

const without = <K extends keyof InfrastructureApp>(
  app: InfrastructureApp,
  ...keys: K[]
): InfrastructureApp =>
  Object.fromEntries(
    Object.entries(app).filter(([key]) => !keys.includes(key as K)),
  ) as unknown as InfrastructureApp

describe('the load balancer', () => {
  it('is in private subnets when internal, in public ones when not', () => {
    expect(tier().only('aws_lb')).toMatchObject({
      internal: true,
      subnets: aNetwork.privateSubnetIds,
      drop_invalid_header_fields: true,
      enable_deletion_protection: true,
      access_logs: { bucket: 'insights-logs-alb', prefix: 'api', enabled: true },
    })
    expect(tier(aPublicApp).only('aws_lb')).toMatchObject({
      internal: false,
      subnets: aNetwork.publicSubnetIds,
    })
  })

  it('ends TLS with a current policy, and sends plain HTTP there', () => {
    const template = tier()
    const https = template.having('aws_lb_listener', { port: 443 })
    expect(https).toHaveLength(1)
    expect(https[0]).toMatchObject({
      protocol: 'HTTPS',
      ssl_policy: 'ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09',
    })
    const http = template.having('aws_lb_listener', { port: 80 })
    expect(http[0]?.default_action).toMatchObject([
      { type: 'redirect', redirect: { port: '443', protocol: 'HTTPS', status_code: 'HTTP_301' } },
    ])
    expect(Object.keys(template.resources('aws_lb_listener'))).toHaveLength(2)
  })

  it('checks the health path at the port of the application', () => {
    expect(tier().only('aws_lb_target_group')).toMatchObject({
      port: 8100,
      protocol: 'HTTP',
      health_check: { path: '/health' },
      lifecycle: { create_before_destroy: true },
    })
  })

  it('has another target group for another port, so that the listener can move', () => {
    const names = [8100, 8200].map((port) => tier({ ...anApp, port }).only('aws_lb_target_group').name)
    expect(new Set(names).size).toBe(2)
  })

  it('is open to the allowed networks only', () => {
    const rules = tier({ ...anApp, allow: ['10.20.0.0/16', '192.0.2.0/24'] }).having(
      'aws_vpc_security_group_ingress_rule',
      {},
    )
    const byCidr = rules.filter((rule) => rule.cidr_ipv4 !== undefined && rule.from_port !== 22)
    expect(byCidr.map((rule) => `${rule.cidr_ipv4}:${rule.from_port}-${rule.to_port}`).sort()).toEqual([
      '10.20.0.0/16:443-443',
      '10.20.0.0/16:80-80',
      '192.0.2.0/24:443-443',
      '192.0.2.0/24:80-80',
    ])
  })

  it('admits another application by its group', () => {
    const template = synthesised((scope) => {
      const api = new AppTier(scope, 'api', {
        infrastructure: largeHadoop,
        kind: 'api',
        app: anApp,
        network: aNetwork,
        key: aKey,
        configuration: aBucket('c'),
        accessLogs: aBucket('l'),
      })
      const insights = new RuledGroup(scope, 'insights', { name: 'i', vpcId: 'vpc-1', description: 'i' })
      api.admit('insights', insights, 'Insights reads through the Data API')
    })
    const why = { description: 'Insights reads through the Data API', from_port: 443 }
    expect(template.having('aws_vpc_security_group_ingress_rule', why)).toHaveLength(1)
    expect(template.having('aws_vpc_security_group_egress_rule', why)).toHaveLength(1)
  })
})

describe('the certificate', () => {
  it('is requested and validated by DNS where a zone is named', () => {
    const template = tier()
    expect(template.only('aws_acm_certificate')).toMatchObject({
      domain_name: 'api.analytics.example.org',
      validation_method: 'DNS',
      lifecycle: { create_before_destroy: true },
    })
    const [https] = template.having('aws_lb_listener', { port: 443 })
    expect(https?.certificate_arn).toMatch(/^\$\{aws_acm_certificate_validation\..*\.certificate_arn\}$/)
    expect(template.having('aws_route53_record', { type: 'A' })).toHaveLength(1)
    expect(Object.keys(template.resources('aws_route53_record'))).toHaveLength(2)
  })

  it("is the one that was given; without a zone the records are the operator's", () => {
    const template = tier(
      without({ ...anApp, certificateArn: 'arn:aws:acm:eu-west-1:1:certificate/c' }, 'hostedZone'),
    )
    for (const type of ['aws_acm_certificate', 'aws_route53_record'])
      expect(template.types()).not.toContain(type)
    expect(template.having('aws_lb_listener', { port: 443 })[0]?.certificate_arn).toBe(
      'arn:aws:acm:eu-west-1:1:certificate/c',
    )
  })

  it('is asked for by the name of its field where there is neither', () => {
    expect(() => tier(without(anApp, 'hostedZone'))).toThrow(/api\.certificateArn.*api\.hostedZone/s)
  })

  it('a load balancer in one zone is refused', () => {
    const network = { ...aNetwork, privateSubnetIds: ['subnet-priv-a'] }
    expect(() => tier(anApp, 'api', network)).toThrow(/subnets in two zones/)
  })
})

describe('the web ACL', () => {
  it('protects a public load balancer, with the rules against Log4j, and logs', () => {
    const template = tier(aPublicApp)
    const rules = template.only('aws_wafv2_web_acl').rule as Record<string, unknown>[]
    expect(rules.map((rule) => [rule.name, Object.keys(rule.override_action as object)])).toEqual([
      ['AWSManagedRulesAmazonIpReputationList', ['none']],
      ['AWSManagedRulesAnonymousIpList', ['count']],
      ['AWSManagedRulesCommonRuleSet', ['none']],
      ['AWSManagedRulesKnownBadInputsRuleSet', ['none']],
    ])
    expect(rules[3]?.statement).toEqual({
      managed_rule_group_statement: { vendor_name: 'AWS', name: 'AWSManagedRulesKnownBadInputsRuleSet' },
    })
    expect(template.only('aws_wafv2_web_acl_association').resource_arn).toMatch(/aws_lb\./)
    expect(template.only('aws_cloudwatch_log_group')).toMatchObject({
      name: 'aws-waf-logs-insights-api',
      kms_key_id: aKey.keyArn,
    })
    expect(template.only('aws_wafv2_web_acl_logging_configuration').redacted_fields).toEqual([
      { single_header: { name: 'authorization' } },
      { single_header: { name: 'cookie' } },
    ])
  })

  it.each([
    ['an internal one', { ...anApp, waf: true }],
    ['one whose operator does without', { ...aPublicApp, waf: false }],
  ] as const)('is not before %s', (_who, app) => {
    expect(tier(app).types()).not.toContain('aws_wafv2_web_acl')
  })
})

describe('the application servers', () => {
  it('have no public address, an encrypted disk and no old metadata service', () => {
    expect(tier().only('aws_launch_template')).toMatchObject({
      instance_type: 'm7i.large',
      image_id: 'resolve:ssm:/aws/service/debian/release/12/latest/amd64',
      metadata_options: { http_tokens: 'required', http_put_response_hop_limit: 1 },
      network_interfaces: [{ associate_public_ip_address: 'false' }],
      block_device_mappings: [
        { device_name: '/dev/xvda', ebs: { encrypted: 'true', kms_key_id: aKey.keyArn } },
      ],
    })
  })

  it('take the image of their processor', () => {
    const image = tier({ ...anApp, type: 'm7g.large' }).only('aws_launch_template').image_id
    expect(image).toMatch(/arm64$/)
  })

  it('are as many as was said, in private subnets, checked by the load balancer, replaced by turns', () => {
    expect(tier({ ...anApp, min: 1, desired: 3, max: 5 }).only('aws_autoscaling_group')).toMatchObject({
      min_size: 1,
      desired_capacity: 3,
      max_size: 5,
      vpc_zone_identifier: aNetwork.privateSubnetIds,
      health_check_type: 'ELB',
      instance_refresh: { strategy: 'Rolling' },
      lifecycle: { ignore_changes: ['desired_capacity'] },
    })
  })

  it('have the tags of the deployment at launch, which the provider would not give them', () => {
    const template = tier()
    const tags = template.only('aws_autoscaling_group').tag as { key: string; propagate_at_launch: boolean }[]
    expect(tags.map((tag) => tag.key).sort()).toEqual(['Deployment', 'ManagedBy', 'Name', 'Project', 'Role'])
    expect(tags.every((tag) => tag.propagate_at_launch)).toBe(true)
    const specified = template.only('aws_launch_template').tag_specifications as { tags: object }[]
    expect(specified).toHaveLength(3)
    for (const each of specified) expect(each.tags).toMatchObject({ Role: 'api', Deployment: 'large-hadoop' })
  })

  it('grow with their load where they may grow, and have no policy where they may not', () => {
    expect(
      tier().only('aws_autoscaling_policy').target_tracking_configuration as Record<string, unknown>,
    ).toMatchObject({ target_value: 60 })
    expect(tier({ ...anApp, min: 2, max: 2 }).types()).not.toContain('aws_autoscaling_policy')
  })

  it('are asked by their load balancer alone, at one port', () => {
    const rules = tier(aPublicApp).having('aws_vpc_security_group_ingress_rule', { from_port: 8100 })
    expect(rules).toHaveLength(1)
    expect(rules[0]?.to_port).toBe(8100)
    expect(rules[0]).not.toHaveProperty('cidr_ipv4')
  })

  it('read their installer from the configuration bucket, and nothing else of it', () => {
    const policy = JSON.parse(String(tier().only('aws_iam_role_policy').policy))
    expect(policy.Statement.map((s: { Action: string; Resource: string }) => [s.Action, s.Resource])).toEqual(
      [
        ['s3:ListBucket', 'arn:aws:s3:::insights-config-example'],
        [
          's3:GetObject',
          ['apps/api', 'apps/api/*'].map((key) => `arn:aws:s3:::insights-config-example/${key}`),
        ],
        ['kms:Decrypt', aKey.keyArn],
      ],
    )
    expect(policy.Statement[0].Condition.StringLike['s3:prefix']).toEqual(['apps/api', 'apps/api/*'])
  })
})

describe('the first boot of an application server', () => {
  it('installs the agent of Session Manager, then what the operator put there', () => {
    const template = tier()
    const local = /^\$\{base64encode\(local\.(\S+)\)\}$/.exec(
      String(template.only('aws_launch_template').user_data),
    )?.[1]
    const data = (template.json.locals as Record<string, string>)[local ?? ''] ?? ''
    expect(data.match(/filename="[^"]+"/g)).toEqual([
      'filename="1-ssm-agent.sh"',
      'filename="2-app-server.sh"',
    ])
    expect(data).toContain("installer='s3://insights-config-example/apps/api/install'")
  })

  const root = mkdtempSync(join(tmpdir(), 'howdah-app-server-'))
  afterEach(() => rmSync(root, { recursive: true, force: true }))

  /** Runs the script with an `aws` whose answers are the given shell. */
  const boot = (aws: string): { code: number; text: string } => {
    mkdirSync(join(root, 'bin'), { recursive: true })
    writeFileSync(join(root, 'bin/aws'), `#!/bin/sh\necho "aws $*" >> "${root}/asked"\n${aws}\n`)
    chmodSync(join(root, 'bin/aws'), 0o755)
    writeFileSync(join(root, 'script'), installerScript('s3://c/p/apps/api/install', 'eu-west-1'))
    try {
      const text = execFileSync('sh', ['-c', `sh ${root}/script 2>&1`], {
        encoding: 'utf8',
        env: {
          PATH: `${root}/bin:${process.env.PATH}`,
          HOWDAH_ROOT: root,
          HOWDAH_PAUSE: '0',
          HOWDAH_ATTEMPTS: '3',
        },
      })
      return { code: 0, text }
    } catch (error) {
      const failed = error as { status: number; stdout: string }
      return { code: failed.status, text: failed.stdout }
    }
  }

  it('fetches the installer and runs it, after a refusal by a role that is new', () => {
    const { code, text } = boot(`
      case "$4" in
        ls) [ -e "${root}/again" ] || { touch "${root}/again"; echo AccessDenied >&2; exit 254; }; echo install ;;
        cp) printf '#!/bin/sh\\necho installed > "${root}/done"\\n' > "$7" ;;
      esac`)
    expect(text).toContain('running s3://c/p/apps/api/install')
    expect(code).toBe(0)
    expect(existsSync(join(root, 'done'))).toBe(true)
  })

  it('says what to do where there is none, and does not fail', () => {
    const { code, text } = boot('exit 1')
    expect(code).toBe(0)
    expect(text).toContain('nothing at s3://c/p/apps/api/install')
  })

  it("fails with AWS's message for a permanent refusal", () => {
    const { code, text } = boot('echo "AccessDenied for you" >&2; exit 254')
    expect(code).toBe(1)
    expect(text).toContain('AccessDenied for you')
  })

  it('runs nothing of a copy that broke off', () => {
    const { code } = boot(`case "$4" in ls) echo install ;; cp) echo half > "$7"; exit 1 ;; esac`)
    expect(code).toBe(1)
    expect(existsSync(join(root, 'usr/local/lib/howdah/install-app'))).toBe(false)
  })
})
