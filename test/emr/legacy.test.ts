import { describe, expect, it } from 'vitest'
import { LEGACY_KEYS, parseLegacy, readExtraVars } from '../../provisioners/emr/index.ts'
import { topSchema } from '../../provisioners/emr/legacy-schema.ts'
import { errorsOf, infrastructureOf, translatedVars, withKey } from './support.ts'

const problems = (text: string) => errorsOf(() => parseLegacy(text, 'cluster.yml'))

describe('what is wrong is said with its place', () => {
  it.each([
    ['an unknown key', 'nam: x', ['LEGACY_UNKNOWN_KEY 1:1']],
    [
      'an unknown key of a group',
      'instance_groups: {core: {num_instances: 1, typ: m5.xlarge}}',
      ['LEGACY_MISSING_KEY 1:25', 'LEGACY_UNKNOWN_KEY 1:44'],
    ],
    [
      'an unknown role',
      'instance_groups:\n  slave: {num_instances: 1, type: m1.large}',
      ['LEGACY_UNKNOWN_KEY 2:3'],
    ],
    ['an unknown step type', 'steps:\n  - {type: hive_instal}', ['LEGACY_UNKNOWN_STEP 2:12']],
    ['a key of another step type', 'steps: [{type: hive_install, jar: x}]', ['LEGACY_UNKNOWN_KEY 1:30']],
    ['a number that is none', 'ebs_root_volume_size: big', ['LEGACY_INVALID_VALUE 1:23']],
    [
      'a price that is none',
      'instance_groups: {task: {num_instances: 1, type: x.y, market: SPOT, bidprice: cheap}}',
      ['LEGACY_INVALID_VALUE 1:79'],
    ],
    [
      'a market that is none',
      'instance_groups: {task: {num_instances: 1, type: x.y, market: spot}}',
      ['LEGACY_INVALID_VALUE 1:63'],
    ],
    ['steps that are not a list', 'steps: {a: {type: jar}}', ['LEGACY_INVALID_VALUE 1:8']],
    [
      'a configuration without a classification',
      'configurations: [{properties: {a: b}}]',
      ['LEGACY_MISSING_KEY 1:18'],
    ],
    [
      'an unknown key deep in a configuration',
      'configurations: [{classification: a, configurations: [{classification: b, property: {}}]}]',
      ['LEGACY_UNKNOWN_KEY 1:75'],
    ],
    ['a tag without its value', 'tags: [{Key: a}]', ['LEGACY_MISSING_KEY 1:8']],
    [
      'a bootstrap action without a path',
      'bootstrap_actions: {one: {args: [a]}}',
      ['LEGACY_MISSING_KEY 1:26'],
    ],
    ['a user without a name', 'user_info: [{type: admin}]', ['LEGACY_MISSING_KEY 1:13']],
    ['a type of user that is none', 'user_info: [{name: ann, type: root}]', ['LEGACY_INVALID_VALUE 1:31']],
    [
      'a zone beside a subnet',
      'vpc_subnet_id: subnet-1\navailability_zone: us-east-1a',
      ['LEGACY_ZONE_AND_SUBNET 2:1'],
    ],
    ['a cluster that must be absent', 'state: absent', ['LEGACY_STATE_ABSENT 1:8']],
    ['log_uri that is not an address of S3', 'log_uri: my-bucket', ['LEGACY_INVALID_VALUE 1:10']],
    ['a key written twice', 'name: a\nname: b', ['SPEC_DUPLICATE_KEY 2:1']],
    ['no YAML at all', '{name: a', ['SPEC_SYNTAX 1:9']],
    ["today's form", 'name: a\naws: {deployment: small-emr}', ['LEGACY_IS_TODAYS 2:1']],
    ['an unknown field of ec2_attributes', 'ec2_attributes: {Subnet: x}', ['LEGACY_UNKNOWN_KEY 1:18']],
  ] as const)('%s', (_title, text, codes) => {
    expect(problems(text).codes).toEqual(codes)
  })

  it.each([
    ['nam: x', 'did you mean name?'],
    ['steps: [{type: hive_instal}]', 'did you mean hive_install?'],
    ['instance_groups: {task: {num_instances: 1, type: x.y, market: SPO}}', 'did you mean SPOT?'],
  ])('%s: what was meant is guessed', (text, next) => {
    expect(problems(text).all[0]?.details.next).toBe(next)
  })

  it('everything at once, in the order of the file', () => {
    const text = 'nam: x\nsteps: [{type: jr}]\nuser_info: [{name: ann, typ: admin}]'
    expect(problems(text).codes).toEqual([
      'LEGACY_UNKNOWN_KEY 1:1',
      'LEGACY_UNKNOWN_STEP 2:16',
      'LEGACY_UNKNOWN_KEY 3:25',
    ])
  })
})

