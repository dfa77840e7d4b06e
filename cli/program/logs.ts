import type { Command } from 'commander'
import type { Runner } from '../program.ts'
import { changeVerbs } from './change-verbs.ts'
import { addGroup, addVerb, clusterArgument, globalsOf } from './parts.ts'

/** `howdah logs …`: the tracking logs, from the hosts of the LMS to HDFS. */
export function logsVerbs(program: Command, runner: Runner): void {
  const logs = addGroup(program, 'logs', {
    summary: 'tracking logs to HDFS (plan, apply, ship, status)',
    description:
      "The LMS's tracking logs, from its hosts to HDFS. howdah bootstrap sets this up; these verbs change nothing else, send logs at once, and show what arrived.",
    examples: [
      ['howdah logs apply && howdah logs ship', 'set up the shipping, then send what waits'],
      ['howdah logs status', 'show what arrived and what is missing'],
    ],
  })
  changeVerbs(logs, runner, {
    plan: {
      summary: 'show what would change for the tracking logs',
      description:
        'Shows what would change: the rule of logrotate, the service that ships the logs, the directories of HDFS. Nothing is changed.',
      examples: [['howdah logs plan', 'show the plan of ./cluster.yml']],
    },
    name: 'apply',
    change: {
      summary: 'show the plan, ask, and apply it',
      description: 'Shows what howdah logs plan shows, asks for consent, and applies it.',
      examples: [
        ['howdah logs apply', 'show, ask, apply'],
        ['howdah logs apply --yes', 'apply without a question'],
      ],
    },
    load: () => import('../verbs/logs.ts'),
  })
  addVerb(logs, 'ship', {
    summary: 'send the waiting logs now',
    description:
      'Sends the waiting logs of every source now, without waiting for the timer. Exits with 15 when a source could not send all, or when a file needs your attention.',
    examples: [['howdah logs ship', 'send from every source of ./cluster.yml']],
  })
    .addArgument(clusterArgument())
    .action((file, options, command) =>
      runner(globalsOf(command), async (console) =>
        (await import('../verbs/logs.ts')).ship(console, { file, ...options }),
      ),
    )
  addVerb(logs, 'status', {
    summary: 'show what was shipped, what waits, and what is wrong',
    description:
      'Shows what was shipped and what waits, and lists conflicts, duplicates, damaged files and missing days. Exits with 17 when something needs your attention.',
    examples: [['howdah logs status', 'show every source of ./cluster.yml']],
  })
    .addArgument(clusterArgument())
    .action((file, options, command) =>
      runner(globalsOf(command), async (console) =>
        (await import('../verbs/logs.ts')).status(console, { file, ...options }),
      ),
    )
}
