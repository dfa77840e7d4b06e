import { spawnSync } from 'node:child_process'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { runVerify } from '../../../provisioners/operations/verify/run.ts'
import {
  compareRunning,
  describeRunning,
  parseConf,
} from '../../../provisioners/operations/verify/running.ts'
import { confScript, unpack } from '../../../provisioners/operations/verify/steps/running.ts'
import { simulate } from './simulated.ts'

/** In the form of Hadoop 1: one line, no sources. */
const HADOOP1 =
  '<?xml version="1.0" encoding="UTF-8" standalone="no"?><configuration>' +
  '<property><!--Loaded from core-site.xml--><name>fs.default.name</name><value>hdfs://m1</value></property>' +
  '<property><!--Loaded from hdfs-site.xml--><name>dfs.http.address</name><value>0.0.0.0:50070</value></property>' +
  '<property><!--Loaded from hdfs-site.xml--><name>dfs.name.dir</name><value>/data/nn</value></property>' +
  '<property><!--Loaded from mapred-site.xml--><name>mapred.child.java.opts</name><value>-Xmx400m -Dx=&lt;a&gt;</value></property>' +
  '</configuration>'

/** In the form of Hadoop 3, with sources and a redacted value. */
const HADOOP3 = `<?xml version="1.0" encoding="UTF-8" standalone="no"?>
<configuration>
  <property>
    <name>dfs.datanode.handler.count</name>
    <value>10</value>
    <final>false</final>
    <source>hdfs-default.xml</source>
  </property>
  <property>
    <name>yarn.nodemanager.address</name>
    <value>w1.example.org:8041</value>
    <final>false</final>
    <source>programmatically</source>
  </property>
  <property>
    <name>hadoop.tmp.dir</name>
    <value>/tmp/hadoop-\${user.name}</value>
    <final>false</final>
    <source>core-site.xml</source>
  </property>
  <property>
    <name>fs.s3a.server-side-encryption.key</name>
    <value>&lt;redacted&gt;</value>
    <final>false</final>
    <source>core-site.xml</source>
  </property>
  <property>
    <name>hadoop.http.filter.initializers</name>
    <value/>
    <final>false</final>
    <source>core-site.xml</source>
  </property>
</configuration>`

describe('a page /conf', () => {
  it('is parsed in the form of Hadoop 1', () => {
    expect([...parseConf(HADOOP1)]).toEqual([
      ['fs.default.name', 'hdfs://m1'],
      ['dfs.http.address', '0.0.0.0:50070'],
      ['dfs.name.dir', '/data/nn'],
      ['mapred.child.java.opts', '-Xmx400m -Dx=<a>'],
    ])
  })

  it('is parsed in the form of Hadoop 3, with empty values', () => {
    const page = parseConf(HADOOP3)
    expect(page.get('dfs.datanode.handler.count')).toBe('10')
    expect(page.get('hadoop.http.filter.initializers')).toBe('')
    expect(page.size).toBe(5)
  })

  it('is not an error page', () => {
    expect(() => parseConf('<html><body>404</body></html>')).toThrow('no configuration')
  })
})

