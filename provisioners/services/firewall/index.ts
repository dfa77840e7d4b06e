import { render } from '../../../hadoop-templates/index.ts'
import type { Host } from '../../config/types.ts'
import type { Resource } from '../../engine/types.ts'
import { directory } from '../support/resources.ts'
import type { ComponentContext, HealthCheck, Service } from '../types.ts'
import { COMPONENT, ETC, FIREWALL_ID, RULES } from './names.ts'
import { guardedPorts, numbersOf } from './ports.ts'
import { type FirewallRules, firewallRules } from './resource.ts'
import { rulesOf } from './rules.ts'
import { LOAD, LOADED, SITUATION } from './scripts.ts'
import { firewallSymptoms } from './symptoms.ts'

const PACKAGE = 'package:nftables'

/** Whether Howdah adds rules on a host: something listens there that not everybody may reach. */
const hasFirewall = (host: Host, context: Pick<ComponentContext, 'cluster'>): boolean =>
  context.cluster.firewall !== 'none' && guardedPorts(host, context).length > 0

const portList = (host: Host, context: ComponentContext): string =>
  [...new Set(guardedPorts(host, context).map(numbersOf))].join(', ')

function resources(host: Host, context: ComponentContext): readonly Resource[] {
  if (!hasFirewall(host, context)) return []
  const rules: FirewallRules = {
    type: 'x-firewall',
    id: FIREWALL_ID,
    component: COMPONENT,
    rules: rulesOf(host, context),
    unit: render('systemd/firewall.service', { rules: RULES, load: LOAD }),
    required: context.cluster.firewall === 'managed',
    ports: portList(host, context),
    after: [PACKAGE, `directory:${ETC}`],
  }
  return [
    {
      ...{ type: 'package', id: PACKAGE, component: COMPONENT, names: ['nftables'] },
      next: 'add a package source with nftables on the host; or write `firewall: none`, and close the ports by other means (docs/security.md)',
    },
    directory(COMPONENT, ETC),
    rules,
  ]
}

/** A host that another program guards is healthy: its plan has a warning. */
const healthScript = (required: boolean): string =>
  [
    SITUATION,
    LOADED,
    `case $manager:$kernel in`,
    `  none:yes) ;;`,
    required
      ? `  *) echo "no rules: another manager is $manager, nf_tables in the kernel is $kernel"; exit 1 ;;`
      : `  *) echo "left as it is: another manager is $manager, nf_tables in the kernel is $kernel"; exit 0 ;;`,
    'esac',
    'case $loaded in',
    '  no) echo "the rules are not loaded, so everybody reaches the ports of this host"; exit 1 ;;',
    '  changed) echo "the rules of the kernel are not those of Howdah"; exit 1 ;;',
    '  *) echo "the rules are loaded" ;;',
    'esac',
  ].join('\n')

const healthChecks = (context: ComponentContext): HealthCheck[] =>
  context.cluster.hosts
    .filter((host) => hasFirewall(host, context))
    .map((host) => ({
      name: 'firewall',
      host: host.name,
      title: `firewall of ${host.name}`,
      script: healthScript(context.cluster.firewall === 'managed'),
      next: `howdah bootstrap --only ${COMPONENT} --host ${host.name}`,
    }))

/**
 * A unit starts after the firewall of its host, so that its port is never open to everybody. A daemon on another host
 * that waits for the unit then also waits until its own address is admitted.
 */
export function behindFirewall(resources: readonly Resource[]): readonly Resource[] {
  if (!resources.some(({ id }) => id === FIREWALL_ID)) return resources
  return resources.map((one) =>
    one.type === 'unit' ? { ...one, after: [...(one.after ?? []), FIREWALL_ID] } : one,
  )
}

/** Who reaches the ports of a host: rules of nftables that admit the hosts of the cluster and `access`. */
export const firewall: Service = {
  name: COMPONENT,
  needs: ['addresses'],
  resources,
  healthChecks,
  symptoms: firewallSymptoms,
  types: [firewallRules],
}
