import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { taskPrograms } from '../../provisioners/services/sqoop/direct.ts'
import { cluster, fileAt, host } from './store/cluster.ts'
import { sandbox } from './store/shell.ts'

const ROWS = [
  "INSERT INTO `t` VALUES (1,'two\\nlines');",
  "INSERT INTO `t` VALUES (2,'/*M!999999 SET -- VALUES (');",
  'INSERT INTO `t` VALUES (3,NULL);',
  "INSERT INTO `t` VALUES (4,'Zürich ✓');",
]

/** The lines that each client prints around the rows, with the arguments of Sqoop and of edX's runs. */
const DUMPS = {
  MariaDB: [
    '/*M!999999\\- enable the sandbox mode */ ',
    'SET @OLD_AUTOCOMMIT=@@AUTOCOMMIT, @@AUTOCOMMIT=0;',
    ...ROWS,
    'COMMIT;',
    'SET AUTOCOMMIT=@OLD_AUTOCOMMIT;',
  ],
  MySQL: [
    '/*!40101 SET @OLD_CHARACTER_SET_CLIENT=@@CHARACTER_SET_CLIENT */;',
    '/*!50503 SET NAMES utf8mb4 */;',
    "SET @@GLOBAL.GTID_PURGED=/*!80000 '+'*/ '';",
    ...ROWS,
    '/*!40101 SET CHARACTER_SET_CLIENT=@OLD_CHARACTER_SET_CLIENT */;',
  ],
}

const OF_SQOOP = [
  '--defaults-file=/x',
  '--skip-opt',
  '--compact',
  '--no-create-db',
  '--no-create-info',
  'db',
  't',
]

/** The program on the PATH of a task, before a client that prints `lines` and records its arguments. */
function wrapped(
  client: keyof typeof DUMPS | undefined,
  args: readonly string[],
  { end = 0, version = `of ${client}` } = {},
) {
  const { root } = sandbox()
  const own = join(root, 'own')
  const bin = join(root, 'bin')
  for (const dir of [own, bin]) mkdirSync(dir, { recursive: true })
  const program = fileAt(
    taskPrograms(host('w1', ['nodemanager']), cluster()),
    '/usr/local/lib/howdah/tasks/mysqldump',
  )
  const put = (path: string, text: string) => {
    writeFileSync(path, text)
    chmodSync(path, 0o755)
  }
  put(join(own, 'mysqldump'), program.content.replaceAll('/usr/local/lib/howdah/tasks', own))
  if (client) {
    writeFileSync(join(root, 'dump'), `${DUMPS[client].join('\n')}\n`)
    put(
      join(bin, client === 'MySQL' ? 'mysqldump' : 'mariadb-dump'),
      `#!/bin/sh\nif [ "$*" = --version ]; then echo '${version}'; exit; fi\necho "$*" >${root}/args\ncat ${root}/dump\nexit ${end}\n`,
    )
  }
  const PATH = `${own}:${bin}:/usr/bin:/bin`
  const ran = spawnSync('mysqldump', args, { encoding: 'utf8', env: { PATH } })
  const given = spawnSync('cat', [join(root, 'args')], { encoding: 'utf8' }).stdout.trim()
  return { out: ran.stdout, err: ran.stderr, exit: ran.status, given }
}

describe('the mysqldump of tasks', () => {
  it.each(['MariaDB', 'MySQL'] as const)(
    'prints the rows of a dump by the client of %s, and only these',
    (client) => {
      const { out, exit, err } = wrapped(client, OF_SQOOP)
      expect({ out, exit, err }).toEqual({ out: `${ROWS.join('\n')}\n`, exit: 0, err: '' })
    },
  )

  it('keeps the file of the password first, and does nothing that needs more rights than SELECT', () => {
    expect(wrapped('MariaDB', OF_SQOOP).given).toMatch(
      /^--defaults-file=\/x --no-tablespaces --skip-opt .* db t$/,
    )
    const ofMySql = wrapped('MySQL', OF_SQOOP).given
    expect(ofMySql).toContain('--loose-column-statistics=0 --loose-set-gtid-purged=OFF')
    expect(ofMySql).toMatch(/^--defaults-file=\/x --no-tablespaces /)
  })

  it.each([
    ['MySQL', 'mysqldump  Ver 10.13 Distrib 5.5.62, for debian-linux-gnu (x86_64)'],
    ['MySQL', 'mysqldump  Ver 10.13 Distrib 5.6.51, for Linux (x86_64)'],
    ['MySQL', 'mysqldump  Ver 10.13 Distrib 5.7.44-48, for debian-linux-gnu (x86_64)'],
    [
      'MySQL',
      'mysqldump  Ver 8.0.36-28 for Linux on x86_64 (Percona Server (GPL), Release 28, Revision 47601f19)',
    ],
    ['MySQL', 'mysqldump  Ver 8.4.3 for Linux on x86_64 (MySQL Community Server - GPL)'],
    ['MySQL', 'mysqldump  Ver 9.1.0 for Linux on x86_64 (MySQL Community Server - GPL)'],
    ['MariaDB', 'mysqldump  Ver 10.16 Distrib 10.1.48-MariaDB, for debian-linux-gnu (x86_64)'],
    ['MariaDB', 'mysqldump  Ver 10.19 Distrib 10.5.26-MariaDB, for debian-linux-gnu (x86_64)'],
    ['MariaDB', 'mariadb-dump from 11.8.3-MariaDB, client 10.20 for debian-linux-gnu (x86_64)'],
  ] as const)('knows the client of %s that calls itself %s', (client, version) => {
    const { out, given, exit } = wrapped(client, OF_SQOOP, { version })
    expect({ out, exit }).toEqual({ out: `${ROWS.join('\n')}\n`, exit: 0 })
    // An older client of MySQL ignores options that begin with --loose; MariaDB's client does not get them.
    expect(given.includes('--loose-column-statistics=0 --loose-set-gtid-purged=OFF')).toBe(client === 'MySQL')
    expect(given).not.toMatch(/ --(column-statistics|set-gtid-purged)/)
  })

  it('passes on every other call unchanged', () => {
    const { out, given } = wrapped('MySQL', ['--opt', 'db'])
    expect(out).toBe(`${DUMPS.MySQL.join('\n')}\n`)
    expect(given).toBe('--opt db')
    expect(wrapped('MySQL', ['--version']).out).toBe('of MySQL\n')
  })

  it("exits with the client's code, also after rows", () => {
    expect(wrapped('MariaDB', OF_SQOOP, { end: 3 })).toMatchObject({ exit: 3 })
  })

  it('reports the host that has no client', () => {
    const { exit, err, out } = wrapped(undefined, OF_SQOOP)
    expect({ exit, out }).toEqual({ exit: 127, out: '' })
    expect(err).toMatch(/no mysqldump on \S+, which sqoop --direct runs/)
  })
})
