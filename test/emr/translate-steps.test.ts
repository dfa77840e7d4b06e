import { describe, expect, it } from 'vitest'
import { errorsOf, infrastructureOf, lineAbout, placeIn, translated, withKey } from './support.ts'

const infrastructure = (more: string) => infrastructureOf(translated(withKey(more)))
const emr = (more: string) => infrastructure(more).emr

describe('steps', () => {
  const runner = 's3://us-east-1.elasticmapreduce/libs/script-runner/script-runner.jar'
  it.each([
    [
      '{type: script, name: One, step_args: ["s3n://scripts/one.sh", x]}',
      { name: 'One', jar: runner, args: ['s3://scripts/one.sh', 'x'], actionOnFailure: 'TERMINATE_CLUSTER' },
    ],
    ['{step_args: ["s3://scripts/one.sh"]}', { name: 'jar', jar: runner, args: ['s3://scripts/one.sh'] }],
    [
      `{type: jar, jar: "${runner}", step_args: ["s3://scripts/one.sh"]}`,
      { jar: runner, args: ['s3://scripts/one.sh'] },
    ],
    [
      '{type: script, step_args: [/usr/bin/true, x]}',
      { jar: 'command-runner.jar', args: ['/usr/bin/true', 'x'] },
    ],
    [
      '{type: jar, jar: "s3n://scripts/a.jar", main_class: A, step_args: [x], properties: {k: v}, action_on_failure: CONTINUE}',
      {
        jar: 's3://scripts/a.jar',
        mainClass: 'A',
        args: ['x'],
        properties: { k: 'v' },
        actionOnFailure: 'CONTINUE',
      },
    ],
    [
      '{type: streaming, step_args: [-mapper, cat], properties: {mapreduce.job.reduces: 1}}',
      {
        jar: 'command-runner.jar',
        args: ['hadoop-streaming', '-D', 'mapreduce.job.reduces=1', '-mapper', 'cat'],
      },
    ],
    [
      '{type: hive, step_args: [-f, "s3://scripts/q.hql"]}',
      {
        jar: 'command-runner.jar',
        args: ['hive-script', '--run-hive-script', '--args', '-f', 's3://scripts/q.hql'],
      },
    ],
  ])('%s', (step, wanted) => {
    expect(emr(`steps: [${step}]`)?.steps).toMatchObject([wanted])
  })

  it('keep their order around those that became something else', () => {
    const text =
      'steps: [{type: script, name: a, step_args: ["s3://scripts/a"]}, {type: hive_install}, {type: script, name: b, step_args: ["s3://scripts/b"]}]'
    expect(emr(text)?.steps.map(({ name }) => name)).toEqual(['a', 'b'])
  })

  it('that run a script must name it', () => {
    expect(errorsOf(() => translated(withKey('steps: [{type: script}]'))).codes).toEqual([
      'LEGACY_MISSING_KEY 2:9',
    ])
  })

  it('that install Hive with a file of properties need you', () => {
    const done = translated(
      withKey(
        'steps: [{type: hive_install, hive_site: "s3://scripts/hive-site.xml", hive_version: 0.11.0.2}]',
      ),
    )
    expect(lineAbout(done, 'steps[0].hive_site')).toMatchObject({ kind: 'needs-you' })
    expect(lineAbout(done, 'steps[0].hive_version')).toMatchObject({ kind: 'dropped' })
  })
})

describe('the step that installs Sqoop', () => {
  const step = (args: string) =>
    withKey(`steps: [{type: script, name: x, step_args: ["s3://scripts/install-sqoop"${args}]}]`)

  it('is known by its script, whatever its name', () => {
    const done = translated(step(', "s3://scripts"'))
    expect(infrastructureOf(done).emr).toMatchObject({ steps: [], sqoop: { kind: 'step', version: '1.4.7' } })
  })

  it('is the application where the release brings it', () => {
    expect(infrastructureOf(translated(`release_label: emr-7.4.0\n${step('')}`)).emr?.sqoop.kind).toBe(
      'application',
    )
  })

  it.each([
    ['--sqoop-version=1.4.7', 'same'],
    ['--sqoop-version=1.4.6', 'replaced'],
    ['--mysql-connector-version=8.4.0', 'same'],
    ['--mysql-connector-version=5.1.35', 'replaced'],
    ['--hadoop-version=2.0.4-alpha', 'dropped'],
  ])('%s is %s', (argument, kind) => {
    const done = translated(step(`, "s3://scripts", ${argument}`))
    expect(lineAbout(done, 'steps[0].step_args[2]').kind).toBe(kind)
  })

  it.each(['--sqoop=1.4.7', '--sqoop-version', 'more'])('%s is not an argument of it', (argument) => {
    const text = step(`, "s3://scripts", ${argument}`)
    expect(errorsOf(() => translated(text)).codes).toEqual([
      `LEGACY_ACTION_ARGUMENT ${placeIn(text, `${argument}]`)}`,
    ])
  })
})

describe('bootstrap actions', () => {
  it('keep their order, without the obsolete one', () => {
    const text = `bootstrap_actions:
  - {name: first, path: 's3n://scripts/first.sh', args: [a]}
  - {name: security, path: 's3://scripts/security.sh'}
  - {name: runif, path: 's3://elasticmapreduce/bootstrap-actions/run-if', args: [instance.isMaster=true, echo]}
  - {name: last, path: 's3://scripts/last.sh'}
`
    expect(emr(text)?.bootstrapActions.map(({ name, path }) => `${name} ${path}`)).toEqual([
      'first s3://scripts/first.sh',
      'runif s3://elasticmapreduce/bootstrap-actions/run-if',
      'last s3://scripts/last.sh',
    ])
  })

  it('of AWS that no longer exist need you', () => {
    const done = translated(
      withKey("bootstrap_actions: {g: 's3://eu-west-1.elasticmapreduce/bootstrap-actions/install-ganglia'}"),
    )
    expect(lineAbout(done, 'bootstrap_actions.g').kind).toBe('needs-you')
  })

  it('name the bucket of the scripts', () => {
    const { configuration } = infrastructure("bootstrap_actions: {a: 's3://conf.example/a.sh'}")
    expect(configuration).toEqual({ name: 'conf.example', existing: true, prefix: 'howdah' })
  })
})
