/** A requirement of edX's pipeline that cannot be had as it is written, and what is taken in its place. */
export interface Pin {
  readonly name: string
  /** As it is written in a file of requirements; absent: it is left out. */
  readonly instead?: string
  /** One line. */
  readonly reason: string
}

/** What became of the pins of edX's requirements since they were written. */
export const PINS: readonly Pin[] = [
  {
    name: 'mysql-connector-python',
    instead: 'mysql-connector-python==8.0.23',
    reason: 'the address of 1.2.2 is gone; 8.0.23 is the last one for Python 2.7',
  },
  {
    name: 'snowflake-connector-python',
    reason: 'for the export to Snowflake alone, with many pins of its own',
  },
  { name: 'psycopg2', reason: 'for PostgreSQL alone, and built against its headers' },
  { name: 'ansible', reason: 'for remote-task on the machine of the operator; tasks do not load it' },
  { name: 'paramiko', reason: 'for ansible alone' },
  { name: 'pycrypto', reason: 'for ansible alone' },
  ...['pip', 'setuptools', 'wheel'].map((name) => ({
    name,
    reason: 'installed before all others, in the version that the wheelhouse must have',
  })),
]

/** Requirements that name a repository of git are taken from the wheelhouse, under the name that they give. */
const GIT =
  's~^[[:space:]]*(-e[[:space:]]+)?git\\+.*[#&]egg=([A-Za-z0-9._]+(-[A-Za-z_][A-Za-z0-9._]*)*).*$~\\2~'

/** A name at the begin of a line, after `egg=`, or as that of an archive at the end of an address. */
const written = (name: string): string => {
  const any = name.replaceAll('-', '[-_.]')
  const archive = String.raw`/${any}-[0-9][^/[:space:]]*\.(zip|whl|tar\.gz|tgz|tar\.bz2)([[:space:]]|$)`
  return String.raw`\~(^|[#&]egg=)${any}(-[0-9]|[^A-Za-z0-9._-]|$)|${archive}~I`
}

/** A program of `sed -E` that rewrites a file of requirements. A name counts in any spelling that pip takes. */
export const pinsProgram = (): string =>
  [
    '# Howdah: requirements of the pipeline that cannot be had as they are written.',
    '/^[[:space:]]*#/b',
    ...PINS.flatMap(({ name, instead, reason }) => [
      `# ${name}: ${reason}.`,
      `${written(name)}{`,
      `s~.*~${instead ?? `# left out: ${name}`}~`,
      'b',
      '}',
    ]),
    '# What comes from git is in the wheelhouse.',
    GIT,
    '',
  ].join('\n')
