import { describe, expect, it } from 'vitest'
import { successorOn } from '../../provisioners/emr/types-by-release.ts'
import { infrastructureOf, lineAbout, openOf, placeIn, translated, withKey } from './support.ts'

describe('successors of retired types', () => {
  it.each([
    ['m1.medium', 'emr-7.13.0', 'm5.xlarge'],
    ['m1.medium', 'emr-5.13.0', 'm5.xlarge'],
    ['m1.medium', 'emr-5.12.3', 'm4.xlarge'],
    ['m3.2xlarge', 'emr-4.7.2', 'm4.2xlarge'],
    ['m2.4xlarge', 'emr-5.0.3', 'r4.4xlarge'],
    ['c3.8xlarge', 'emr-4.9.6', 'c4.8xlarge'],
    ['hi1.4xlarge', 'emr-4.9.6', 'i2.4xlarge'],
    ['hs1.8xlarge', 'emr-5.36.2', 'd2.8xlarge'],
    ['hs1.8xlarge', 'emr-6.15.0', 'd3.8xlarge'],
    ['cg1.4xlarge', 'emr-5.29.0', 'c4.4xlarge'],
    ['m5.xlarge', 'emr-4.7.2', undefined],
  ])('%s on %s is %s', (type, release, wanted) => {
    expect(successorOn(type, release)).toBe(wanted)
  })

  it('in fleets are of the release too', () => {
    const done = translated(
      withKey(
        'release_label: emr-5.8.0\ninstance_fleets: {master: {instance_types: [{type: m3.xlarge}]}, core: {on_demand_capacity: 1, instance_types: [{type: m2.xlarge}]}}',
      ),
    )
    expect(infrastructureOf(done).emr?.capacity).toMatchObject({
      master: { types: [{ type: 'm4.xlarge' }] },
      core: { types: [{ type: 'r4.xlarge' }] },
    })
  })
})

describe('local disks of retired types', () => {
  it('become a volume that the file and the report show', () => {
    const done = translated(
      withKey(
        'instance_groups: {master: {num_instances: 1, type: m5.xlarge}, core: {num_instances: 1, type: m1.xlarge}}',
      ),
    )
    const line = done.report.find(({ became }) => became === 'aws.emr.core.volumes')
    expect(line?.why).toContain('1680 GB of local disks')
    expect(done.clusterYml).toContain('# m1.xlarge had 1680 GB of local disks\n      volumes:')
    expect(done.clusterYml.match(/volumes:/g)).toHaveLength(1)
  })

  it('are not mentioned where the file names a volume', () => {
    const done = translated(
      withKey('instance_groups: {core: {num_instances: 1, type: m1.xlarge, volume_size: 500}}'),
    )
    const core = done.report.filter(({ became }) => became === 'aws.emr.core.volumes')
    expect(core.map(({ value }) => value)).toEqual(['[{"type":"gp3","size":500}]'])
  })
})

describe('a file without a role', () => {
  const STEPS = `steps:
  - {type: script, step_args: ["s3://conf/a.sh", "s3://data/in/", "--out=s3://results/x"]}
  - {type: script, step_args: ["s3://conf/b.sh", "s3a://data/more"]}
log_uri: s3://logs
`
  it('names each bucket that the nodes may not list or write, once', () => {
    const needs = translated(withKey(STEPS)).report.filter(({ kind }) => kind === 'needs-you')
    expect(needs.map(({ key, why }) => [key, /the bucket (\S+):/.exec(why)?.[1]])).toEqual([
      ['steps[0].step_args[1]', 'data'],
      ['steps[0].step_args[2]', 'results'],
    ])
  })

  it('says how to keep the rights of the profile that was assumed', () => {
    expect(lineAbout(translated(withKey(STEPS)), 'role').why).toContain('aws.emr.instanceProfile: emr')
  })

  it('that names one keeps its rights', () => {
    const done = translated(withKey(`role: analytics\n${STEPS}`))
    expect(done.report.filter(({ kind }) => kind === 'needs-you')).toEqual([])
  })
})

