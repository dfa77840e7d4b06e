import { z } from 'zod'
import { choice, matching, newAccount, text } from './fields.ts'
import { ofKind } from './kinds.ts'

/** The users of cluster.yml. */

/** One line without a continuation: a second line would be a rule for another user. */
const oneLine = (about: string) =>
  matching(/^[^\p{Cc}]*[^\p{Cc}\s\\]$/u, 'one line of text, without a backslash at its end', about)

const GITHUB_LOGIN = /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})$/

const keySource = z
  .strictObject({
    file: text('A file on this machine with one key per line, as in authorized_keys.').optional(),
    url: text(
      'An https address that returns one key per line. http is accepted only from this machine.',
    ).optional(),
    command: oneLine(
      'A command on this machine that prints one key per line. `HOWDAH_USER` holds the name of the user.',
    ).optional(),
  })
  .meta({ minProperties: 1, maxProperties: 1 })
  .describe('A further source of keys: `file`, `url` or `command`.')

export const user = z
  .strictObject({
    name: newAccount('Login name. The home is /home/<name>.'),
    type: choice(
      ['admin', 'restricted', 'plain'],
      '`admin`: may do anything by sudo, in the group edxadmin. `restricted`: may run only the linked commands. `plain`: an ordinary account. Default: plain.',
    ).optional(),
    state: choice(
      ['present', 'absent'],
      '`absent` removes the account: home, sudo rules, group memberships and running sessions. Default: present.',
    ).optional(),
    github: z
      .union([z.boolean(), ofKind('pattern', z.string().regex(GITHUB_LOGIN))], {
        error: 'true, false, or a login of GitHub',
      })
      .describe(
        'Use the public keys of this GitHub login; true: the login is the name of the account. Default: false.',
      )
      .optional(),
    authorizedKeys: z
      .array(oneLine('A public key, as a line of authorized_keys.'))
      .describe('Public keys. They are merged with those of GitHub and of the other sources.')
      .optional(),
    keySources: z
      .array(keySource)
      .describe('Further sources of public keys, read on this machine.')
      .optional(),
    sudoCommands: z
      .array(oneLine('The rule, such as `ALL=(hadoop) NOPASSWD: /usr/bin/hive`.'))
      .describe(
        'What the user may do by sudo: each entry is what follows the name in a line of sudoers. visudo checks it.',
      )
      .optional(),
    links: z
      .array(
        matching(
          /^(\/[^\s\0]*)?[A-Za-z0-9_.+-]+$/,
          'the name of a command in /usr/bin, or its absolute path',
          'A command: a name in /usr/bin, or an absolute path.',
        ),
      )
      .describe('Commands that a restricted user may run. Default: [sudo].')
      .optional(),
    expires: matching(
      /^\d{4}-\d{2}-\d{2}$/,
      'a date such as 2027-03-31',
      'The day (UTC) from which nobody can log in to the account. Default: it does not expire.',
    ).optional(),
  })
  .describe('A user.')

export const githubBaseUrl = matching(
  /^https?:\/\/[^\s/]+\S*$/,
  'an https address',
  'Address that returns the public keys of GitHub logins, as <address>/<login>.keys; for GitHub Enterprise, its address. Default: https://github.com.',
)

export type UserInput = z.infer<typeof user>
