import { services } from '../../services/index.ts'
import type { KnownSymptom } from '../../services/types.ts'

/** docs/troubleshooting.md, from the rule base. */

const TITLES: Readonly<Record<string, string>> = {
  system: 'Hosts: disks, memory, ports, names, units',
  users: 'Users',
  java: 'Java',
  'result-store': 'Database servers',
  hdfs: 'HDFS',
  yarn: 'YARN and its jobs',
  mapreduce1: 'MapReduce of Hadoop 1',
  zookeeper: 'ZooKeeper',
  hive: 'Hive',
  sqoop: 'Sqoop',
  'tracking-logs': 'Tracking logs',
  apps: 'Applications',
  scheduler: 'Schedule',
  pipeline: 'Pipeline',
}

const cell = (text: string): string =>
  text.replaceAll('|', '\\|').replaceAll('<', '&lt;').replaceAll('*', '\\*')

const rowOf = (symptom: KnownSymptom): string =>
  `| \`${symptom.name}\`${symptom.note ? ' (note)' : ''} | ${cell(symptom.cause)} | ${cell(symptom.next)} | ${(symptom.generations ?? ['every']).map((one) => one.replace('hadoop', 'Hadoop ')).join(', ')} |`

/** The page as text. */
export const troubleshootingPage = (): string =>
  `${[
    '# Troubleshooting by symptom',
    '',
    'Howdah knows the messages below. `howdah doctor` looks for them in the logs of a cluster, and a run that fails names the',
    'cause when the output of the failed step has one of them. Where a text has several, the first in the order of this',
    'page counts, except that rules about a unit that ended come last.',
    '',
    '```sh',
    'howdah doctor                     # the last day',
    'howdah doctor --since 30m         # the last half hour',
    'howdah doctor --json              # one JSON document, for scripts',
    '```',
    '',
    'It asks each host once: the state of every unit, the end of its log and of its journal, the processes that the kernel',
    'ended for memory, and file systems that are 95 % full. Of a daemon that runs, only what its present process wrote',
    'counts. It changes nothing. The exit code is 0 when nothing known is wrong, 17 when something is, and 15 when only a',
    'host could not be asked. A note explains a message that is not a failure, and changes no exit code.',
    '',
    'Generated from the files `symptoms.ts` in `provisioners/services/`; `UPDATE_DOCS=1 npx vitest run --project unit',
    'test/operations/doctor` writes it again.',
    ...services.flatMap(({ name, symptoms = [] }) =>
      symptoms.length === 0
        ? []
        : [
            '',
            `## ${TITLES[name] ?? name}`,
            '',
            '| symptom | cause | next | generations |',
            '|---|---|---|---|',
            ...symptoms.map(rowOf),
          ],
    ),
  ].join('\n')}\n`
