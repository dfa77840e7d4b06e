import { z } from 'zod'
import { choice, text } from './fields.ts'

/** Who reaches the ports of the daemons: the firewall of the hosts. */

export const firewall = choice(
  ['managed', 'none'],
  '`managed`: every host rejects connections to the ports of its daemons and databases, except those from the hosts of the cluster and from `access` (a table `howdah` of nftables; SSH and other programs are not affected). `none`: Howdah adds no rules, and removes its own. Default: `managed`, but a host where firewalld or ufw is active, or whose kernel has no nf_tables, is left as it is, with a warning; with a section `aws`, `none`, because security groups do this there.',
)

export const access = z
  .strictObject({
    from: z
      .array(text('An address or a range, such as 10.20.0.0/16 or 2001:db8::/48.'))
      .describe(
        'Networks of users and programs outside the cluster. They reach the web pages, HiveServer2, the databases, and what clients of Hadoop need. Without Kerberos whoever reaches these has the rights of every user. Default: none.',
      )
      .optional(),
    hosts: z
      .array(text('An address or a range.'))
      .describe(
        'Addresses that are trusted like the hosts of the cluster: machines that belong to it and are not in `hosts`, and further addresses that its hosts connect from. They reach every port. Default: none.',
      )
      .optional(),
  })
  .describe('Who else reaches the ports of the daemons, where `firewall` is `managed`.')
