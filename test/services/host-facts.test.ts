import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Host } from '../../provisioners/config/types.ts'
import type { Fact } from '../../provisioners/engine/types.ts'
import { desire } from '../../provisioners/services/index.ts'
import { java } from '../../provisioners/services/java/index.ts'
import { probeJava } from '../../provisioners/services/java/probe-java.ts'
import { portsOn } from '../../provisioners/services/support/index.ts'
import { namesScript } from '../../provisioners/services/system/names.ts'
import { portsFact, portsScript } from '../../provisioners/services/system/port-fact.ts'
import { spaceScript } from '../../provisioners/services/system/space-fact.ts'
import { contextOf, FIVE, ONE } from './a-context.ts'
import { runSh, runShAside } from './run-sh.ts'

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'howdah-facts-'))
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

const hostNamed = (text: string, name: string): Host => {
  const found = contextOf(text).cluster.hosts.find((host) => host.name === name)
  if (!found) throw new Error(`no ${name}`)
  return found
}

/** The message of a condition that is not met, as the engine renders it. */
const refusals = (fact: Fact, state: Readonly<Record<string, string>>): string[] =>
  (fact.must ?? [])
    .filter((need) => !need.oneOf.includes(state[need.key] ?? 'unknown'))
    .map((need) => need.message.replaceAll('{value}', state[need.key] ?? 'unknown'))

describe('ports', () => {
  test('a port that another process holds is refused, with port, process and process id', async () => {
    const server = createServer()
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
    const { port } = server.address() as AddressInfo
    const said = await runShAside(portsScript([{ port, unit: 'hdfs-namenode' }]))
    await new Promise((done) => server.close(done))
    expect(said.values[`port-${port}`]).toMatch(new RegExp(`^\\S.* \\(process ${process.pid}\\)$`))
    const after = await runShAside(portsScript([{ port, unit: 'hdfs-namenode' }]))
    expect(after.values[`port-${port}`]).toBe('free')
  })

  test('a process that only listens on IPv6 is found too', async () => {
    const server = createServer()
    await new Promise<void>((done) => server.listen({ port: 0, host: '::', ipv6Only: true }, done))
    const { port } = server.address() as AddressInfo
    const said = await runShAside(portsScript([{ port, unit: 'x' }]))
    await new Promise((done) => server.close(done))
    expect(said.values[`port-${port}`]).toContain(`process ${process.pid}`)
  })

  test('the message of a busy 8020', () => {
    const fact = portsFact(hostNamed(FIVE, 'm1'), contextOf(FIVE))
    const free = Object.fromEntries((fact.must ?? []).map(({ key }) => [key, 'free']))
    expect(refusals(fact, { ...free, 'port-8020': 'nc (process 412)' })).toEqual([
      'port 8020 of m1 (RPC of the NameNode) is held by nc (process 412)',
    ])
    expect(refusals(fact, { ...free, 'port-8020': 'ours' })).toEqual([])
  })

  test('the ports of each daemon of a host are checked, and all daemons on one host have different ports', () => {
    const ports = portsOn(hostNamed(ONE, 'one'), contextOf(ONE)).map(({ port }) => port)
    expect(ports).toEqual(
      expect.arrayContaining([8020, 9870, 9864, 9866, 8032, 8088, 8042, 19888, 9083, 10000]),
    )
    expect(new Set(ports).size).toBe(ports.length)
    expect(portsOn(hostNamed(FIVE, 'w1'), contextOf(FIVE)).map(({ daemon }) => daemon)).not.toContain(
      'namenode',
    )
  })

  test('a changed port is the one that is checked', () => {
    const moved = `${FIVE}properties: {yarn-site: {yarn.nodemanager.webapp.address: '0.0.0.0:18042'}}\n`
    const ports = portsOn(hostNamed(moved, 'w1'), contextOf(moved)).map(({ port }) => port)
    expect(ports).toContain(18042)
    expect(ports).not.toContain(8042)
  })
})

describe('room on the disk', () => {
  const big = { path: '/nowhere', sha256: 'a'.repeat(64), bytes: 2 ** 50 }
  const small = { ...big, bytes: 1 }

  test('too little space is refused, with the numbers', () => {
    expect(runSh(spaceScript(join(root, 'opt/hadoop'), [big])).values.space).toMatch(
      /^\d+ MiB free on \/\S*, and 3221225972 MiB needed$/,
    )
  })

  test('enough space is accepted', () => {
    expect(runSh(spaceScript(root, [small])).values.space).toBe('enough')
  })

  test('an unpacked archive needs no space', () => {
    const done = { ...big, path: root }
    writeFileSync(join(root, '.howdah-archive'), `${big.sha256}\n`)
    expect(runSh(spaceScript(root, [done])).values.space).toBe('enough')
    writeFileSync(join(root, '.howdah-archive'), `${'b'.repeat(64)}\n`)
    expect(runSh(spaceScript(root, [done])).values.space).toMatch(/needed$/)
  })

  test('every host with archives has the check', () => {
    const all = desire(contextOf(FIVE))
    expect((all.w1 ?? []).map(({ id }) => id)).toContain('fact:space')
    expect((all.rs ?? []).map(({ id }) => id)).not.toContain('fact:space')
  })
})

