import { describe, expect, it } from 'vitest'
import { parseInfrastructure } from '../../provisioners/config/index.ts'
import { errorsOf, filledSeed, fixture, infrastructureOf, linesOf, openOf, translated } from './support.ts'

describe("the guide's cluster.yml, word for word", () => {
  const done = translated(fixture('seed-cluster.yml'), {})

  it('is read, and every placeholder left in it is an error at its own place', () => {
    expect(openOf(done)).toEqual([
      'LEGACY_PLACEHOLDER 2:11',
      'LEGACY_PLACEHOLDER 3:19',
      'LEGACY_VPC_UNKNOWN 4:20',
      'LEGACY_PLACEHOLDER 4:20',
      'LEGACY_PLACEHOLDER 5:14',
      'LEGACY_PLACEHOLDER 27:19',
      'LEGACY_PLACEHOLDER 44:17',
      'LEGACY_PLACEHOLDER 45:17',
    ])
    expect(done.open.at(0)?.details.next).toBe('write the real value in place of <your cluster name here>')
  })

  it('gives a file in which only unknown values are refused', () => {
    const { all } = errorsOf(() => parseInfrastructure(done.clusterYml, '/srv/site/cluster.yml'))
    expect(all.length).toBeGreaterThan(0)
    expect(all.filter(({ details }) => !JSON.stringify(details).includes('<'))).toEqual([])
  })

  it('holds only what the guide says once the placeholders are filled in', () => {
    const text = filledSeed()
    expect(text).not.toMatch(/<[^>]+>/)
    expect(text.split('\n')).toHaveLength(fixture('seed-cluster.yml').split('\n').length)
  })
})

describe("the guide's cluster.yml, filled in", () => {
  const done = translated(filledSeed())

  it('is reported line by line as reviewed', () => {
    expect(`${linesOf(done).join('\n')}\n`).toBe(fixture('seed-report.txt'))
  })

  it('leaves nothing open when the VPC is given', () => {
    expect(done.open).toEqual([])
    expect(openOf(translated(filledSeed(), {}))).toEqual(['LEGACY_VPC_UNKNOWN 4:20'])
  })

  it("passes today's parser and yields the cluster that it asked for", () => {
    const infrastructure = infrastructureOf(done)
    expect(infrastructure).toMatchObject({
      name: 'insights',
      deployment: 'small-emr',
      region: 'us-east-1',
      tags: { 'ansible:emr:name': 'insights' },
      network: {
        kind: 'existing',
        vpcId: 'vpc-0123456789abcdef0',
        cidr: '10.0.0.0/16',
        publicSubnetIds: ['subnet-0123456789abcdef0'],
        privateSubnetIds: [],
      },
      keyPair: { kind: 'existing', name: 'analytics' },
      logs: { name: 'example-analytics-logs', existing: true, prefix: '' },
      configuration: { name: 'example-analytics-configuration', existing: true, prefix: 'howdah' },
    })
    const { emr } = infrastructure
    expect(emr?.release).toBe('emr-7.13.0')
    expect(emr?.applications.map(({ name }) => name)).toEqual(['Hadoop', 'Hive'])
    expect(emr?.sqoop).toMatchObject({ kind: 'step', version: '1.4.7' })
    expect([emr?.steps, emr?.bootstrapActions, emr?.subnets]).toEqual([[], [], 'public'])
    expect(emr?.capacity).toMatchObject({
      kind: 'groups',
      master: { count: 1, type: 'm5.xlarge', market: 'ON_DEMAND' },
      core: { count: 2, type: 'm5.xlarge', market: 'SPOT', bidPrice: '0.03' },
      task: { count: 1, type: 'm5.xlarge', market: 'SPOT', bidPrice: '0.03' },
    })
    expect(emr?.configurations).toEqual([
      {
        classification: 'yarn-site',
        properties: { 'yarn.resourcemanager.max-completed-applications': '5' },
        configurations: [],
      },
      {
        classification: 'mapred-site',
        properties: {
          'mapreduce.jobhistory.joblist.cache.size': '50',
          'mapreduce.reduce.shuffle.input.buffer.percent': '0.20',
        },
        configurations: [],
      },
    ])
  })

  it('says that sources disagree about the one property', () => {
    const line = done.report.find(({ place }) => place === '33:21')
    expect(line?.why).toContain('mapreduce.jobtracker.retiredjobs.cache.size, which YARN ignores')
  })

  it('writes comments where a choice was made', () => {
    expect(done.clusterYml).toContain('# replaces m1.medium, which is retired\n      type: m5.xlarge')
    expect(done.clusterYml).toContain('# replaces image 2.4.11\n    release: emr-7.13.0')
  })

  it('is the same text every time', () => {
    expect(translated(filledSeed()).clusterYml).toBe(done.clusterYml)
  })
})
