import { Argument, type Command } from 'commander'
import type { Runner } from '../program.ts'
import { changeVerbs } from './change-verbs.ts'
import { addGroup, addVerb, clusterArgument, globalsOf } from './parts.ts'

/** `howdah schedule …`: the jobs that run on a schedule. */
export function scheduleVerbs(program: Command, runner: Runner): void {
  const schedule = addGroup(program, 'schedule', {
    summary: 'jobs that run automatically (plan, apply, run, status)',
    description:
      "The jobs that run automatically: edX's daily set, or your own. howdah bootstrap includes them; these verbs change nothing else.",
    examples: [
      ['howdah schedule plan && howdah schedule apply', 'show what would change, then change it'],
      ['howdah schedule status', 'next run, last run and log of every job'],
    ],
  })
  changeVerbs(schedule, runner, {
    plan: {
      summary: 'show which jobs would be added, changed or removed',
      description: 'Shows which jobs would be added, changed or removed. Nothing is changed.',
      examples: [['howdah schedule plan', 'show the schedule of ./cluster.yml']],
    },
    name: 'apply',
    change: {
      summary: 'show the plan, ask, and apply it',
      description: 'Shows what howdah schedule plan shows, asks for consent, and applies it.',
      examples: [
        ['howdah schedule apply', 'show, ask, apply'],
        ['howdah schedule apply --yes', 'apply without a question'],
      ],
    },
    load: () => import('../verbs/schedule.ts'),
  })
  addVerb(schedule, 'run', {
    summary: 'run a job now and show its log',
    description: 'Runs a job now and shows its log. Ctrl-C stops showing the log; the job goes on.',
    examples: [['howdah schedule run enrollments', 'run the job enrollments']],
  })
    .addArgument(new Argument('<job>', 'the name of the job'))
    .addArgument(clusterArgument())
    .action((job, file, _options, command) =>
      runner(globalsOf(command), async (console) =>
        (await import('../verbs/schedule.ts')).run(console, { file, job }),
      ),
    )
  addVerb(schedule, 'status', {
    summary: 'show when each job runs next and how it ended last',
    description: 'Shows for each job when it runs next, how its last run ended, and where the log is.',
    examples: [
      ['howdah schedule status', 'all jobs'],
      ['howdah schedule status --job enrollments', 'the history of one job'],
    ],
  })
    .addArgument(clusterArgument())
    .option('--job <name>', 'show the history of this job')
    .action((file, options, command) =>
      runner(globalsOf(command), async (console) =>
        (await import('../verbs/schedule.ts')).status(console, { file, ...options }),
      ),
    )
}
