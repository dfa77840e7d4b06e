import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { execa } from 'execa'
import { describe, expect, it, onTestFinished } from 'vitest'
import { type Master, master } from '../support/emr-script.ts'

const digest = (algorithm: 'sha256' | 'sha512', file: string): string =>
  createHash(algorithm).update(readFileSync(file)).digest('hex')

/** Prints its version; its output for a command that reads options is in a file of the master. */
const SQOOP = `#!/bin/sh
case "$1" in
  version) echo "Sqoop $(cat "$(dirname "$(readlink -f "$0")")/../VERSION")" ;;
  *) cat "$MASTER/says" 2> /dev/null; exit 1 ;;
esac
`

interface Ready {
  readonly on: Master
  readonly args: readonly string[]
  install(more?: readonly string[], env?: Readonly<Record<string, string>>): ReturnType<Master['run']>
}

/** A master with a bucket of software: a tarball of Sqoop, a driver, a library. */
async function ready(version = '1.4.7'): Promise<Ready> {
  const on = master()
  on.write('build/sqoop/VERSION', version)
  on.write('build/sqoop/lib/mysql-connector-java-5.1.35-bin.jar', 'an old driver')
  on.write('build/sqoop/conf/sqoop-env-template.sh', '')
  on.write('build/sqoop/bin/sqoop', SQOOP)
  on.write('s3/bucket/driver-8.4.0.jar', 'a driver')
  on.write('s3/bucket/commons-cli-1.5.0.jar', 'a library')
  await execa('chmod', ['755', on.path('build/sqoop/bin/sqoop')])
  await execa('tar', ['-czf', on.path('s3/bucket/sqoop.tar.gz'), '-C', on.path('build'), 'sqoop'])
  on.program('aws', 'echo "$*" >> "$MASTER/aws.log"; cp "$MASTER/s3/${4#s3://}" "$5"')
  const args = [
    ...['--version', '1.4.7', '--tarball', 's3://bucket/sqoop.tar.gz'],
    ...['--digest', digest('sha512', on.path('s3/bucket/sqoop.tar.gz'))],
    ...['--driver', 's3://bucket/driver-8.4.0.jar'],
    ...['--driver-digest', digest('sha256', on.path('s3/bucket/driver-8.4.0.jar'))],
  ]
  return { on, args, install: (more = [], env = {}) => on.run('install-sqoop', [...args, ...more], env) }
}

const trees = (on: Master): string[] => readdirSync(on.path('root/usr/lib/sqoop-trees')).sort()

