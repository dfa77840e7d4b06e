import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Action, Resource } from '../../../provisioners/engine/types.ts'
import { pipeline } from '../../../provisioners/services/pipeline/index.ts'
import { PINS, pinsProgram } from '../../../provisioners/services/pipeline/pins.ts'
import { scratch } from '../../support/scratch.ts'
import { contextOf, FIVE } from '../a-context.ts'
import { runSh } from '../run-sh.ts'

const PYTHON = 'python: {version: 2.7, install: true}'
const text = (more = '') =>
  `${FIVE}pipeline: {${PYTHON}, source: {git: 'https://git.example.org/p.git', ref: v1, wheels: w${more}}}\n`

const on = (name: string, file = text(), sha256?: string): readonly Resource[] => {
  const base = contextOf(file)
  const artifact = base.artifacts.pipeline
  const context =
    sha256 === undefined || !artifact
      ? base
      : { ...base, artifacts: { ...base.artifacts, pipeline: { ...artifact, sha256 } } }
  const host = context.cluster.hosts.find((each) => each.name === name)
  if (!host) throw new Error(`no host ${name}`)
  return pipeline.resources(host, context)
}
const find = <Kind = Record<string, unknown>>(id: string, list = on('m1')): Kind =>
  list.find((each) => each.id === id) as Kind
const LINK = 'symlink:/var/lib/analytics-tasks/automation'

describe('the pipeline itself', () => {
  it('is only on the master, after Python and its account', () => {
    const ours = (name: string) => on(name).filter(({ id }) => /source|virtualenv|automation/.test(id))
    expect(ours('m1').map(({ id }) => id)).toEqual([
      'file:/usr/local/lib/howdah/pipeline/make-virtualenv',
      'archive:pipeline-source',
      'action:pipeline-virtualenv',
      LINK,
    ])
    expect(ours('w1')).toEqual([])
    expect(find('archive:pipeline-source')).toMatchObject({
      owner: 'hadoop',
      group: 'hadoop',
      after: ['user:hadoop'],
    })
    expect(find<Action>('action:pipeline-virtualenv').after).toContain('action:pipeline-python')
    expect(find<Resource>(LINK).after).toEqual(['action:pipeline-virtualenv'])
  })

  it('has the program that rewrites requirements if Howdah installs the Python and there is no source yet', () => {
    const rewrites = (pipelineYml: string, name = 'm1') =>
      on(name, `${FIVE}pipeline: {${pipelineYml}}\n`).filter(({ id }) => id.includes('howdah/pipeline'))
    expect(rewrites(PYTHON).map(({ id }) => id)).toEqual([
      'directory:/usr/local/lib/howdah/pipeline',
      'file:/usr/local/lib/howdah/pipeline/pins.sed',
    ])
    expect(rewrites(PYTHON, 'w1')).toEqual([])
    expect(rewrites('python: {version: 3}')).toEqual([])
  })

  it('has its own directory for each content, and one link to the current one', () => {
    const [one, two] = ['a', 'b'].map((digit) => on('m1', text(), digit.repeat(64)))
    const at = (list = one) => find<{ path: string }>('archive:pipeline-source', list).path
    expect(at(one)).toBe('/var/lib/analytics-tasks/versions/aaaaaaaaaaaa')
    expect(at(two)).toBe('/var/lib/analytics-tasks/versions/bbbbbbbbbbbb')
    expect(find(LINK, two)).toMatchObject({ target: at(two) })
  })

  it('makes the virtualenv as the account of tasks, with the requirements in their order', () => {
    const { run } = find<Action>(
      'action:pipeline-virtualenv',
      on('m1', text(', requirements: [a.txt, b.txt]')),
    )
    expect(run).toMatch(
      /^runuser -u hadoop -- \S+\/make-virtualenv \/var\/lib\/analytics-tasks\/versions\/\w+ \/opt\/python\/2\.7\/bin\/python2\.7 a\.txt b\.txt$/m,
    )
  })

  it('is done if the virtualenv is complete, and not if it was interrupted', () => {
    const root = scratch('howdah-source-')
    const { probe } = find<Action>('action:pipeline-virtualenv')
    const done = () => runSh(probe.replaceAll('/var/lib/analytics-tasks/versions/', `${root}/`)).values.done
    const path = join(root, /versions\/(\w+)\//.exec(probe)?.[1] ?? '')
    expect(done()).toBe('no')
    const launcher = join(path, 'venv/bin/launch-task')
    mkdirSync(dirname(launcher), { recursive: true })
    writeFileSync(launcher, '', { mode: 0o755 })
    expect(done()).toBe('no')
    writeFileSync(join(path, '.virtualenv'), '')
    expect(done()).toBe('yes')
  })
})

describe('requirements that can no longer be installed as they are written', () => {
  const rewritten = (line: string): string => {
    const program = join(scratch('howdah-pins-'), 'pins.sed')
    writeFileSync(program, pinsProgram())
    const { stdout, stderr } = spawnSync('sed', ['-E', '-f', program], {
      input: `${line}\n`,
      encoding: 'utf8',
    })
    expect(stderr).toBe('')
    return stdout.trim()
  }

  it.each([
    ['mysql-connector-python==1.2.2', 'mysql-connector-python==8.0.23'],
    ['MySQL_Connector_Python == 1.2.2  # LGPL', 'mysql-connector-python==8.0.23'],
    ['http://cdn.example.org/c-1.2.2.zip#egg=mysql-connector-python-1.2.2', 'mysql-connector-python==8.0.23'],
    [
      'http://cdn.example.org/Connector-Python/mysql-connector-python-1.2.2.zip  \t# GPL v2',
      'mysql-connector-python==8.0.23',
    ],
    ['https://x.example.org/p/paramiko-1.0.tar.gz', '# left out: paramiko'],
    ['pip==9.0.1', '# left out: pip'],
    ['wheel==0.30.0', '# left out: wheel'],
    ['snowflake-connector-python==1.7.2', '# left out: snowflake-connector-python'],
    ['psycopg2==2.6.2 --no-binary psycopg2', '# left out: psycopg2'],
    ['git+https://git.example.org/luigi.git@eb45bcc5#egg=luigi', 'luigi'],
    ['-e git+https://git.example.org/p.git@a35#egg=pyinstrument-0.13', 'pyinstrument'],
    ['git+ssh://git@example.org/x.git@1#subdirectory=y&egg=edx-keys', 'edx-keys'],
  ])('%s', (line, wanted) => {
    expect(rewritten(line)).toBe(wanted)
  })

  it.each([
    'argparse==1.2.1',
    'ansible-lint==1.0',
    'edx-psycopg2==1',
    '# mysql-connector-python',
    '# http://cdn.example.org/mysql-connector-python-1.2.2.zip',
    'https://x.example.org/paramiko/other-1.0.zip',
    'pip-tools==1.0',
    '--no-binary ansible',
    '-r base.txt',
  ])('leaves %s as it is', (line) => expect(rewritten(line)).toBe(line))

  it('gives each a reason of one line', () => {
    expect(PINS.filter(({ reason }) => !/^[^\n]{10,}[^.\n]$/.test(reason))).toEqual([])
  })
})
