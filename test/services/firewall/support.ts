import type { HostFacts } from '../../../provisioners/engine/types.ts'
import type { FirewallRules } from '../../../provisioners/services/firewall/resource.ts'
import { desire } from '../../../provisioners/services/index.ts'
import { contextOf } from '../a-context.ts'

type Facts = Readonly<Record<string, HostFacts>>

/** The firewall of a host of a cluster.yml; undefined where it has none. */
export const firewallOf = (text: string, host: string, facts: Facts = {}): FirewallRules | undefined =>
  (desire(contextOf(text, facts))[host] ?? []).find(
    (one): one is FirewallRules => (one.type as string) === 'x-firewall',
  )

/** The text of its rules; '' where it has none. */
export const rules = (text: string, host: string, facts: Facts = {}): string =>
  firewallOf(text, host, facts)?.rules ?? ''
