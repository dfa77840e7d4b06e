import { spawn } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { XMLParser } from 'fast-xml-parser'
import { describe, expect, it } from 'vitest'
import type { Artifact } from '../../../provisioners/artifacts/types.ts'
import type { DatabaseServer } from '../../../provisioners/config/types.ts'
import type { Resource, Unit } from '../../../provisioners/engine/types.ts'
import { metastoreScript, serverScript } from '../../../provisioners/services/hive/health.ts'
import { hive } from '../../../provisioners/services/hive/index.ts'
import { metastoreJdbc } from '../../../provisioners/services/hive/jdbc.ts'
import { actionOf, byId, cluster, context, external, fileAt, host, MASTER, onHost } from '../store/cluster.ts'
import { filesIn, sandbox } from '../store/shell.ts'

const master = host('m1', MASTER)
const secrets = { 'metastore-hive': 'p&<$"\'\n\\ word' }
const resources = (of = cluster()): readonly Resource[] => hive.resources(master, context(of, secrets))

/** A site file, read by an XML parser. */
function properties(content: string): Record<string, string> {
  const parser = new XMLParser({ trimValues: false, parseTagValue: false, htmlEntities: true })
  const { property } = parser.parse(content).configuration
  return Object.fromEntries(property.map(({ name, value }: { name: string; value: string }) => [name, value]))
}

