import { describe, expect, it } from 'vitest'
import { EMR_RELEASES, type InfrastructureEmr } from '../../../provisioners/config/index.ts'
import { bringsSqoop } from '../../../provisioners/config/infrastructure/emr-releases.ts'
import { infrastructure } from '../support.ts'

const whole = (rest: string, deployment = 'small-emr') =>
  infrastructure(
    `name: insights\naws: {deployment: ${deployment}, region: eu-west-1, ${deployment === 'large-emr' ? 'api: none, insights: none, ' : ''}emr: {${rest}}}\n`,
  )

const emr = (rest: string, deployment?: string): InfrastructureEmr => {
  const made = whole(rest, deployment).emr
  if (made === undefined) throw new Error('no EMR')
  return made
}

const warnings = (rest: string): readonly string[] =>
  whole(rest).warnings.map((text) => text.replace('/srv/site/cluster.yml:', ''))

describe('Sqoop', () => {
  it('is an application up to emr-7.4.0, and a step after it', () => {
    expect(emr('release: emr-7.4.0').sqoop.kind).toBe('application')
    expect(emr('release: emr-6.15.0').sqoop.kind).toBe('application')
    expect(emr('release: emr-7.5.0').sqoop.kind).toBe('step')
    expect(emr('').sqoop.kind).toBe('step')
    expect(Object.keys(EMR_RELEASES).filter((release) => !bringsSqoop(release))).toEqual([
      'emr-7.13.0',
      'emr-7.12.0',
      'emr-7.11.0',
      'emr-7.10.0',
      'emr-7.9.0',
      'emr-7.8.0',
      'emr-7.7.0',
      'emr-7.5.0',
    ])
  })

  it('is left out when it is not wanted', () => {
    expect(emr('sqoop: none').sqoop.kind).toBe('none')
    expect(emr('release: emr-7.4.0, sqoop: none').sqoop.kind).toBe('none')
  })

  it('is said once', () => {
    const { applications, sqoop } = emr(
      'release: emr-7.4.0, applications: [Hadoop, Sqoop, {name: Hive, args: [a]}]',
    )
    expect(applications).toEqual([
      { name: 'Hadoop', args: [] },
      { name: 'Hive', args: ['a'] },
    ])
    expect(sqoop.kind).toBe('application')
  })

  it('always has a checksum, and so has its driver', () => {
    const sum = 'b'.repeat(128)
    const own = emr(
      `release: emr-7.4.0, sqoop: {version: 1.4.6, tarball: 's3://b/sqoop.tar.gz', sha512: ${sum}, driver: 's3://b/d.jar', driverSha256: ${'c'.repeat(64)}}`,
    ).sqoop
    expect(own).toEqual({
      kind: 'step',
      version: '1.4.6',
      tarball: 's3://b/sqoop.tar.gz',
      sha512: sum,
      driver: 's3://b/d.jar',
      driverSha256: 'c'.repeat(64),
    })
    const { sha256, driverSha256 } = emr('').sqoop
    expect(sha256).toMatch(/^[0-9a-f]{64}$/)
    expect(driverSha256).toMatch(/^[0-9a-f]{64}$/)
  })
})

describe('capacity', () => {
  it('takes groups when one is written', () => {
    expect(emr('task: {market: SPOT, bidPrice: 0.10, count: 6}', 'large-emr').capacity).toEqual({
      kind: 'groups',
      master: { type: 'm5.xlarge', count: 1, market: 'ON_DEMAND', volumes: [{ type: 'gp3', sizeGb: 100 }] },
      core: { type: 'm5.xlarge', count: 2, market: 'ON_DEMAND', volumes: [{ type: 'gp3', sizeGb: 100 }] },
      task: {
        type: 'm5.xlarge',
        count: 6,
        market: 'SPOT',
        bidPrice: '0.10',
        volumes: [{ type: 'gp3', sizeGb: 100 }],
      },
    })
  })

  it('takes fleets as they are written', () => {
    const { capacity } = emr(
      'fleets: {core: {onDemand: 0, spot: 0}, task: {spot: 8, types: [m5.xlarge, {type: r5.2xlarge, weight: 2, bidPricePercent: 60, volumes: []}], onTimeout: TERMINATE_CLUSTER, timeoutMinutes: 30, allocation: diversified}}',
    )
    if (capacity.kind !== 'fleets') throw new Error('groups')
    expect(capacity.core).toBeUndefined()
    expect(capacity.task).toEqual({
      onDemandCapacity: 0,
      spotCapacity: 8,
      types: [
        { type: 'm5.xlarge', weight: 1, volumes: [{ type: 'gp3', sizeGb: 100 }] },
        { type: 'r5.2xlarge', weight: 2, bidPricePercent: 60, volumes: [] },
      ],
      onTimeout: 'TERMINATE_CLUSTER',
      timeoutMinutes: 30,
      allocation: 'diversified',
    })
  })

  it('warns of Spot where it loses something, and of bids without effect', () => {
    const spot = 'market: SPOT, bidPrice: 0.03'
    expect(warnings(`core: {${spot}}`)).toEqual([
      expect.stringMatching(/^2:70: core instances on Spot.*HDFS are lost/),
    ])
    expect(warnings(`master: {${spot}}`)).toEqual([expect.stringMatching(/^2:72: the master on Spot/)])
    expect(warnings(`task: {${spot}}`)).toEqual([])
    expect(warnings('fleets: {core: {spot: 2}}')).toEqual([
      expect.stringMatching(/^2:77: core instances on Spot/),
    ])
    expect(warnings('core: {market: ON_DEMAND, bidPrice: 0.03}')).toEqual([
      expect.stringMatching(/^2:91: aws\.emr\.core\.bidPrice has no effect/),
    ])
    expect(emr('core: {bidPrice: 0.03}').capacity).not.toHaveProperty('core.bidPrice')
  })
})

