import { ADDED_SOFTWARE, daemonsWhere, standardOf, titleOf } from '../catalog/index.ts'
import { PROFILE_NAMES, PROFILES, RULES, type Rule } from '../config/index.ts'
import { LAYOUTS } from './hdfs/layouts.ts'
import { REPAIRS } from './repairs/table.ts'
import type { Deed, Repair } from './repairs/types.ts'

/** docs/versions.md, out of the data that validates a cluster.yml and repairs what is installed. */

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

const words: { readonly [K in Deed['kind']]: (deed: Extract<Deed, { kind: K }>) => string } = {
  remove: ({ jars, below }) => `\`${jars}\`${below === undefined ? '' : ` before ${below}`} put aside`,
  add: ({ jar, unless }) => `\`${base(jar)}\` added${unless === undefined ? '' : ', where absent'}`,
  first: ({ jar }) => `\`${base(jar)}\` before all others`,
  driver: ({ database, jar }) => `\`${base(jar)}\` for ${database === 'mysql' ? 'MySQL' : 'MariaDB'}`,
  tasks: ({ jar }) => `\`${base(jar)}\` on the class path of tasks`,
  opens: () => '`--add-opens` for the packages that it reflects into',
}

const base = (jar: string): string => jar.slice(jar.lastIndexOf('/') + 1)

const deed = (one: Deed): string => (words[one.kind] as (given: Deed) => string)(one)

/** Software that no set names, since a cluster has it only where a host has its role. */
const added = (): string[] =>
  ADDED_SOFTWARE.length === 0
    ? []
    : [
        '## Beside the sets',
        '',
        'Where a host has its role, a cluster has this as well. Without another `versions` or `java` it is of this version,',
        'on this JDK.',
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
    ['versions', 'what is done', 'holds in', 'because', 'source'],
    REPAIRS.map((one) => [
      where(one),
      one.deeds.map(deed).join('; '),
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
    'Made from the data that Howdah itself goes by; `UPDATE_DOCS=1 npx vitest run --project unit test/services/versions-page.test.ts` writes it anew.',
    '',
    'One line of `cluster.yml` chooses a set that was certified as a whole: bootstrapped on real hosts, and proved by',
    '`howdah verify`. `make test.matrix` does it for all of them and prints what it found.',
    '',
    '```yaml',
    'versions: { profile: legacy }',
    '```',
    '',
    ...profiles(),
    '',
    'With `hadoop: 2.10.2` alone the rest comes from the set of its generation (`classic`, `legacy` or `stable`). Other',
    'versions are taken from a mirror or from files; the plan marks them as not certified.',
    '',
    ...added(),
    '## Pairs that are judged',
    '',
    ...rules(),
    '',
    '## Repairs',
    '',
    'Software that does not fit together is repaired after it was unpacked, by versions alone. The plan shows what is',
    "done; `repairs.txt` beside the component's configuration says it on the host. What a change of version makes needless",
    'is undone. `test/e2e/long/repairs.test.ts` shows the failure without each.',
    '',
    ...repairs(),
    '',
    '## Moving to another version',
    '',
    'A changed version is a plan like any other: the new release is unpacked beside the old one, the link `current` moves,',
    'and the daemons that read it are restarted in order.',
    '',
    '- **HDFS.** A NameNode does not start on the layout of another release, so a change across layouts is refused before',
    '  anything is touched. The way is a new cluster of the new release and `hadoop distcp` over `webhdfs://`.',
    '',
    ...layouts(),
    '',
    '- **The metastore** goes forward only, and only after a dump of it that was seen to be whole: [hive.md](hive.md).',
    '- **The generation** decides the roles: a `jobtracker` and `tasktracker`s in Hadoop 1, YARN after it. `master` and',
    '  `worker` mean the right ones in each.',
  ].join('\n')}\n`