describe('configuration', () => {
  it('gives users the metastore by Thrift, and no password', () => {
    const file = fileAt(resources(), '/etc/hive/conf/hive-site.xml')
    const site = properties(file.content)
    expect(file).toMatchObject({ mode: '0644' })
    expect(site['hive.metastore.uris']).toBe('thrift://m1:9083')
    expect(site['hive.execution.engine']).toBe('mr')
    expect(site['hive.exec.mode.local.auto']).toBe('false')
    expect(Object.keys(site).filter((name) => name.startsWith('javax.jdo'))).toEqual([])
  })

  it('keeps the password, unchanged, where only root and the metastore can read it, and HiveServer2 cannot', () => {
    const all = resources()
    const site = fileAt(all, '/etc/hive/metastore-conf/hive-site.xml')
    expect(properties(site.content)['javax.jdo.option.ConnectionPassword']).toBe(secrets['metastore-hive'])
    const holders = all.filter((resource) => JSON.stringify(resource).includes('word'))
    for (const holder of holders.filter(({ type }) => type === 'file')) {
      if (JSON.stringify(holder).includes('\\\\ word')) {
        expect(holder).toMatchObject({
          owner: 'root',
          group: 'hive-metastore',
          mode: '0640',
          sensitive: true,
        })
      }
    }
    expect(byId(all, 'directory:/etc/hive/metastore-conf')).toMatchObject({
      group: 'hive-metastore',
      mode: '0750',
    })
    // The two have one user. Only the group of a process keeps HiveServer2 from the files, and from the other process.
    expect((byId(all, 'unit:hive-metastore') as Unit).content).toMatch(/^User=hive\nGroup=hive-metastore$/m)
    expect((byId(all, 'unit:hive-server2') as Unit).content).toMatch(/^User=hive\nGroup=hadoop$/m)
    expect(byId(all, 'user:hive')).toMatchObject({ groups: ['hive'] })
  })

  it('lets HiveServer2 run no command that reads files, and no session change that', () => {
    const site = properties(fileAt(resources(), '/etc/hive/conf/hiveserver2-site.xml').content)
    expect(site['hive.security.command.whitelist']).toBe('set,reset,list')
    expect(site['hive.conf.restricted.list']?.split(',')).toEqual(
      expect.arrayContaining(['hive.security.command.whitelist', 'hive.users.in.admin.role', 'spark.home']),
    )
    expect((byId(resources(), 'unit:hive-server2') as Unit).effective).toContain(
      '/etc/hive/conf/hiveserver2-site.xml',
    )
    // The command `hive`, which the pipeline uses, reads hive-site.xml alone.
    const shared = properties(fileAt(resources(), '/etc/hive/conf/hive-site.xml').content)
    expect(shared['hive.security.command.whitelist']).toBeUndefined()
  })

  it('lets cluster.yml allow more commands', () => {
    const of = cluster({ properties: { 'hive-site': { 'hive.security.command.whitelist': 'set,add' } } })
    const site = properties(fileAt(resources(of), '/etc/hive/conf/hiveserver2-site.xml').content)
    expect(site['hive.security.command.whitelist']).toBe('set,add')
    expect(site['hive.conf.restricted.list']).toContain('hive.security.command.whitelist')
  })

  it('has no such file before 0.14, where nothing reads it', () => {
    const old = cluster({
      versions: { hadoop: '1.2.1', hive: '0.11.0', sqoop: '1.4.5' },
      generation: 'hadoop1',
    })
    const ids = resources(old).map(({ id }) => id)
    expect(ids).toContain('unit:hive-server2')
    expect(ids).not.toContain('file:/etc/hive/conf/hiveserver2-site.xml')
  })

  it('refuses a password that Hadoop would read as a variable', () => {
    const bad = () => hive.resources(master, context(cluster(), { 'metastore-hive': `a$\{user.name}b` }))
    expect(bad).toThrow(expect.objectContaining({ code: 'METASTORE_PASSWORD_UNFIT' }))
    expect(bad).not.toThrow(/user\.name/)
  })

  it('lets properties in cluster.yml replace all others', () => {
    const of = cluster({
      properties: { 'hive-site': { 'hive.server2.thrift.port': '10010', 'hive.x': 'y' } },
    })
    const site = properties(fileAt(resources(of), '/etc/hive/conf/hive-site.xml').content)
    expect(site).toMatchObject({ 'hive.server2.thrift.port': '10010', 'hive.x': 'y' })
    expect((byId(resources(of), 'unit:hive-server2') as Unit).ready.script).toContain(':10010')
  })

  it('logs nothing to the standard output', () => {
    const { content } = fileAt(resources(), '/etc/hive/conf/hive-log4j2.properties')
    expect(content).not.toMatch(/SYSTEM_OUT/)
    expect(content).toMatch(/^rootLogger\.appenderRefs = file$/m)
  })

  it('uses the driver that works with the server', () => {
    const { metastore } = cluster()
    expect(metastoreJdbc(metastore, cluster())).toMatchObject({
      driver: 'org.mariadb.jdbc.Driver',
      url: expect.stringMatching(
        /^jdbc:mysql:\/\/m1:3306\/metastore\?permitMysqlScheme=true&useMysqlMetadata=true&/,
      ),
    })
    expect(metastoreJdbc({ ...metastore, server: onHost('m1', 'mysql') }, cluster()).driver).toBe(
      'com.mysql.cj.jdbc.Driver',
    )
    // For a server of unknown flavour: only MariaDB's driver works with both.
    expect(metastoreJdbc({ ...metastore, server: external('db', 3307) }, cluster())).toMatchObject({
      driver: 'org.mariadb.jdbc.Driver',
      url: expect.stringContaining('//db:3307/'),
    })
  })

  it('encrypts to a server that requires TLS, and only there', () => {
    const { metastore } = cluster()
    const urlTo = (server: DatabaseServer) => metastoreJdbc({ ...metastore, server }, cluster()).url
    expect(urlTo({ ...external('db'), tls: 'required' })).toMatch(/[?&]sslMode=trust$/)
    for (const server of [
      external('db'),
      { ...external('db'), tls: 'off' } as const,
      onHost('m1', 'mysql'),
    ]) {
      expect(urlTo(server)).not.toMatch(/ssl/i)
    }
    const optionsTo = (server: DatabaseServer) =>
      fileAt(
        resources(cluster({ metastore: { ...metastore, server } })),
        '/etc/hive/metastore-conf/database.cnf',
      ).content
    expect(optionsTo({ ...external('db'), tls: 'required' })).toMatch(/^\[client-mariadb\]\nssl = 1$/m)
    expect(optionsTo(external('db'))).not.toMatch(/^ssl/m)
  })
})

