import type { Command } from 'commander'
import type { Runner } from '../program.ts'
import { changeVerbs } from './change-verbs.ts'
import { addGroup } from './parts.ts'

/** `howdah users …`: the users who log in, on every host of the cluster. */
export function usersVerbs(program: Command, runner: Runner): void {
  const users = addGroup(program, 'users', {
    summary: 'who may log in on which host (plan, update)',
    description:
      'Accounts, SSH keys and sudo rules of the users who log in, on every host of the cluster. howdah bootstrap includes them; these verbs change nothing else.',
    examples: [['howdah users plan && howdah users update', 'show what would change, then change it']],
  })
  changeVerbs(users, runner, {
    plan: {
      summary: 'show which accounts, keys and sudo rules would change',
      description:
        'Shows which accounts, keys and sudo rules would change, and which users of the hosts are not in cluster.yml. Nothing is changed.',
      examples: [['howdah users plan', 'show the users of ./cluster.yml']],
    },
    name: 'update',
    change: {
      summary: 'show the plan, ask, and apply it',
      description: 'Shows what howdah users plan shows, asks for consent, and applies it.',
      examples: [
        ['howdah users update', 'show, ask, apply'],
        ['howdah users update --yes', 'apply without a question'],
      ],
    },
    load: () => import('../verbs/users.ts'),
  })
}