describe('Java', () => {
  const fake = (text: string, options: { javac?: boolean; exit?: number } = {}): string => {
    mkdirSync(join(root, 'bin'), { recursive: true })
    writeFileSync(
      join(root, 'bin/java'),
      `#!/bin/sh\ncat >&2 <<'EOF'\n${text}\nEOF\nexit ${options.exit ?? 0}\n`,
      {
        mode: 0o755,
      },
    )
    if (options.javac) writeFileSync(join(root, 'bin/javac'), '#!/bin/sh\n', { mode: 0o755 })
    return root
  }
  const read = (major: 8 | 11 | 17 | 21, compiler = false, home = root) =>
    runSh(probeJava({ home, major, compiler })).values.java

  test.each([
    [8, 'openjdk version "1.8.0_412"\nOpenJDK Runtime Environment (build 1.8.0_412-b08)'],
    [8, 'java version "1.8.0_202"'],
    [11, 'openjdk version "11.0.23" 2024-04-16'],
    [17, 'openjdk version "17" 2021-09-14'],
    [21, 'openjdk version "21-ea" 2023-09-19'],
    [17, 'Picked up JAVA_TOOL_OPTIONS: -Xmx1g\nopenjdk version "17.0.11" 2024-04-16'],
  ] as const)('JDK %i is read from the output of java', (major, text) => {
    fake(text)
    expect(read(major)).toBe('ok')
  })

  test('another major version is reported', () => {
    fake('openjdk version "11.0.23" 2024-04-16')
    expect(read(8)).toBe('it is JDK 11, not 8')
  })

  test('a JRE is not enough for Sqoop', () => {
    fake('openjdk version "1.8.0_412"')
    expect(read(8, true)).toContain('bin/javac is missing')
    fake('openjdk version "1.8.0_412"', { javac: true })
    expect(read(8, true)).toBe('ok')
  })

  test('a java that does not run is reported with its message', () => {
    fake("java: /lib/libc.so.6: version `GLIBC_2.38' not found", { exit: 1 })
    expect(read(8)).toMatch(/does not run: .*GLIBC_2\.38/)
  })

  test('a missing directory is absent, and a directory without java is not a JDK', () => {
    expect(read(8, false, join(root, 'nope'))).toBe('absent')
    expect(read(8)).toContain('is not a program')
  })

  test('a missing path is "No Java on the host"; a package may not be installed yet', () => {
    const facts = java
      .resources(hostNamed(FIVE, 'm1'), contextOf(FIVE))
      .filter((r): r is Fact => r.type === 'fact')
    const [eight, seventeen] = facts
    expect(facts.map(({ id }) => id)).toEqual(['fact:java-8', 'fact:java-17'])
    expect(refusals(eight as Fact, { java: 'absent' })).toEqual([
      'No Java on the host m1: /opt/jdk/8: absent',
    ])
    expect(refusals(seventeen as Fact, { java: 'absent' })).toEqual([])
    expect(refusals(seventeen as Fact, { java: 'it is JDK 8, and 17 is wanted' })).toHaveLength(1)
  })

  test('hosts get the JDKs of their daemons and jobs: workers also those of Hive and Sqoop', () => {
    const ids = (name: string) => java.resources(hostNamed(FIVE, name), contextOf(FIVE)).map(({ id }) => id)
    expect(ids('w1')).toEqual(['fact:java-8', 'fact:java-17', 'package:openjdk-17-jdk-headless'])
    expect(ids('rs')).toEqual([])
  })

  test('a tarball JDK is unpacked to JAVA_HOME', () => {
    const text = FIVE.replace(
      '8: {path: /opt/jdk/8}',
      `8: {tarball: /cache/jdk8.tgz, sha256: ${'a'.repeat(64)}}`,
    )
    const archive = java
      .resources(hostNamed(text, 'w1'), contextOf(text))
      .find(({ type }) => type === 'archive')
    expect(archive).toMatchObject({ id: 'archive:jdk-8', path: '/opt/jdk/8', strip: 1 })
  })
})

describe('names', () => {
  test('a name with a loopback address is reported with the address', () => {
    expect(runSh(namesScript('localhost', [])).values).toEqual({ own: '127.0.0.1', missing: '' })
  })

  test('names that do not resolve are listed', () => {
    const said = runSh(
      namesScript('no-such-host.invalid', ['localhost', 'nope1.invalid', 'nope2.invalid']),
    ).values
    expect(said).toEqual({ own: 'unresolved', missing: 'nope1.invalid nope2.invalid' })
  })

  test('a loopback address is refused unless Howdah writes /etc/hosts', () => {
    const fact = (text: string) =>
      (desire(contextOf(text)).m1 ?? []).find(({ id }) => id === 'fact:names') as Fact
    const broken = { own: '127.0.1.1', missing: 'w2' }
    expect(refusals(fact(FIVE), broken)).toEqual([])
    expect(refusals(fact(`${FIVE}manageHostsFile: false\n`), broken)).toEqual([
      'm1 resolves its own name to 127.0.1.1, so other hosts cannot find its daemons',
      'm1 cannot resolve w2',
    ])
  })
})
