import type { Symptom } from '../../engine/types.ts'

/** Known failures of the firewall, with their causes. */
export const firewallSymptoms: readonly Symptom[] = [
  {
    pattern: /netlink.*Operation not permitted|Could not process rule: Operation not permitted/i,
    cause:
      'nft may not change the rules of this host, as in a container without the capability CAP_NET_ADMIN',
    next: 'give the host that capability; or write `firewall: none` and close the ports by other means (docs/security.md)',
  },
]
