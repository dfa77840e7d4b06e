import { DAEMONS, ROLES } from '../types.ts'
import { type Field, fields } from './fields.ts'
import { jsonSchema } from './json-schema.ts'

/** docs/cluster-yml.md, generated from the schema, so that the two agree. `example` is a valid cluster.yml. */
export function clusterYmlDoc(example: string): string {
  const top = Object.keys(jsonSchema().properties ?? {}).filter((key) => key !== '$schema')
  const all = fields()
  return [
    '# cluster.yml',
    '',
    '<!-- Generated from provisioners/config/schema/cluster.ts and its parts. To write it again: UPDATE_DOCS=1 npx vitest run --project unit test/config/docs.test.ts -->',
    '',
    'One file describes a cluster. `howdah init` writes a first one, `howdah validate` checks it, `howdah explain PATH` shows what a field means and where its value comes from, and `howdah schema > howdah.schema.json` writes the schema with which an editor completes and checks it (see the first line of the example).',
    '',
    'A relative path is relative to the directory of the file, and `~` is your home. The file never contains a password, only its source: `{file: path}`, `{env: NAME}`, `{stdin: true}`, `{command: [PROGRAM, …]}` or `{generate: true}`.',
    '',
    '```yaml',
    example.trimEnd(),
    '```',
    '',
    '## Roles',
    '',
    `A role is a set of daemons or a single one: ${DAEMONS.map(code).join(', ')}.`,
    '',
    ...Object.entries(ROLES.hadoop3).map(
      ([role, daemons]) => `- \`${role}\`: ${daemons.map(code).join(', ')}`,
    ),
    '',
    'With Hadoop 1 the master has a `jobtracker` in place of `resourcemanager` and `jobhistory`, and a worker a `tasktracker` in place of `nodemanager`. Hosts that have only the roles `scheduler`, `api`, `insights` or `lms` (where the LMS writes its tracking logs) are outside of the cluster, and get no Hadoop.',
    '',
    'A cluster has one of each daemon of `master`. A host that lists one of them gets it instead of the master. A daemon that no host lists is placed beside another one: the SecondaryNameNode beside the NameNode, JobHistory beside the ResourceManager, HiveServer2 and the metastore database beside the Hive metastore.',
    '',
    ...top.flatMap((name) => section(name, all)),
  ]
    .join('\n')
    .replaceAll(/\n{3,}/g, '\n\n')
    .concat('\n')
    .replace(/\n+$/, '\n')
}

const code = (text: string): string => `\`${text}\``

function section(name: string, all: readonly Field[]): string[] {
  const head = all.find((field) => field.path === name)
  const below = all.filter((field) => field.path.startsWith(`${name}.`))
  if (head === undefined) return []
  const needed = head.required ? ' Required.' : ''
  const title = [`## ${name}`, '', `${head.text}${needed}`, '']
  if (below.length === 0) return title
  const rows = below.map((field) => row(field, name))
  return [...title, '| field | form | what it is |', '|---|---|---|', ...rows, '']
}

function row(field: Field, section: string): string {
  const name = field.path.slice(section.length + 1)
  const text = `${field.text}${field.required ? ' Required.' : ''}`
  return `| \`${name}\` | ${cell(field.type)} | ${cell(text)} |`
}

const cell = (text: string): string => text.replaceAll('|', '\\|')