describe('units', () => {
  it('come after their schema and HDFS, and list the files that they read at the start', () => {
    const metastore = byId(resources(), 'unit:hive-metastore') as Unit
    expect(metastore.after).toEqual(
      expect.arrayContaining([
        'action:hive-schema',
        'action:hive-repair',
        'm1!hdfs-directory:/user/hive/warehouse',
      ]),
    )
    expect(metastore.effective).toEqual(
      expect.arrayContaining([
        '/etc/hive/metastore-conf/hive-site.xml',
        '/etc/hadoop/conf/core-site.xml',
        '/opt/hive/current/.howdah-archive',
        '/etc/hive/conf/repairs.txt',
      ]),
    )
    expect(metastore.content).toMatch(/^User=hive$/m)
    expect(metastore.content).toContain('-Xmx300m')
    expect(metastore.content).toContain('HIVE_CONF_DIR=/etc/hive/metastore-conf')
    expect((byId(resources(), 'unit:hive-server2') as Unit).after).toContain('m1!unit:hive-metastore')
  })

  it("create the directories in HDFS from the NameNode's host, wherever Hive is", () => {
    const ids = (daemons: readonly (typeof MASTER)[number][]) =>
      hive.resources(host('m1', daemons), context()).map(({ id }) => id)
    expect(ids(['namenode'])).toEqual([
      'hdfs-directory:/user/hive',
      'hdfs-directory:/user/hive/warehouse',
      'hdfs-directory:/tmp/hive',
    ])
    expect(ids(['datanode'])).toEqual([])
    expect(byId(resources(), 'hdfs-directory:/user/hive/warehouse')).toMatchObject({
      mode: '1777',
      owner: 'hive',
    })
  })
})

describe('repairs', () => {
  const unpack = (jars: readonly string[]) => {
    const box = sandbox()
    const lib = join(box.root, 'opt/hive/3.1.3/lib')
    const repairs = join(box.root, 'opt/howdah/extras/repairs')
    for (const dir of [lib, repairs]) mkdirSync(dir, { recursive: true })
    for (const jar of jars) writeFileSync(join(lib, jar), jar)
    for (const jar of ['guava-27.0-jre.jar', 'failureaccess-1.0.jar', 'commons-collections-3.2.2.jar']) {
      writeFileSync(join(repairs, jar), jar)
    }
    return { box, lib, action: actionOf(resources(), 'action:hive-repair') }
  }

  it('replace jars that conflict, once', () => {
    const { box, lib, action } = unpack([
      'guava-19.0.jar',
      'slf4j-log4j12-1.7.jar',
      'log4j-slf4j-impl-2.17.1.jar',
      'hive-exec-3.1.3.jar',
    ])
    expect(box.run(action.probe).out).toBe('done=no\n')
    expect(box.run(`set -eu\n${action.run}`)).toMatchObject({ exit: 0, err: '' })
    const after = [
      'commons-collections-3.2.2.jar',
      'failureaccess-1.0.jar',
      'guava-27.0-jre.jar',
      'hive-exec-3.1.3.jar',
      'log4j-slf4j-impl-2.17.1.jar',
    ]
    expect(filesIn(lib)).toEqual(after)
    expect(box.run(action.probe).out).toBe('done=yes\n')
    expect(box.run(`set -eu\n${action.run}`).exit).toBe(0)
    expect(filesIn(lib)).toEqual(after)
  })

  it('do not change jars that are right', () => {
    const { box, lib, action } = unpack([
      'guava-32.1-jre.jar',
      'failureaccess-1.0.1.jar',
      'commons-collections-3.2.1.jar',
    ])
    expect(box.run(`set -eu\n${action.run}`).exit).toBe(0)
    expect(filesIn(lib)).toEqual([
      'commons-collections-3.2.1.jar',
      'failureaccess-1.0.1.jar',
      'guava-32.1-jre.jar',
    ])
  })

  it('are made again for another archive', () => {
    const { box, action } = unpack(['guava-19.0.jar'])
    expect(box.run(`set -eu\n${action.run}`).exit).toBe(0)
    const other = { ...(context().artifacts.hive as Artifact), sha256: 'f'.repeat(64) }
    const next = actionOf(
      hive.resources(master, context(cluster(), secrets, { hive: other })),
      'action:hive-repair',
    )
    expect(box.run(next.probe).out).toBe('done=no\n')
    expect(fileAt(resources(), '/etc/hive/conf/repairs.txt').content).not.toBe(
      fileAt(
        hive.resources(master, context(cluster(), secrets, { hive: other })),
        '/etc/hive/conf/repairs.txt',
      ).content,
    )
  })

  it('are made again when the same archive was unpacked again', () => {
    const { box, lib, action } = unpack(['guava-19.0.jar'])
    expect(box.run(`set -eu\n${action.run}`).exit).toBe(0)
    box.run('rm -r /opt/hive/3.1.3')
    mkdirSync(lib, { recursive: true })
    writeFileSync(join(lib, 'guava-19.0.jar'), 'guava-19.0.jar')
    expect(box.run(action.probe).out).toBe('done=no\n')
  })

  it('fail if a jar is missing, and do not count as done', () => {
    const { box, action } = unpack(['guava-19.0.jar'])
    box.run('rm -r /opt/howdah/extras/repairs')
    expect(box.run(`set -eu\n${action.run}`)).toMatchObject({
      exit: 1,
      err: expect.stringContaining('is missing'),
    })
    expect(box.run(action.probe).out).toBe('done=no\n')
  })
})

