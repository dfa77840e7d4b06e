import { describe, expect, it } from 'vitest'
import { currentProperty } from '../../provisioners/emr/properties-today.ts'
import { errorsOf, infrastructureOf, lineAbout, placeIn, translated, withKey } from './support.ts'

const action = (name: string, args: string): string =>
  withKey(
    `bootstrap_actions: {c: {path: 's3://elasticmapreduce/bootstrap-actions/${name}', args: [${args}]}}`,
  )

const configured = (args: string) =>
  Object.fromEntries(
    (infrastructureOf(translated(action('configure-hadoop', args))).emr?.configurations ?? []).map((one) => [
      one.classification,
      one.properties,
    ]),
  )

describe('arguments of configure-hadoop', () => {
  it.each([
    ['-c, hadoop.proxyuser.oozie.hosts=*', { 'core-site': { 'hadoop.proxyuser.oozie.hosts': '*' } }],
    ['-s, dfs.replication=2', { 'hdfs-site': { 'dfs.replication': '2' } }],
    ['-h, dfs.permissions=false', { 'hdfs-site': { 'dfs.permissions.enabled': 'false' } }],
    ['-m, a=b', { 'mapred-site': { a: 'b' } }],
    [
      '-y, yarn.nodemanager.resource.memory-mb=11520',
      { 'yarn-site': { 'yarn.nodemanager.resource.memory-mb': '11520' } },
    ],
    ['-l, log4j.rootLogger=WARN', { 'hadoop-log4j': { 'log4j.rootLogger': 'WARN' } }],
    ['-t, httpfs.x=1', { 'httpfs-site': { 'httpfs.x': '1' } }],
    [
      '-z, yarn.scheduler.capacity.root.queues=a',
      { 'capacity-scheduler': { 'yarn.scheduler.capacity.root.queues': 'a' } },
    ],
    [
      '-e, fs.s3.enableServerSideEncryption=true',
      { 'emrfs-site': { 'fs.s3.enableServerSideEncryption': 'true' } },
    ],
    [
      '--yarn-key-value, a=b, --mapred-key-value, c=d',
      { 'yarn-site': { a: 'b' }, 'mapred-site': { c: 'd' } },
    ],
    ['"-m a=b"', { 'mapred-site': { a: 'b' } }],
    ['-s, mapred.reduce.tasks=7', { 'mapred-site': { 'mapreduce.job.reduces': '7' } }],
    [
      '-m, mapreduce.map.java.opts=-Xmx1g -Da=b',
      { 'mapred-site': { 'mapreduce.map.java.opts': '-Xmx1g -Da=b' } },
    ],
    ['-m, a=1, -m, a=2', { 'mapred-site': { a: '2' } }],
  ])('%s', (args, wanted) => {
    expect(configured(args)).toEqual(wanted)
  })

  it.each([
    ['an option that there is not', '-m, a=b, -q, c=d', '-q'],
    ['a property without a value', '-m, mapred.x', 'mapred.x'],
    ['an option with nothing after it', '-m', '-m'],
  ])('%s is refused at its place', (_title, args, wrong) => {
    const text = action('configure-hadoop', args)
    expect(errorsOf(() => translated(text)).codes).toEqual([`LEGACY_ACTION_ARGUMENT ${placeIn(text, wrong)}`])
  })

  it('a whole file needs you, and names the classification', () => {
    const done = translated(action('configure-hadoop', "-M, 's3://scripts/mapred.xml'"))
    expect(lineAbout(done, 'bootstrap_actions.c.args[1]')).toMatchObject({ kind: 'needs-you' })
    expect(lineAbout(done, 'bootstrap_actions.c.args[1]').why).toContain('mapred-site')
  })
})

it('arguments of configure-daemons become the environment of daemons', () => {
  const done = translated(
    action(
      'configure-daemons',
      '--namenode-heap-size=2048, \'--resourcemanager-opts="-XX:+UseG1GC"\', --tasktracker-heap-size=9',
    ),
  )
  expect(infrastructureOf(done).emr?.configurations).toEqual([
    {
      classification: 'hadoop-env',
      properties: {},
      configurations: [
        { classification: 'export', properties: { HADOOP_NAMENODE_HEAPSIZE: '2048' }, configurations: [] },
      ],
    },
    {
      classification: 'yarn-env',
      properties: {},
      configurations: [
        {
          classification: 'export',
          properties: { YARN_RESOURCEMANAGER_OPTS: '-XX:+UseG1GC' },
          configurations: [],
        },
      ],
    },
  ])
  expect(lineAbout(done, 'bootstrap_actions.c.args[2]').kind).toBe('needs-you')
})

describe('properties of Hadoop 1 today', () => {
  it.each([
    [
      'mapred.jobtracker.completeuserjobs.maximum',
      'yarn-site yarn.resourcemanager.max-completed-applications',
    ],
    ['mapred.job.tracker.retiredjobs.cache.size', 'mapred-site mapreduce.jobhistory.joblist.cache.size'],
    ['mapred.job.shuffle.input.buffer.percent', 'mapred-site mapreduce.reduce.shuffle.input.buffer.percent'],
    ['mapred.cluster.max.map.memory.mb', 'yarn-site yarn.scheduler.maximum-allocation-mb'],
    ['mapred.map.child.java.opts', 'mapred-site mapreduce.map.java.opts'],
    ['io.sort.factor', 'mapred-site mapreduce.task.io.sort.factor'],
    ['mapred.child.java.opts', 'mapred-site mapred.child.java.opts'],
    ['fs.default.name', 'mapred-site -'],
    ['mapred.tasktracker.map.tasks.maximum', 'mapred-site -'],
    ['mapred.job.tracker', 'mapred-site -'],
    ['mapred.task.tracker.http.address', 'mapred-site -'],
  ])('%s is %s', (name, wanted) => {
    const now = currentProperty('mapred-site', name)
    expect(`${now.classification} ${now.name ?? '-'}`).toBe(wanted)
  })

  it('that nothing reads any more are dropped with the reason', () => {
    const done = translated(action('configure-hadoop', '-m, mapred.tasktracker.map.tasks.maximum=2'))
    expect(lineAbout(done, 'bootstrap_actions.c.args[1]')).toMatchObject({ kind: 'dropped' })
    expect(lineAbout(done, 'bootstrap_actions.c.args[1]').why).toContain('no slots')
  })
})