describe('the same, however it is written', () => {
  const flow =
    '{keypair_name: k, instance_groups: {master: {num_instances: 1, type: m5.xlarge,}, core: {num_instances: 3, type: m5.xlarge,},},}'
  const json =
    '{"keypair_name":"k","instance_groups":{"master":{"num_instances":1,"type":"m5.xlarge"},"core":{"num_instances":"3","type":"m5.xlarge"}}}'
  const block =
    'keypair_name: k\ninstance_groups:\n  master: {num_instances: 1, type: m5.xlarge}\n  core:\n    num_instances: 3\n    type: m5.xlarge\n'

  it('in block style, flow style with trailing commas, and JSON', () => {
    const read = [block, flow, json].map((text) => parseLegacy(text, 'cluster.yml').groups)
    expect(read[1]).toEqual(read[0])
    expect(read[2]).toEqual(read[0])
    expect(read[0]?.core?.value.num_instances).toBe(3)
  })

  it.each([
    ['an empty map of steps', 'steps: {}'],
    ['an empty list', 'steps: []'],
    ['an empty key', 'steps:'],
  ])('%s says that there are none', (_title, text) => {
    expect(parseLegacy(text, 'cluster.yml').steps).toEqual([])
  })

  it('bootstrap actions: a path alone, a map, and an ordered list', () => {
    const actions = (text: string) =>
      parseLegacy(`bootstrap_actions: ${text}`, 'cluster.yml').actions.map(({ value }) => value)
    const wanted = [{ name: 'a', path: 's3://b/a.sh', args: [] }]
    expect(actions('{a: "s3://b/a.sh"}')).toEqual(wanted)
    expect(actions('{a: {path: "s3://b/a.sh"}}')).toEqual(wanted)
    expect(actions('[{name: a, path: "s3://b/a.sh"}]')).toEqual(wanted)
  })

  it('tags: a list of Key and Value, and a map', () => {
    const tags = (text: string) => parseLegacy(`tags: ${text}`, 'cluster.yml').tags.map(({ value }) => value)
    expect(tags('[{Key: team, Value: data}]')).toEqual([{ key: 'team', value: 'data' }])
    expect(tags('{team: data}')).toEqual([{ key: 'team', value: 'data' }])
  })

  it('keeps what was typed: 0.20 stays 0.20, and a version is not read as a number', () => {
    const text = 'configurations: [{classification: mapred-site, properties: {a: 0.20, b: 022, c: yes}}]'
    expect(parseLegacy(text, 'cluster.yml').configurations[0]?.value.properties).toEqual({
      a: '0.20',
      b: '022',
      c: 'yes',
    })
  })

  it("takes PyYAML's yes and no as switches", () => {
    const fleets = parseLegacy(
      'instance_fleets: {master: {use_spot: no, instance_types: [{type: m5.xlarge}]}}',
      'c',
    )
    expect(fleets.fleets.master?.value.use_spot).toBe(false)
  })
})

describe('EXTRA_VARS', () => {
  it('names a file by @', () => {
    expect(readExtraVars('@/tmp/cluster.yml')).toEqual({ kind: 'file', file: '/tmp/cluster.yml' })
  })

  it('is read as key=value words, with quotes', () => {
    const done = translatedVars(
      `name="My Cluster" keypair_name='key 1' region=eu-west-1 ebs_root_volume_size=20`,
    )
    expect(infrastructureOf(done)).toMatchObject({
      name: 'my-cluster',
      region: 'eu-west-1',
      keyPair: { name: 'key 1' },
      tags: { 'ansible:emr:name': 'My Cluster' },
      emr: { rootVolumeGb: 20 },
    })
  })

  it('is read as a mapping in YAML or JSON', () => {
    expect(infrastructureOf(translatedVars('{name: a1, keypair_name: k}')).name).toBe('a1')
    expect(infrastructureOf(translatedVars('{"name": "a1", "keypair_name": "k"}')).name).toBe('a1')
  })

  it.each([
    ['a word that is none', 'name=a foo', 'LEGACY_EXTRA_VARS EXTRA_VARS:1:8'],
    ['nothing', '  ', 'LEGACY_EXTRA_VARS EXTRA_VARS:1:1'],
    ['a quote that never ends', 'name="a', 'LEGACY_EXTRA_VARS EXTRA_VARS:1:1'],
    ['an unknown key', 'keypair_name=k nam=a', 'LEGACY_UNKNOWN_KEY EXTRA_VARS:1:16'],
    ['a wrong value', 'keypair_name=k core_instance_num=many', 'LEGACY_INVALID_VALUE EXTRA_VARS:1:34'],
  ])('%s has its column', (_title, words, wanted) => {
    expect(errorsOf(() => translatedVars(words)).codes[0]).toBe(wanted)
  })
})

it('the table of keys, which the docs are made of, is the schema', () => {
  const known = LEGACY_KEYS.map(({ key }) => key).sort()
  expect(known).toEqual(Object.keys(topSchema.shape).sort())
  expect(problems(withKey('zzz: 1')).all[0]?.details.expected).toContain('availability_zone')
})
