/** A requirement of edX's pipeline that can no longer be installed as it is written, and its replacement. */
export interface Pin {
  readonly name: string
  /** The line for a file of requirements; absent: the requirement is left out. */
  readonly instead?: string
  /** One line. */
  readonly reason: string
}

/** The requirements that changed or disappeared since edX pinned them. */
export const PINS: readonly Pin[] = [
  {
    name: 'mysql-connector-python',
    instead: 'mysql-connector-python==8.0.23',
    reason: '1.2.2 can no longer be downloaded; 8.0.23 is the last one for Python 2.7',
  },
  {
    name: 'snowflake-connector-python',
    reason: 'only for the export to Snowflake, with many pins of its own',
  },
  { name: 'psycopg2', reason: 'only for PostgreSQL, and needs its headers to build' },
  { name: 'ansible', reason: 'for remote-task on the machine of the operator; tasks do not load it' },
  { name: 'paramiko', reason: 'only for ansible' },
  { name: 'pycrypto', reason: 'only for ansible' },
  ...['pip', 'setuptools', 'wheel'].map((name) => ({
    name,
    reason: 'installed before all others, in the version of the wheelhouse',
  })),
]

/** Requirements that name a git repository are installed from the wheelhouse, by the name that they give. */
const GIT =
  's~^[[:space:]]*(-e[[:space:]]+)?git\\+.*[#&]egg=([A-Za-z0-9._]+(-[A-Za-z_][A-Za-z0-9._]*)*).*$~\\2~'

/** A name at the beginning of a line, after `egg=`, or as the name of an archive at the end of a URL. */
const written = (name: string): string => {
  const any = name.replaceAll('-', '[-_.]')
  const archive = String.raw`/${any}-[0-9][^/[:space:]]*\.(zip|whl|tar\.gz|tgz|tar\.bz2)([[:space:]]|$)`
  return String.raw`\~(^|[#&]egg=)${any}(-[0-9]|[^A-Za-z0-9._-]|$)|${archive}~I`
}

/**
 * A program for `sed -E` that rewrites a file of requirements. It matches every spelling of a name that pip accepts.
 */
export const pinsProgram = (): string =>
  [
    '# Howdah: requirements of the pipeline that can no longer be installed as they are written.',
    '/^[[:space:]]*#/b',
    ...PINS.flatMap(({ name, instead, reason }) => [
      `# ${name}: ${reason}.`,
      `${written(name)}{`,
      `s~.*~${instead ?? `# left out: ${name}`}~`,
      'b',
      '}',
    ]),
    '# Requirements from git are in the wheelhouse.',
    GIT,
    '',
  ].join('\n')
