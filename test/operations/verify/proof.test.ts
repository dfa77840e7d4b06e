import { describe, expect, it } from 'vitest'
import { brokenPart } from '../../../provisioners/operations/verify/broken-part.ts'
import { jdbcUrl } from '../../../provisioners/operations/verify/jdbc.ts'
import {
  liveDataNodes,
  membershipScript,
  taskNodes,
} from '../../../provisioners/operations/verify/members.ts'
import { hostOfAddress, portOf } from '../../../provisioners/operations/verify/place.ts'
import { hadRealContainers, parseAnswers, proveJob } from '../../../provisioners/operations/verify/proof.ts'
import { jobIds, ranLocally } from '../../../provisioners/operations/verify/tools.ts'
import { parseFsck } from '../../../provisioners/operations/verify/webhdfs.ts'
import { external } from '../../services/store/cluster.ts'
import { cluster } from './simulated.ts'

const id = 'job_1772409600000_0007'

const answers = (over: Record<string, unknown> = {}): Map<string, unknown> =>
  new Map(
    Object.entries({
      [`jobs/${id}`]: { job: { state: 'SUCCEEDED', uberized: false, mapsCompleted: 2, reducesCompleted: 1 } },
      [`jobs/${id}/jobattempts`]: { jobAttempts: { jobAttempt: [{ nodeHttpAddress: 'w2:8042' }] } },
      [`jobs/${id}/tasks`]: { tasks: { task: [{ id: 't1', type: 'MAP', successfulAttempt: 'a1' }] } },
      [`jobs/${id}/tasks/t1/attempts/a1`]: { taskAttempt: { nodeHttpAddress: 'w1.example.org:8042' } },
      ...over,
    }),
  )

describe('proveJob', () => {
  it('accepts a job that ran on the cluster’s NodeManagers', () => {
    const proof = proveJob(cluster, answers(), id)
    expect(proof).toEqual({ id, uber: false, maps: 2, reduces: 1, hosts: ['w1', 'w2'], doubts: [] })
    expect(hadRealContainers([proof])).toBe(true)
    expect(hadRealContainers([{ ...proof, uber: true }])).toBe(false)
  })

  it.each<[string, Record<string, unknown>, RegExp]>([
    ['is unknown', { [`jobs/${id}`]: undefined }, /has no record of it/],
    ['failed', { [`jobs/${id}`]: { job: { state: 'FAILED', diagnostics: 'oh' } } }, /^FAILED: oh/],
    [
      'ran its master elsewhere',
      { [`jobs/${id}/jobattempts`]: { jobAttempts: { jobAttempt: [{ nodeHttpAddress: 'db:8042' }] } } },
      /ran on db:8042/,
    ],
    [
      'ran a task elsewhere',
      { [`jobs/${id}/tasks/t1/attempts/a1`]: { taskAttempt: { nodeHttpAddress: 'x:8042' } } },
      /ran on x:8042/,
    ],
    [
      'has a task without a place',
      { [`jobs/${id}/tasks/t1/attempts/a1`]: undefined },
      /ran on an unknown node/,
    ],
    ['has no tasks', { [`jobs/${id}/tasks`]: {} }, /no task/],
  ])('doubts a job that %s', (_, over, doubt) => {
    expect(proveJob(cluster, answers(over), id).doubts.join('\n')).toMatch(doubt)
  })
})

it('parses answers, and ignores an error page', () => {
  const output = '@@ a\n{"x": 1}\n@@ b\ncurl: (7) Failed\n\n@@ c\n{broken\n'
  expect([...parseAnswers(output)]).toEqual([
    ['a', { x: 1 }],
    ['c', undefined],
  ])
})

it('finds job ids, and jobs that ran locally', () => {
  const words =
    'INFO Running job: job_1772409600000_0001\nStarting Job = job_1772409600000_0002, Tracking\njob_1772409600000_0001'
  expect(jobIds(words)).toEqual(['job_1772409600000_0001', 'job_1772409600000_0002'])
  expect(ranLocally(words)).toBe(false)
  expect(jobIds('Running job: job_local1234567_0001')).toEqual([])
  expect(ranLocally('Running job: job_local1234567_0001')).toBe(true)
})

