import { existsSync, readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { type Master, master, type Said } from '../support/emr-script.ts'

const ARGS = [
  ...['--region', 'eu-west-1', '--database', 'reports_2', '--charset', 'utf8mb3'],
  ...['--network', '10.20.0.0/255.255.0.0', '--pipeline-secret', 'arn-pipeline', '--api-secret', 'arn-api'],
]
const CNF = 'root/etc/my.cnf.d/zz-howdah-result-store.cnf'

/**
 * MariaDB's client that answers what is asked of a server, Secrets Manager as files, and a record of every
 * argument list, in which no password may be.
 */
function ready(bind = ''): Master {
  const on = master()
  on.write('bind', bind)
  on.write('sql', '')
  on.program(
    'mysql',
    `echo "mysql $*" >> "$MASTER/argv"
said=$(cat)
case "$said" in
  *skip_networking*) printf 'skip_networking\\tOFF\\n' ;;
  *bind_address*) printf 'bind_address\\t%s\\n' "$(cat "$MASTER/bind")" ;;
  *) printf '%s\\n' "$said" >> "$MASTER/sql" ;;
esac
case "$1" in --defaults-extra-file=*) cat "\${1#*=}" >> "$MASTER/logins" ;; esac`,
  )
  on.program('systemctl', 'echo "$*" >> "$MASTER/units"; [ "$1" != restart ] || : > "$MASTER/bind"')
  on.program('hostname', 'case "$1" in -I) echo 10.20.1.5 fe80::1 ;; *) echo ip-10-20-1-5 ;; esac')
  on.program(
    'aws',
    `echo "aws $*" >> "$MASTER/argv"
case "$4" in
  get-secret-value)
    if [ -e "$MASTER/denied" ]; then echo 'An error occurred (AccessDeniedException)' >&2; exit 254; fi
    if [ -e "$MASTER/secrets/$6" ]; then cat "$MASTER/secrets/$6"; echo; exit 0; fi
    echo 'An error occurred (ResourceNotFoundException) when calling GetSecretValue' >&2; exit 254 ;;
  put-secret-value) mkdir -p "$MASTER/secrets"; cp "\${8#file://}" "$MASTER/secrets/$6" ;;
esac`,
  )
  return on
}

const run = (on: Master, args: readonly string[] = ARGS): Promise<Said> => on.run('result-store', args)

describe('result-store', () => {
  it('makes two passwords, keeps them in Secrets Manager, and uses those at a second run', async () => {
    const on = ready()
    expect(await run(on)).toMatchObject({ code: 0, out: expect.stringContaining('is ready') })
    const made = ['arn-pipeline', 'arn-api'].map((name) => on.read(`secrets/${name}`))
    for (const password of made) expect(password).toMatch(/^[A-Za-z0-9]{40}$/)
    expect(made[0]).not.toBe(made[1])
    const first = on.read('sql')
    on.write('sql', '')
    await run(on)
    expect(['arn-pipeline', 'arn-api'].map((name) => on.read(`secrets/${name}`))).toEqual(made)
    expect(on.read('sql')).toBe(first)
  })

  it('shows no password in an argument list or in its output, and leaves none behind', async () => {
    const on = ready()
    const said = await run(on)
    const passwords = ['arn-pipeline', 'arn-api'].map((name) => on.read(`secrets/${name}`))
    for (const password of passwords) {
      expect(on.read('sql')).toContain(password)
      expect(on.read('argv') + said.out + said.err + on.read(CNF)).not.toContain(password)
    }
    expect(readdirSync(on.path('root/dev/shm'))).toEqual([])
  })

  it('creates a binary database and narrow accounts, and removes anonymous ones', async () => {
    const on = ready()
    await run(on)
    const sql = on
      .read('sql')
      .split('\n')
      .map((line) => line.replace(/IDENTIFIED BY '.*'/, 'IDENTIFIED'))
    expect(sql).toContain('CREATE DATABASE IF NOT EXISTS `reports_2` CHARACTER SET utf8 COLLATE utf8_bin;')
    expect(sql).toContain("DROP USER ''@'ip-10-20-1-5';")
    for (const from of ['localhost', '127.0.0.1', '10.20.0.0/255.255.0.0']) {
      expect(sql).toContain(`GRANT USAGE ON \`reports_2\`.* TO 'api'@'${from}' IDENTIFIED;`)
      expect(sql.filter((line) => line.startsWith('GRANT') && line.endsWith(`TO 'api'@'${from}';`))).toEqual([
        `GRANT SELECT ON \`reports\\_2\`.* TO 'api'@'${from}';`,
      ])
      const work = sql.filter((line) => line.startsWith('GRANT') && line.endsWith(`TO 'pipeline'@'${from}';`))
      expect(work[0]).toMatch(/^GRANT SELECT, INSERT, .* ON `%`\.\* TO/)
      for (const foreign of ['mysql', 'hive']) expect(work.join()).toContain(`SHOW VIEW ON \`${foreign}\`.*`)
    }
    expect(sql.join()).not.toContain('*.*')
    expect(sql.join()).not.toContain("'%'")
  })

  it('accepts any password in Secrets Manager', async () => {
    const on = ready()
    on.write('secrets/arn-pipeline', `it's \\ "odd"`)
    expect((await run(on)).code).toBe(0)
    expect(on.read('sql')).toContain(`IDENTIFIED BY 'it''s \\\\ "odd"';`)
    expect(on.read('logins')).toContain('password = "it\'s \\\\ \\"odd\\""')
  })

  it('restarts the server only when other nodes cannot reach it', async () => {
    const open = ready('0.0.0.0')
    await run(open)
    expect(existsSync(open.path('units'))).toBe(false)
    const closed = ready('127.0.0.1')
    expect((await run(closed)).code).toBe(0)
    expect(closed.read('units').split('\n')).toContain('restart mariadb')
    expect(closed.read(CNF)).toContain('bind-address = 0.0.0.0\n')
  })

  it('reports a server that still listens on the loopback only', async () => {
    const on = ready('127.0.0.1')
    on.program('systemctl', ':')
    expect(await run(on)).toMatchObject({ code: 1, err: expect.stringContaining('does /etc/my.cnf include') })
  })

  it('makes no password when a secret could not be read, and touches no account', async () => {
    const on = ready()
    on.write('denied', '')
    expect(await run(on)).toMatchObject({ code: 1, err: expect.stringContaining('AccessDeniedException') })
    expect(existsSync(on.path('secrets'))).toBe(false)
    expect(on.read('sql')).not.toContain('USER')
  })

  it('says what is missing when no server answers', async () => {
    const on = ready()
    on.program('mysql', 'echo "Can\'t connect" >&2; exit 1')
    expect((await run(on)).err).toContain('is Hive among the applications')
  })

  it.each([
    [['--charset', 'latin1'], 'unknown character set: latin1'],
    [['--database', 'a`b'], 'not a name of a database: a`b'],
    [['--network', "10.0.0.0/8' OR"], 'not an address with a netmask'],
    [['--password', 'x'], 'unknown argument: --password'],
    [['--api-secret', ''], 'no --api-secret'],
  ])('refuses %j by name', async (more, message) => {
    expect(await run(ready(), [...ARGS, ...more])).toMatchObject({
      code: 1,
      err: expect.stringContaining(message),
    })
  })
})
