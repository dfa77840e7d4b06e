import {
  CloudwatchLogGroup,
  Construct,
  Wafv2WebAcl,
  Wafv2WebAclAssociation,
  Wafv2WebAclLoggingConfiguration,
} from '../tf.ts'
import type { KeyReferences } from './references.ts'

export interface WebAclOptions {
  readonly name: string
  readonly key: KeyReferences
}

interface ManagedRules {
  readonly name: string
  /** count: a match is logged and allowed. */
  readonly effect: 'block' | 'count'
}

/** AWS's managed rules, in the order of evaluation. KnownBadInputs covers Log4j's CVE-2021-44228. */
const RULES: readonly ManagedRules[] = [
  { name: 'AWSManagedRulesAmazonIpReputationList', effect: 'block' },
  // Course teams use VPNs, and networks of universities that look like hosting providers.
  { name: 'AWSManagedRulesAnonymousIpList', effect: 'count' },
  { name: 'AWSManagedRulesCommonRuleSet', effect: 'block' },
  { name: 'AWSManagedRulesKnownBadInputsRuleSet', effect: 'block' },
]

const LOG_DAYS = 365

const visibility = (metricName: string) => ({
  cloudwatchMetricsEnabled: true,
  sampledRequestsEnabled: true,
  metricName,
})

/** A web ACL with AWS's managed rules, and its log. */
export class WebAcl extends Construct {
  readonly #acl: Wafv2WebAcl

  constructor(scope: Construct, id: string, { name, key }: WebAclOptions) {
    super(scope, id)
    this.#acl = new Wafv2WebAcl(this, 'acl', {
      name,
      description: 'Managed rules in front of a public load balancer',
      scope: 'REGIONAL',
      defaultAction: { allow: {} },
      rule: RULES.map((rule, i) => ({
        name: rule.name,
        priority: i + 1,
        overrideAction: rule.effect === 'block' ? { none: {} } : { count: {} },
        // The bindings pass a statement on as it is, so the names are Terraform's.
        statement: { managed_rule_group_statement: { vendor_name: 'AWS', name: rule.name } },
        visibilityConfig: visibility(rule.name),
      })),
      visibilityConfig: visibility(name),
      tags: { Name: name },
    })
    this.#logTo(name, key)
  }

  /** Associates the rules with a load balancer. */
  guard(balancerArn: string): this {
    new Wafv2WebAclAssociation(this, 'association', { resourceArn: balancerArn, webAclArn: this.#acl.arn })
    return this
  }

  #logTo(name: string, key: KeyReferences): void {
    const logs = new CloudwatchLogGroup(this, 'logs', {
      // WAF writes only to groups whose name begins like this.
      name: `aws-waf-logs-${name}`,
      retentionInDays: LOG_DAYS,
      kmsKeyId: key.keyArn,
    })
    new Wafv2WebAclLoggingConfiguration(this, 'logging', {
      resourceArn: this.#acl.arn,
      logDestinationConfigs: [logs.arn],
      redactedFields: ['authorization', 'cookie'].map((header) => ({ singleHeader: { name: header } })),
    })
  }
}
