import type { Command } from 'commander'
import type { Runner } from '../program.ts'
import { addGroup, addVerb, clusterArgument, globalsOf, nameList } from './parts.ts'

/** `howdah pipeline …`: what edX's analytics pipeline finds on the cluster. */
export function pipelineVerbs(program: Command, runner: Runner): void {
  const pipeline = addGroup(program, 'pipeline', {
    summary: "what edX's analytics pipeline needs (check)",
    description:
      "What edX's analytics pipeline needs of the master and the workers: shell, settings, credentials, HDFS, Hive, Sqoop, streaming.",
    examples: [['howdah pipeline check', 'prove all of it']],
  })
  addVerb(pipeline, 'check', {
    summary: 'prove each item as a run of the pipeline would use it',
    description:
      'Proves each item that the pipeline needs, in the way that a run of the pipeline would use it: shell, settings, credentials, HDFS, Hive, Sqoop, streaming. Afterwards it removes what it made.',
    examples: [
      ['howdah pipeline check', 'all checks'],
      ['howdah pipeline check --only shell,settings,workers', 'these checks alone'],
    ],
  })
    .addArgument(clusterArgument())
    .option('--only <names>', 'run only these checks; put commas between the names', nameList)
    .action((file, options, command) =>
      runner(globalsOf(command), async (console) =>
        (await import('../verbs/pipeline.ts')).check(console, { file, ...options }),
      ),
    )
}