describe('programs of the old images', () => {
  const step = (text: string) => infrastructureOf(translated(withKey(`steps: [${text}]`))).emr?.steps[0]
  it.each([
    '/home/hadoop/lib/emr-s3distcp-1.0.jar',
    's3://elasticmapreduce/libs/s3distcp/1.0.5/s3distcp.jar',
    's3n://eu-west-1.elasticmapreduce/libs/s3distcp/1.latest/s3distcp.jar',
  ])('%s is s3-dist-cp', (jar) => {
    expect(step(`{type: jar, jar: "${jar}", step_args: [--src, "s3://a/b"]}`)).toMatchObject({
      jar: 'command-runner.jar',
      args: ['s3-dist-cp', '--src', 's3://a/b'],
    })
  })

  it('streaming is hadoop-streaming, with its properties', () => {
    const jar = '/home/hadoop/contrib/streaming/hadoop-streaming.jar'
    expect(step(`{type: jar, jar: ${jar}, step_args: [-mapper, cat], properties: {a: b}}`)).toMatchObject({
      jar: 'command-runner.jar',
      args: ['hadoop-streaming', '-D', 'a=b', '-mapper', 'cat'],
    })
  })

  it("an own jar of that name stays what it is, and another of the image's needs you", () => {
    expect(step('{type: jar, jar: "s3://mine/s3distcp.jar"}')).toMatchObject({
      jar: 's3://mine/s3distcp.jar',
    })
    const done = translated(withKey('steps: [{type: jar, jar: /home/hadoop/hadoop-examples.jar}]'))
    expect(lineAbout(done, 'steps[0]').kind).toBe('needs-you')
  })

  it('a script of Hive is named by -f', () => {
    expect(step('{type: hive, step_args: ["s3n://conf/q.hql", -d, A=b]}')).toMatchObject({
      args: ['hive-script', '--run-hive-script', '--args', '-f', 's3://conf/q.hql', '-d', 'A=b'],
    })
  })
})

describe('properties that EMR sets itself', () => {
  const configured = (args: string) => {
    const path = 's3://elasticmapreduce/bootstrap-actions/configure-hadoop'
    const done = translated(withKey(`bootstrap_actions: {c: {path: '${path}', args: [${args}]}}`))
    return infrastructureOf(done).emr?.configurations.map(({ properties }) => properties)
  }

  it('mapred.child.java.opts is for maps and for reduces, and their own options win', () => {
    expect(configured('-m, mapred.child.java.opts=-Xmx1g')).toEqual([
      { 'mapreduce.map.java.opts': '-Xmx1g', 'mapreduce.reduce.java.opts': '-Xmx1g' },
    ])
    const both = { 'mapreduce.map.java.opts': '-Xmx2g', 'mapreduce.reduce.java.opts': '-Xmx1g' }
    const child = '-m, mapred.child.java.opts=-Xmx1g'
    const own = '-m, mapred.map.child.java.opts=-Xmx2g'
    expect(configured(`${child}, ${own}`)).toEqual([both])
    expect(configured(`${own}, ${child}`)).toEqual([both])
  })

  it.each(['fs.default.name', 'fs.defaultFS', 'yarn.resourcemanager.hostname', 'dfs.http.address'])(
    '%s is not carried over',
    (name) => expect(configured(`-c, ${name}=x`)).toEqual([]),
  )

  it('in configurations are dropped or marked', () => {
    const text = withKey(`release_label: emr-5.36.2
configurations:
  - {classification: core-site, properties: {fs.defaultFS: 'hdfs://x:9000', a: b}}
  - {classification: mapred-site, properties: {mapred.child.java.opts: -Xmx1g}}
`)
    const done = translated(text)
    expect(infrastructureOf(done).emr?.configurations[0]?.properties).toEqual({ a: 'b' })
    expect(lineAbout(done, 'configurations[0].properties["fs.defaultFS"]').kind).toBe('dropped')
    expect(lineAbout(done, 'configurations[1].properties["mapred.child.java.opts"]').kind).toBe('needs-you')
  })
})

describe('users', () => {
  it.each([
    ['Some-Body', 'some-body', 'Some-Body'],
    ['ann', 'ann', true],
    ['4ann', '_4ann', '4ann'],
  ])('%s logs in as %s', (name, login, github) => {
    const done = translated(withKey(`user_info: [{name: ${name}, github: true}]`))
    expect(() => infrastructureOf(done)).not.toThrow()
    expect(done.report.find(({ became }) => became === 'users[0].name')?.value).toBe(login)
    expect(done.report.find(({ became }) => became === 'users[0].github')?.value).toBe(String(github))
  })

  it('of one login are an error at the second', () => {
    const text = withKey('user_info: [{name: some.body}, {name: Some_Body}]')
    expect(openOf(translated(text))).toEqual([`LEGACY_SAME_LOGIN ${placeIn(text, 'Some_Body')}`])
  })
})

it('the report shows no password, and the new file has it', () => {
  const done = translated(
    withKey(`release_label: emr-5.36.2
configurations: [{classification: hive-site, properties: {javax.jdo.option.ConnectionPassword: s3same}}]
bootstrap_actions: {c: {path: 's3://elasticmapreduce/bootstrap-actions/configure-hadoop', args: [-c, fs.s3.awsSecretAccessKey=s3same]}}
`),
  )
  expect(JSON.stringify(done.report)).not.toContain('s3same')
  expect(done.clusterYml.match(/s3same/g)).toHaveLength(2)
})