describe('install-sqoop', () => {
  it('installs beside and switches a link, with the driver in lib and no older one', async () => {
    const { on, install } = await ready()
    expect(await install()).toMatchObject({ code: 0, out: expect.stringContaining('is Sqoop 1.4.7') })
    expect(readdirSync(on.path('root/usr/lib/sqoop/lib'))).toEqual(['driver-8.4.0.jar'])
    expect(readlinkSync(on.path('root/usr/lib/sqoop'))).toMatch(/^sqoop-trees\/sqoop-1\.4\.7-[0-9a-f]{12}$/)
    expect(on.read('root/usr/bin/sqoop')).toBe(SQOOP)
    expect(trees(on)).toHaveLength(1)
  })

  it('fetches nothing and changes nothing at a second run', async () => {
    const { on, install } = await ready()
    await install()
    const before = [on.read('aws.log'), trees(on)]
    expect((await install()).code).toBe(0)
    expect([on.read('aws.log'), trees(on)]).toEqual(before)
  })

  it('puts a boot library before the one of Hadoop', async () => {
    const { on, install } = await ready()
    const sum = digest('sha256', on.path('s3/bucket/commons-cli-1.5.0.jar'))
    await install(['--boot-library', 's3://bucket/commons-cli-1.5.0.jar', sum])
    const sourced = await execa(
      'sh',
      ['-c', '. "$SQOOP_HOME/conf/sqoop-env.sh"; . "$SQOOP_HOME/conf/sqoop-env.sh"; echo "$HADOOP_OPTS"'],
      {
        env: { SQOOP_HOME: on.path('root/usr/lib/sqoop'), HADOOP_OPTS: '-Dmine' },
      },
    )
    expect(sourced.stdout).toBe(
      `-Dmine -Xbootclasspath/a:${on.path('root/usr/lib/sqoop')}/lib/commons-cli-1.5.0.jar`,
    )
  })

  it.each([
    ['tarball', 's3/bucket/sqoop.tar.gz'],
    ['driver', 's3/bucket/driver-8.4.0.jar'],
  ])('uses nothing when the %s is another than was meant', async (_, file) => {
    const { on, install } = await ready()
    on.write(file, 'something else')
    const said = await install()
    expect(said).toMatchObject({ code: 1, err: expect.stringContaining('is not what was expected') })
    expect(said.err).toContain(
      `found: ${digest(file.includes('sqoop') ? 'sha512' : 'sha256', on.path(file))}`,
    )
    expect(existsSync(on.path('root/usr/lib/sqoop'))).toBe(false)
    expect(trees(on)).toEqual([])
  })

  it('switches to a new version, and keeps the old one while the new one does not prove itself', async () => {
    const { on, install } = await ready()
    await install()
    const old = readlinkSync(on.path('root/usr/lib/sqoop'))
    on.write('says', 'java.lang.NoClassDefFoundError: org/apache/commons/lang/StringUtils')
    on.write('s3/bucket/more.jar', 'x')
    const more = ['--library', 's3://bucket/more.jar', digest('sha256', on.path('s3/bucket/more.jar'))]
    const said = await install(more)
    expect(said).toMatchObject({ code: 1, err: expect.stringContaining('cannot work with this Hadoop') })
    expect(readlinkSync(on.path('root/usr/lib/sqoop'))).toBe(old)
    on.write('says', 'Communications link failure')
    expect((await install(more)).code).toBe(0)
    expect(readlinkSync(on.path('root/usr/lib/sqoop'))).not.toBe(old)
    expect(readdirSync(on.path('root/usr/lib/sqoop/lib'))).toContain('more.jar')
  })

  it('refuses a tarball of another version', async () => {
    const { install } = await ready('1.4.6')
    expect((await install()).err).toContain('another Sqoop than was asked for')
  })

  it('ends where an unbroken run would, after one that was killed', async () => {
    const { on, install } = await ready()
    on.program('tar', '/usr/bin/env PATH=/usr/bin:/bin tar "$@"; kill -9 "$PPID"')
    expect((await install()).code).not.toBe(0)
    expect(trees(on)).toHaveLength(1)
    expect(existsSync(on.path('root/usr/lib/sqoop'))).toBe(false)
    on.program('tar', 'exec /usr/bin/env PATH=/usr/bin:/bin tar "$@"')
    expect((await install()).code).toBe(0)
    expect(trees(on)).toEqual([expect.stringMatching(/^sqoop-1\.4\.7-/)])
  })

  it('leaves a Sqoop alone that it has not made', async () => {
    const { on, install } = await ready()
    on.write('root/usr/lib/sqoop/bin/sqoop', 'of EMR')
    const said = await install()
    expect(said).toMatchObject({ code: 1, err: expect.stringContaining('is not of this script') })
    expect(on.read('root/usr/lib/sqoop/bin/sqoop')).toBe('of EMR')
  })

  it("puts the driver into the release's own Sqoop without a tarball", async () => {
    const { on, args } = await ready()
    mkdirSync(on.path('root/usr/lib/sqoop/lib'), { recursive: true })
    mkdirSync(on.path('root/usr/bin'), { recursive: true })
    writeFileSync(on.path('root/usr/bin/sqoop'), '#!/bin/sh\necho Sqoop 1.4.7\n', { mode: 0o755 })
    const driver = args.slice(args.indexOf('--driver'))
    expect(await on.run('install-sqoop', driver)).toMatchObject({ code: 0 })
    expect(on.read('root/usr/lib/sqoop/lib/driver-8.4.0.jar')).toBe('a driver')
    const bare = master()
    expect((await bare.run('install-sqoop', driver)).err).toContain(
      "expected: 'Sqoop' among the applications",
    )
  })

  it('takes software over HTTPS, and no other protocol', async () => {
    const { on, args } = await ready()
    const server = createServer((request, answer) => {
      if (request.url === '/gone') answer.writeHead(404).end()
      else answer.end(readFileSync(on.path('s3/bucket/driver-8.4.0.jar')))
    })
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
    onTestFinished(() => void server.close())
    const { port } = server.address() as AddressInfo
    // The real curl, asked over HTTP: the test has no certificate. That HTTPS was asked for is checked first.
    on.program(
      'curl',
      `case "$*" in *"--proto =https"*) ;; *) exit 99 ;; esac
while [ $# -gt 1 ]; do [ "$1" != --output ] || out="$2"; shift; done
exec /usr/bin/env PATH=/usr/bin:/bin curl --fail --silent --output "$out" "http://127.0.0.1:${port}/\${1##*/}"`,
    )
    const at = (uri: string) => args.map((arg) => (arg === 's3://bucket/driver-8.4.0.jar' ? uri : arg))
    const gone = await on.run('install-sqoop', at('https://files.example.org/gone'))
    expect(gone).toMatchObject({
      code: 1,
      err: expect.stringContaining('https://files.example.org/gone could not be fetched'),
    })
    const plain = await on.run('install-sqoop', at('http://files.example.org/d.jar'))
    expect(plain.err).toContain('not an address of https:// or s3://')
    const got = await on.run('install-sqoop', at('https://files.example.org/driver-8.4.0.jar'))
    expect(got.code).toBe(0)
    expect(on.read('root/usr/lib/sqoop/lib/driver-8.4.0.jar')).toBe('a driver')
  })

  it('becomes root by sudo, with all of its arguments', async () => {
    const { on, install } = await ready()
    on.program('sudo', 'echo "$@" > "$MASTER/sudo.log"; FAKE_UID=0 exec "$@"')
    expect((await install([], { FAKE_UID: '1000' })).code).toBe(0)
    expect(on.read('sudo.log')).toMatch(/^sh \S+install-sqoop --version 1\.4\.7 --tarball /)
  })

  it.each([
    [['--verison', '1'], 'unknown argument: --verison'],
    [['--library', 's3://b/x.jar'], '--library has too few values'],
    [['--driver-digest', 'abc'], 'neither a SHA-256 nor a SHA-512'],
    [['--version', '../etc'], 'not a version: ../etc'],
  ])('refuses %j by name', async (more, message) => {
    const { install } = await ready()
    expect(await install(more)).toMatchObject({ code: 1, err: expect.stringContaining(message) })
  })
})
