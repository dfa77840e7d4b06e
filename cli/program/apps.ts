import type { Command } from 'commander'
import type { Runner } from '../program.ts'
import { changeVerbs } from './change-verbs.ts'
import { addGroup, addVerb, clusterArgument, globalsOf } from './parts.ts'

/** `howdah apps …`: edX's Data API and Insights, on their hosts. */
export function appsVerbs(program: Command, runner: Runner): void {
  const apps = addGroup(program, 'apps', {
    summary: 'the Data API and Insights (plan, update, status)',
    description:
      "edX's Data API and Insights: their proxies, certificates, settings and hooks. howdah bootstrap includes them; these verbs change nothing else.",
    examples: [['howdah apps plan && howdah apps update', 'show what would change, then change it']],
  })
  changeVerbs(apps, runner, {
    plan: {
      summary: 'show what would change on their hosts and in their databases',
      description:
        'Shows what would change on the hosts of the applications and in their databases. Nothing is changed.',
      examples: [['howdah apps plan', 'show the applications of ./cluster.yml']],
    },
    name: 'update',
    change: {
      summary: 'show the plan, ask, and apply it',
      description:
        'Shows what howdah apps plan shows, asks for consent, and applies it. The result store must exist already: howdah bootstrap makes it.',
      examples: [
        ['howdah apps update', 'show, ask, apply'],
        ['howdah apps update --yes', 'apply without a question'],
      ],
    },
    load: () => import('../verbs/apps.ts'),
  })
  addVerb(apps, 'status', {
    summary: 'ask every application for its health, through its proxy',
    description:
      'Connects to every proxy by TLS, and asks the application behind it for its health. Nothing is changed.',
    examples: [['howdah apps status', 'check the applications of ./cluster.yml']],
  })
    .addArgument(clusterArgument())
    .action((file, _options, command) =>
      runner(globalsOf(command), async (console) =>
        (await import('../verbs/apps.ts')).status(console, { file }),
      ),
    )
}
