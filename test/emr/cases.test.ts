import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { parseLegacy, type Translated, translate } from '../../provisioners/emr/index.ts'
import { HowdahErrors } from '../../provisioners/errors.ts'
import { synthesise } from '../../stacks/synth.ts'
import { infrastructureOf, lineAbout, openOf, VPC } from './support.ts'

/** Files as users have them, of several ages of edX's tool. */
const DIR = join(import.meta.dirname, 'fixtures/cases')
const FILES = readdirSync(DIR)

const ENVIRONMENT = { CLUSTER_NAME: 'ETL nightly', SCRIPTS: 's3://acme-etl/scripts' }

const translatedCase = (file: string, environment: Record<string, string> = ENVIRONMENT): Translated =>
  translate(parseLegacy(readFileSync(join(DIR, file), 'utf8'), 'cluster.yml', environment), {
    ...VPC,
    keypairName: 'ops',
  })

const scratch = mkdtempSync(join(tmpdir(), 'howdah-cases-'))
afterAll(() => rmSync(scratch, { recursive: true, force: true }))

/** Files with a release that no cluster of Howdah can have: the report says so. */
const TOO_OLD = ['02-old-release-new-type.legacy.yml', 'emr-v2-release-label.yml']

/** The translation with what its report asks for: a later release, and no secret in the file. */
const withRelease = (done: Translated): Translated => ({
  ...done,
  clusterYml: done.clusterYml
    .replace('emr-4.7.2', 'emr-4.9.6')
    .replace(
      'javax.jdo.option.ConnectionPassword: secret',
      'EMR.secret@javax.jdo.option.ConnectionPassword: arn:aws:secretsmanager:eu-west-1:123456789012:secret:hive',
    ),
})

/** The errors that the call throws, as text. */
function thrownBy(call: () => unknown): readonly string[] {
  try {
    call()
  } catch (error) {
    return error instanceof HowdahErrors ? error.all.map(String) : [String(error)]
  }
  return []
}

describe('the translation of a real file', () => {
  it.each(TOO_OLD)('%s needs a later release, and validate says the same', (file) => {
    const done = translatedCase(file)
    expect(lineAbout(done, 'release_label').kind).toBe('needs-you')
    const lines = JSON.stringify(thrownBy(() => infrastructureOf(done)))
    expect(lines).toContain('has no security configuration')
  })

  it.each(FILES)('%s is valid, and can be synthesised', (file) => {
    const done = withRelease(translatedCase(file))
    expect(openOf(done)).toEqual([])
    const { stacks, outdir } = synthesise(infrastructureOf(done), { outdir: join(scratch, file) })
    const json = readFileSync(join(outdir, 'stacks', stacks.at(-1) as string, 'cdk.tf.json'), 'utf8')
    expect(JSON.parse(json).resource).toHaveProperty('aws_emr_cluster')
  })

  it('names what you must check, with its place', () => {
    const marked = Object.fromEntries(
      FILES.map((file) => [
        file,
        translatedCase(file)
          .report.filter(({ kind }) => kind === 'needs-you')
          .map(({ place, key }) => `${place} ${key}`),
      ]),
    )
    expect(marked).toEqual({
      '01-jinja-name.legacy.yml': [],
      '02-old-release-new-type.legacy.yml': ['4:16 release_label'],
      '13-logins-with-capitals.legacy.yml': ['6:31 user_info[1].github'],
      'emr-v1-singles-ganglia.yml': ['11:5 bootstrap_actions[0]'],
      'emr-v2-release-label.yml': [
        '3:16 release_label',
        '21:160 configurations[2].properties["javax.jdo.option.ConnectionPassword"]',
      ],
      'emr-v4-steps.yml': [
        '7:5 steps[2]',
        '7:44 steps[2].step_args[0]',
        '8:5 steps[3]',
        '9:139 steps[4].step_args[7]',
        '9:171 steps[4].step_args[9]',
      ],
      'emr-v5-configure.yml': [
        '10:32 bootstrap_actions[1].args[1]',
        '13:41 bootstrap_actions[2].args[1]',
        '17:5 bootstrap_actions[4]',
      ],
      'emr-v6-jinja.yml': [],
    })
  })

  it.each(['13-logins-with-capitals.legacy.yml', 'emr-v5-configure.yml'])(
    '%s installs no Hive, and its cluster has none',
    (file) => {
      const done = translatedCase(file)
      const names = infrastructureOf(done).emr?.applications.map(({ name }) => name)
      expect(names).toEqual(['Hadoop'])
      expect(lineAbout(done, 'applications').why).toContain('nothing installs Hive')
    },
  )
})

describe('an old release', () => {
  it.each([
    ['02-old-release-new-type.legacy.yml', ['m4.xlarge', 'm4.xlarge', undefined]],
    ['emr-v2-release-label.yml', ['m4.xlarge', 'm4.2xlarge', 'm4.xlarge']],
  ] as const)('%s gets types that it can start', (file, wanted) => {
    const capacity = infrastructureOf(withRelease(translatedCase(file))).emr?.capacity
    if (capacity?.kind !== 'groups') throw new Error('no groups')
    expect([capacity.master.type, capacity.core.type, capacity.task?.type]).toEqual(wanted)
  })
})

describe('the environment', () => {
  it('gives its values, and the report names the variables', () => {
    const done = translatedCase('emr-v6-jinja.yml', { CLUSTER_NAME: 'nightly', TASKS: '7' })
    expect(infrastructureOf(done)).toMatchObject({
      name: 'nightly',
      emr: { capacity: { task: { count: 7 } } },
    })
    expect(lineAbout(done, 'name').why).toContain('CLUSTER_NAME of the environment is in it')
  })

  it('gives the default of a variable that is not set', () => {
    const { emr } = infrastructureOf(translatedCase('emr-v6-jinja.yml'))
    expect(emr?.capacity).toMatchObject({ task: { count: 2 } })
  })
})