describe('releases', () => {
  it('give a warning when they are unknown, or their support has ended', () => {
    expect(warnings('release: emr-7.99.0')).toEqual([
      expect.stringMatching(/^2:64: emr-7\.99\.0 is not in Howdah's table/),
    ])
    expect(warnings('release: emr-7.5.0')).toEqual([expect.stringMatching(/ended on 2026-11-20/)])
    expect(warnings('release: emr-7.13.0')).toEqual([])
  })
})

describe('steps, actions and configurations', () => {
  it('takes configurations inside each other as deep as they are written', () => {
    const nested = (depth: number): string =>
      `{classification: c${depth}, properties: {n: ${depth}}${depth === 5 ? '' : `, configurations: [${nested(depth + 1)}]`}}`
    const seen: string[] = []
    let level = emr(`configurations: [${nested(1)}]`).configurations
    for (let [one] = level; one !== undefined; [one] = level) {
      seen.push(`${one.classification}: ${one.properties.n}`)
      level = one.configurations
    }
    expect(seen).toEqual(['c1: 1', 'c2: 2', 'c3: 3', 'c4: 4', 'c5: 5'])
  })

  it('are resolved to jars', () => {
    const { steps } = emr(
      [
        "steps: [{type: script, name: s, path: 's3://b/s.sh', args: [-m, 5, 0.20], actionOnFailure: TERMINATE_CLUSTER}",
        "{type: jar, jar: 's3://b/a.jar', mainClass: a.B, args: [x], properties: {k: 022}}",
        '{type: streaming, args: [-mapper, cat]}',
        '{type: command, args: [hdfs, dfsadmin, -report]}',
        "{type: hive-script, path: 's3://b/q.hql', args: [-d, x=1]}",
        "{type: pig-script, path: 's3://b/p.pig'}]",
      ].join(', '),
    )
    const runner = 'command-runner.jar'
    expect(steps.map(({ name, jar, args }) => [name, jar, ...args])).toEqual([
      [
        's',
        's3://eu-west-1.elasticmapreduce/libs/script-runner/script-runner.jar',
        's3://b/s.sh',
        '-m',
        '5',
        '0.20',
      ],
      ['jar', 's3://b/a.jar', 'x'],
      ['streaming', runner, 'hadoop-streaming', '-mapper', 'cat'],
      ['command', runner, 'hdfs', 'dfsadmin', '-report'],
      [
        'hive-script',
        runner,
        'hive-script',
        '--run-hive-script',
        '--args',
        '-f',
        's3://b/q.hql',
        '-d',
        'x=1',
      ],
      ['pig-script', runner, 'pig-script', '--run-pig-script', '--args', '-f', 's3://b/p.pig'],
    ])
    expect(steps.map(({ actionOnFailure }) => actionOnFailure)).toEqual([
      'TERMINATE_CLUSTER',
      ...Array.from({ length: 5 }, () => 'CONTINUE'),
    ])
    expect(steps[1]).toMatchObject({ mainClass: 'a.B', properties: { k: '022' } })
  })

  it('keep the characters that were typed', () => {
    const { configurations, bootstrapActions } = emr(
      "configurations: [{classification: mapred-site, properties: {a: 0.20, b: true, c: 010}}, {classification: hadoop-env, configurations: [{classification: export, properties: {X: 1}}]}], bootstrapActions: [{path: 's3://b/dir/go.sh', args: [3.10]}]",
    )
    expect(configurations).toEqual([
      { classification: 'mapred-site', properties: { a: '0.20', b: 'true', c: '010' }, configurations: [] },
      {
        classification: 'hadoop-env',
        properties: {},
        configurations: [{ classification: 'export', properties: { X: '1' }, configurations: [] }],
      },
    ])
    expect(bootstrapActions).toEqual([{ name: 'go.sh', path: 's3://b/dir/go.sh', args: ['3.10'] }])
  })
})

describe('the end of a cluster', () => {
  it.each([
    ['60', 60],
    ['90m', 5400],
    ['1h30m', 5400],
    ['7d', 604800],
    ['5400s', 5400],
  ])('comes after %s of idleness', (text, seconds) => {
    expect(emr(`autoTermination: ${text}`, 'large-emr').autoTerminationSeconds).toBe(seconds)
  })

  it('gives a warning where the master has all services', () => {
    expect(warnings('autoTermination: 2h')).toEqual([
      expect.stringMatching(/^2:72: the master holds the result store/),
    ])
  })

  it('is not set by default', () => {
    expect(emr('').autoTerminationSeconds).toBeUndefined()
    expect(emr('').terminationProtection).toBe(false)
  })
})
