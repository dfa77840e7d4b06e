import type { Command } from 'commander'
import type { GlobalOptions } from '../console.ts'
import type { Runner } from '../program.ts'

/** `howdah pipeline …`: what edX's analytics pipeline finds on the cluster. */
export function pipelineVerbs(program: Command, runner: Runner): void {
  const globals = (command: Command): GlobalOptions => command.optsWithGlobals()
  const pipeline = program
    .command('pipeline')
    .description("what edX's analytics pipeline finds on the master and the workers")
  pipeline
    .command('check [file]')
    .description(
      'prove each item of its contract as a run would use it: shell, settings, credentials, HDFS, Hive, Sqoop, streaming',
    )
    .option('--only <names>', 'only these checks, with commas between them', (text: string) =>
      text.split(','),
    )
    .addHelpText(
      'after',
      '\nExamples:\n  howdah pipeline check\n  howdah pipeline check --only shell,settings,workers',
    )
    .action((file = 'cluster.yml', options, command) =>
      runner(globals(command), async (console) =>
        (await import('../verbs/pipeline.ts')).check(console, { file, ...options }),
      ),
    )
}