describe('the running configuration, compared with the rendered one', () => {
  const differences = (page: string, rendered: Record<string, string>) =>
    compareRunning(rendered, parseConf(page)).differences

  it.each<[string, string, Record<string, string>]>([
    ['the same value', HADOOP1, { 'dfs.name.dir': '/data/nn' }],
    ['the default port of HDFS left out', HADOOP1, { 'fs.default.name': 'hdfs://m1:8020' }],
    ['an address as it was bound', HADOOP1, { 'dfs.http.address': 'm1:50070' }],
    ['an address by a longer name', HADOOP3, { 'yarn.nodemanager.address': 'w1:8041' }],
    ['a value with a variable', HADOOP3, { 'hadoop.tmp.dir': '/tmp/hadoop-${user.name}' }],
    ['an empty value that the daemon left out', HADOOP1, { 'mapreduce.admin.opts': '' }],
    ['an empty value', HADOOP3, { 'hadoop.http.filter.initializers': '' }],
  ])('accepts %s', (_, page, rendered) => {
    expect(differences(page, rendered)).toEqual([])
  })

  it.each<[string, string, Record<string, string>, string | undefined]>([
    ['an old value', HADOOP3, { 'dfs.datanode.handler.count': '12' }, '10'],
    ['a property that is unknown', HADOOP3, { 'dfs.replication': '2' }, undefined],
    ['another port', HADOOP1, { 'dfs.http.address': 'm1:50071' }, '0.0.0.0:50070'],
    ['another NameNode', HADOOP1, { 'fs.default.name': 'hdfs://m2:8020' }, 'hdfs://m1'],
    ['another port of HDFS', HADOOP1, { 'fs.default.name': 'hdfs://m1:9000' }, 'hdfs://m1'],
    [
      'a value around a variable',
      HADOOP3,
      { 'hadoop.tmp.dir': '/var/tmp/${user.name}' },
      '/tmp/hadoop-${user.name}',
    ],
  ])('reports %s', (_, page, rendered, running) => {
    const [name = '', wanted = ''] = Object.entries(rendered)[0] ?? []
    expect(differences(page, rendered)).toEqual([
      { name, rendered: wanted, ...(running !== undefined && { running }) },
    ])
  })

  it('never compares a secret, found by its name or by what Hadoop shows', () => {
    const rendered = {
      'fs.s3a.server-side-encryption.key': 'hunter2',
      'javax.jdo.option.ConnectionPassword': 'x',
    }
    const comparison = compareRunning(rendered, parseConf(HADOOP3))
    expect(comparison).toEqual({ compared: 0, hidden: Object.keys(rendered), differences: [] })
  })

  it('shows each difference with both values', () => {
    const comparison = compareRunning({ 'dfs.datanode.handler.count': '12' }, parseConf(HADOOP3))
    expect(describeRunning(comparison)).toBe(
      '1 of 1 properties differ\ndfs.datanode.handler.count: runs with 10; rendered: 12',
    )
  })
})

describe('asked on a host', () => {
  let server: Server
  afterEach(() => server.close())

  it.each([
    [200, HADOOP3, 0],
    [404, 'no', 22],
  ])('HTTP %i', async (status, body, exit) => {
    server = createServer((_, response) => response.writeHead(status).end(body))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    const { spawn } = await import('node:child_process')
    const child = spawn('sh', ['-c', confScript(`http://127.0.0.1:${port}/conf`)])
    let said = ''
    child.stdout.on('data', (chunk) => {
      said += chunk
    })
    expect(await new Promise((resolve) => child.on('close', resolve))).toBe(exit)
    if (exit === 0) expect(unpack(said)).toBe(HADOOP3)
  })
})

describe('in verify', () => {
  const packed = (page: string): string =>
    spawnSync('sh', ['-c', 'gzip -c | base64'], { input: page, encoding: 'utf8' }).stdout
  const configuration = (rendered: Record<string, string>) => ({
    daemon: 'datanode' as const,
    host: 'w1',
    unit: 'hdfs-datanode',
    url: 'http://w1:9864/conf',
    files: ['hdfs-site'],
    rendered,
  })

  it.each<[string, string, boolean]>([
    ['passes when they are the same', '10', true],
    ['fails by name when a daemon runs with an old value, and the flow is tried all the same', '12', false],
  ])('%s', async (_, value, ok) => {
    const { input } = simulate(
      { confPage: packed(HADOOP3) },
      { configurations: async () => [configuration({ 'dfs.datanode.handler.count': value })] },
    )
    const report = await runVerify(input)
    const failed = report.checks.filter(({ status }) => status === 'fail')
    expect(failed.map(({ name }) => name)).toEqual(ok ? [] : ['configuration datanode'])
    expect(report.checks.filter(({ status }) => status === 'skip')).toEqual([])
    if (!ok)
      expect(failed[0]).toMatchObject({ host: 'w1', next: expect.stringContaining('howdah bootstrap') })
  })

  it('fails when the hosts cannot be read', async () => {
    const { input } = simulate({}, { configurations: () => Promise.reject(new Error('w1 does not answer')) })
    const report = await runVerify(input)
    expect(report.checks.find(({ name }) => name === 'configuration')).toMatchObject({
      status: 'fail',
      detail: 'w1 does not answer',
    })
  })
})