it('reads fsck', () => {
  const text = `/x/a 12 bytes, replicated: replication=2, 1 block(s):  OK
0. BP-1:blk_1_1 len=12 Live_repl=2  [DatanodeInfoWithStorage[10.0.0.1:9866,DS-1,DISK]]
/x/b 12 bytes, replicated: replication=2, 1 block(s):  Under replicated BP-1:blk_2_2.
0. BP-1:blk_2_2 len=12 Live_repl=1  [DatanodeInfoWithStorage[10.0.0.1:9866,DS-1,DISK]]
The filesystem under path '/x' is HEALTHY`
  expect(parseFsck(text)).toEqual({ blocks: 2, fewest: 1, healthy: true })
  expect(parseFsck('Unable to check').blocks).toBe(0)
})

it('finds hosts by name, domain name and address, and by nothing else', () => {
  expect(hostOfAddress(cluster, 'w1:8042')?.name).toBe('w1')
  expect(hostOfAddress(cluster, 'w1.example.org:8042')?.name).toBe('w1')
  expect(hostOfAddress(cluster, '/w2.addr:1')?.name).toBe('w2')
  expect(hostOfAddress(cluster, 'w11:8042')).toBeUndefined()
})

it('reads members from the masters’ answers', () => {
  const live = JSON.stringify({ 'w1:9866': { lastContact: 2 } })
  const answers = new Map<string, unknown>([
    ['namenode', { beans: [{ LiveNodes: live }] }],
    ['resourcemanager', { nodes: null }],
  ])
  expect([...liveDataNodes(cluster, answers).keys()]).toEqual(['w1'])
  expect(taskNodes(cluster, answers).size).toBe(0)
  expect(liveDataNodes(cluster, new Map()).size).toBe(0)
})

it('uses the ports that the operator has set', () => {
  const moved = { ...cluster, properties: { 'hdfs-site': { 'dfs.datanode.http.address': '0.0.0.0:19864' } } }
  expect(portOf(moved, 'datanode')).toBe(19864)
  expect(portOf(moved, 'namenode')).toBe(9870)
  expect(membershipScript(moved)).toContain('http://w1:19864/jmx')
})

it('writes the address like edX, and lets the client get the key of MySQL', () => {
  const server = { kind: 'host', host: 'db', flavor: 'mysql', port: 3307, tls: 'preferred' } as const
  expect(jdbcUrl(server, 'x', '11.8.3-MariaDB-0+deb13u1')).toBe('jdbc:mysql://db:3307/x')
  expect(jdbcUrl(server, 'x', '9.7.0')).toBe('jdbc:mysql://db:3307/x?allowPublicKeyRetrieval=true')
})

it.each([
  ['preferred', '', '?allowPublicKeyRetrieval=true'],
  ['required', '?sslMode=REQUIRED', '?allowPublicKeyRetrieval=true&sslMode=REQUIRED'],
  ['off', '?sslMode=DISABLED', '?allowPublicKeyRetrieval=true&sslMode=DISABLED'],
] as const)('sets TLS of an external server to %s for the driver', (tls, mariadb, mysql) => {
  const server = { ...external('db.example'), tls }
  const base = 'jdbc:mysql://db.example:3306/x'
  expect(jdbcUrl(server, 'x', '10.11.8-MariaDB')).toBe(`${base}${mariadb}`)
  expect(jdbcUrl(server, 'x', '8.4.5')).toBe(`${base}${mysql}`)
})

it.each([
  [
    'java.lang.RuntimeException: Unable to instantiate org.apache.hadoop.hive.ql.metadata.SessionHiveMetaStoreClient',
    'hive-metastore',
  ],
  ['Error: Could not open client transport with JDBC Uri: jdbc:hive2://m1:10000/default', 'hiveserver2'],
  [
    'File /x could only be written to 0 of the 1 minReplication nodes. There are 0 datanode(s) running',
    'datanode',
  ],
  ['Call From m1 to m1:8032 failed on connection exception: java.net.ConnectException', 'resourcemanager'],
  ['Call to m1/10.0.0.1:8021 failed on connection exception: java.net.ConnectException', 'jobtracker'],
  ["Access denied for user 'reader'@'w1' (using password: YES)", 'grant reader'],
  ["INSERT command denied to user 'pipeline'@'w2' for table 'x'", 'grant pipeline'],
  ['Container is running beyond physical memory limits', 'nodemanager'],
])('finds the broken part in: %s', (output, name) => {
  expect(brokenPart(output)?.name).toBe(name)
})

it('finds no broken part in other output', () => {
  expect(brokenPart('Exported 12 records')).toBeUndefined()
})