describe('health', () => {
  /** Runs a check against a server that answers with these bytes. */
  async function against(script: (port: number) => string, reply: Buffer | undefined) {
    const asked: Buffer[] = []
    const server = createServer((socket) => {
      socket.on('error', () => {})
      socket.on('data', (bytes) => {
        asked.push(bytes)
        if (reply) socket.write(reply)
        else socket.destroy()
      })
    })
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
    const box = sandbox()
    box.program('systemctl', 'echo active')
    const { port } = server.address() as { port: number }
    const child = spawn('sh', ['-c', script(port)], { env: { PATH: `${box.root}/bin:/usr/bin:/bin` } })
    let out = ''
    child.stdout.on('data', (text) => {
      out += text
    })
    const exit = await new Promise<number | null>((done) => child.on('close', done))
    server.close()
    return { exit, out, asked: Buffer.concat(asked) }
  }
  const name = 'get_all_databases'
  const message = (kind: number, rest: number[]) =>
    Buffer.concat([
      Buffer.from([0x80, 1, 0, kind, 0, 0, 0, name.length]),
      Buffer.from(name),
      Buffer.from([0, 0, 0, 0, ...rest]),
    ])

  it('asks the metastore for its databases', async () => {
    const { exit, asked } = await against(metastoreScript, message(2, [0x0f, 0, 0, 0x0b, 0, 0, 0, 1]))
    expect(exit).toBe(0)
    expect(asked).toEqual(message(1, [0]))
  })

  it('distinguishes an answer, an exception and no answer', async () => {
    const exception = await against(metastoreScript, message(2, [0x0c, 0, 1, 0x0b]))
    expect(exception).toMatchObject({ exit: 1, out: expect.stringContaining('cannot list its databases') })
    const silence = await against(metastoreScript, undefined)
    expect(silence).toMatchObject({ exit: 1, out: expect.stringContaining('nothing answers') })
  })

  it('logs in to HiveServer2, and accepts a refusal as a sign that it serves', async () => {
    const welcome = await against(serverScript, Buffer.from([5, 0, 0, 0, 0]))
    expect(welcome.exit).toBe(0)
    expect(welcome.asked.toString('latin1')).toBe('\x01\0\0\0\x05PLAIN\x05\0\0\0\x14\0anonymous\0anonymous')
    expect((await against(serverScript, Buffer.from([3, 0, 0, 0, 0]))).exit).toBe(0)
    expect((await against(serverScript, undefined)).exit).toBe(1)
    expect((await against(serverScript, Buffer.from('HTTP/1.1 400'))).exit).toBe(1)
  })
})
