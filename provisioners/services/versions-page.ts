import { ADDED_SOFTWARE, daemonsWhere, standardOf, titleOf } from '../catalog/index.ts'
import { PROFILE_NAMES, PROFILES, RULES, type Rule } from '../config/index.ts'
import { LAYOUTS } from './hdfs/layouts.ts'
import { REPAIRS } from './repairs/table.ts'
import type { Repair, RepairAction } from './repairs/types.ts'

/** docs/versions.md, rendered from the data that validates cluster.yml and repairs installed software. */

const range = (bounds: readonly string[]): string =>
  bounds.every((bound) => bound === '>=0')
    ? 'any'
    : bounds.map((bound) => bound.replace('>=', '≥ ').replace('<', '< ')).join(', ')

const cell = (text: string): string => text.replaceAll('|', '\\|')

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string[] => [
  `| ${head.join(' | ')} |`,
  `|${head.map(() => '---').join('|')}|`,
  ...rows.map((row) => `| ${row.map(cell).join(' | ')} |`),
]

const profiles = (): string[] =>
  table(
    ['profile', 'Hadoop', 'Hive', 'Sqoop', 'JDK', 'takes jobs', ''],
    PROFILE_NAMES.map((name) => {
      const { versions, java, master, text } = PROFILES[name]
      const jdks = [...new Set([java.hadoop, java.hive, java.sqoop])].join(' and ')
      return [`\`${name}\``, versions.hadoop, versions.hive, versions.sqoop, jdks, master, text]
    }),
  )

function pair({ left, versions, jdk, right }: Rule): string {
  const subject = `${titleOf(left)} ${range(versions)}`
  if (jdk !== undefined) return `${subject} on JDK ${jdk.join(', ')}`
  return right === undefined
    ? subject
    : `${subject} with ${titleOf(right.component)} ${range(right.versions)}`
}

const rules = (): string[] =>
  table(
    ['pair', 'verdict', 'because', 'source'],
    RULES.map((rule) => [
      pair(rule),
      rule.verdict === 'refuse' ? 'refused' : 'warning',
      rule.reason,
      rule.source,
    ]),
  )

const words: {
  readonly [K in RepairAction['kind']]: (action: Extract<RepairAction, { kind: K }>) => string
} = {
  remove: ({ jars, below }) => `\`${jars}\`${below === undefined ? '' : ` before ${below}`} moved aside`,
  add: ({ jar, unless }) => `\`${base(jar)}\` added${unless === undefined ? '' : ', where absent'}`,
  first: ({ jar }) => `\`${base(jar)}\` before all others`,
  driver: ({ database, jar }) => `\`${base(jar)}\` for ${database === 'mysql' ? 'MySQL' : 'MariaDB'}`,
  tasks: ({ jar }) => `\`${base(jar)}\` on the class path of tasks`,
  opens: () => '`--add-opens` for the packages that it uses reflection on',
}

const base = (jar: string): string => jar.slice(jar.lastIndexOf('/') + 1)

const action = (one: RepairAction): string => (words[one.kind] as (given: RepairAction) => string)(one)

/** Software that no profile names, since a cluster has it only if a host has one of its roles. */
const added = (): string[] =>
  ADDED_SOFTWARE.length === 0
    ? []
    : [
        '## Software outside the profiles',
        '',
        'A cluster has this software if a host has one of its roles. `versions` and `java` choose another version or JDK.',
        '',
        ...table(
          ['software', 'roles', 'version', 'JDK'],
          ADDED_SOFTWARE.map((name) => {
            const roles = daemonsWhere(({ software }) => software === name).map((role) => `\`${role}\``)
            const { version, java } = standardOf(name)
            return [titleOf(name), roles.join(', '), version, String(java)]
          }),
        ),
        '',
      ]

const where = ({ component, versions, hadoop, jdk }: Repair): string =>
  [
    `${titleOf(component)} ${range(versions)}`,
    ...(hadoop === undefined ? [] : [`with Hadoop ${range(hadoop)}`]),
    ...(jdk === undefined ? [] : [`on JDK ${jdk.join(', ')}`]),
  ].join(' ')

const repairs = (): string[] =>
  table(
    ['versions', 'what is done', 'applies in', 'because', 'source'],
    REPAIRS.map((one) => [
      where(one),
      one.actions.map(action).join('; '),
      one.where.join(', '),
      one.reason,
      one.source,
    ]),
  )

const layouts = (): string[] =>
  table(
    ['Hadoop from', 'layout'],
    LAYOUTS.map(([from, layout]) => [from, layout]),
  )

/** The page as text. */
export const versionsPage = (): string =>
  `${[
    '# Versions',
    '',
    'This page helps you choose versions, and explains what happens when you change them.',
    '',
    'Generated from the data that Howdah uses; `UPDATE_DOCS=1 npx vitest run --project unit test/services/versions-page.test.ts` writes it again.',
    '',
    'One line of `cluster.yml` chooses a profile: a set of versions that was certified as a whole, which means bootstrapped on',
    'real hosts and verified by `howdah verify`. `make test.matrix` does this for every profile and prints the result.',
    '',
    '```yaml',
    'versions: { profile: legacy }',
    '```',
    '',
    ...profiles(),
    '',
    'With only `hadoop: 2.10.2`, the other versions are those of the profile of its generation (`classic`, `legacy` or',
    '`stable`). You can use other versions from a mirror or from files; the plan marks them as not certified.',
    '',
    ...added(),
    '## Pairs that are refused, or cause a warning',
    '',
    ...rules(),
    '',
    '## Repairs',
    '',
    'Software that does not work together is repaired after it is unpacked. The repairs depend only on the versions. The plan',
    'shows them, and `repairs.txt` beside the configuration lists them on the host. When you change to versions that no longer',
    'need a repair, it is reverted. `test/e2e/long/repairs.test.ts` shows the failure without each repair.',
    '',
    ...repairs(),
    '',
    '## Moving to another version',
    '',
    'Change the version in cluster.yml and run `howdah plan`. The new release is unpacked beside the old one, the link `current`',
    'is switched, and the daemons that use it are restarted in order. The old release is removed after that.',
    '',
    '- **HDFS.** A NameNode does not start on the layout of another release, so a change across layouts is refused before',
    '  anything changes. Instead, bootstrap a new cluster with the new release, and copy the data with `hadoop distcp` over',
    '  `webhdfs://`.',
    '',
    ...layouts(),
    '',
    '- **The metastore** can only be upgraded, and only after a dump that was checked to be complete: [hive.md](hive.md).',
    '- **The generation** decides the roles: a `jobtracker` and `tasktracker`s in Hadoop 1, YARN in later generations. `master`',
    '  and `worker` stand for the right roles in each.',
  ].join('\n')}\n`
