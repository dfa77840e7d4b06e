import type { Command } from 'commander'
import type { Runner } from '../program.ts'
import { addGroup, addVerb, clusterArgument, globalsOf, nameList, positiveNumber } from './parts.ts'

/** `howdah pipeline …`: what edX's analytics pipeline needs of the cluster. */
export function pipelineVerbs(program: Command, runner: Runner): void {
  const pipeline = addGroup(program, 'pipeline', {
    summary: "what edX's analytics pipeline needs (check, smoke)",
    description:
      "What edX's analytics pipeline needs of the master and the workers: shell, settings, credentials, HDFS, Hive, Sqoop, streaming. And tasks of the pipeline itself, where its source is on the master.",
    examples: [
      ['howdah pipeline check', 'prove what the pipeline needs'],
      ['howdah pipeline smoke', 'run two of its tasks and compare their rows'],
    ],
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
  addVerb(pipeline, 'smoke', {
    summary: 'run two tasks of the pipeline on generated events',
    description:
      "Runs TotalEventsDailyTask and EnrollmentDailyTask of the pipeline's own source on generated tracking events, and compares all their rows with what the events give. The source is the one that pipeline.source brings, one that remote-task made, or the launch-task on the PATH of the account. The tasks get settings of their own (LUIGI_CONFIG_PATH): databases, directories of HDFS and a warehouse that exist for this run alone. They are removed afterwards, also after a failure or Ctrl-C.",
    examples: [
      ['howdah pipeline smoke', 'the source that cluster.yml names'],
      ['howdah pipeline smoke --environment nightly', 'the one that remote-task --remote-name nightly made'],
      ['howdah pipeline smoke --timeout 3600', 'an hour for each task'],
    ],
  })
    .addArgument(clusterArgument())
    .option(
      '--environment <name>',
      "name of an environment of remote-task, or its absolute path (default: cluster.yml's)",
    )
    .option('--timeout <seconds>', 'how long each task may take (default: 1800)', positiveNumber)
    .action((file, options, command) =>
      runner(globalsOf(command), async (console) =>
        (await import('../verbs/pipeline.ts')).smoke(console, { file, ...options }),
      ),
    )
}
