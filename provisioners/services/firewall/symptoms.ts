import type { KnownSymptom } from '../types.ts'

/** Known failures of the firewall, with their causes. */
export const firewallSymptoms: readonly KnownSymptom[] = [
  {
    name: 'firewall-not-permitted',
    pattern: /netlink.{0,80}Operation not permitted|Could not process rule: Operation not permitted/i,
    cause:
      'nft may not change the rules of this host, as in a container without the capability CAP_NET_ADMIN',
    next: 'write firewall: none in cluster.yml (give the host that capability, or close the ports by other means: docs/security.md); then howdah bootstrap',
  },
]
