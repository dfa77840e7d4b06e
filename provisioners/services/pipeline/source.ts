import { render } from '../../../hadoop-templates/index.ts'
import type { Pipeline, PipelineSource } from '../../config/types-pipeline.ts'
import type { Action, Resource } from '../../engine/types.ts'
import { sh } from '../../shell.ts'
import { archive, artifactOf, directory, file, symlink } from '../support/resources.ts'
import type { ComponentContext } from '../types.ts'
import { PIPELINE } from './paths.ts'
import { pinsProgram } from './pins.ts'

/** The directory of these programs on the master. */
const LIB = '/usr/local/lib/howdah/pipeline'
const MAKE = `${LIB}/make-virtualenv`
const PINS = `${LIB}/pins.sed`

/**
 * The directory of a version of the pipeline. It is named by a hash of the content, so another version gets its own
 * directory, and a run that has begun continues with its files.
 */
const versionPath = ({ directory: root }: PipelineSource, sha256: string): string =>
  `${root}/versions/${sha256.slice(0, 12)}`

const after = [`directory:${LIB}`]

/** The program that rewrites requirements. It is needed before a source: for making a wheelhouse on the master. */
const pins = (): Resource[] => [directory(PIPELINE, LIB), file(PIPELINE, PINS, pinsProgram(), { after })]

const maker = (): Resource =>
  file(PIPELINE, MAKE, render('pipeline/make-virtualenv', { pins: PINS }), { mode: '0755', after })

/**
 * Makes the virtualenv as the account of the tasks, because source packages run their own code while they are built.
 */
function virtualenv(path: string, { user, python }: Pipeline, source: PipelineSource): Action {
  const done = `${path}/.virtualenv`
  return {
    type: 'action',
    id: 'action:pipeline-virtualenv',
    component: PIPELINE,
    title: `the virtualenv of ${path}`,
    probe: sh`if [ -f ${done} ] && [ -x ${`${path}/venv/bin/launch-task`} ]; then echo done=yes; else echo done=no; fi`,
    run: [
      sh`cd ${path}`,
      sh`runuser -u ${user} -- ${MAKE} ${path} ${python.command} ${source.requirements}`,
      sh`touch ${done}`,
    ].join('\n'),
    timeoutSeconds: 3600,
    after: [
      'archive:pipeline-source',
      `file:${MAKE}`,
      `file:${PINS}`,
      ...(python.install ? ['action:pipeline-python'] : []),
    ],
  }
}

/**
 * The pipeline's checkout and virtualenv on the master, and the link that remote-task and the schedule use. If there is
 * no source but Howdah installs Python 2.7: the program that you need for making a wheelhouse.
 */
export function sourceResources(context: ComponentContext, pipeline: Pipeline): Resource[] {
  const { source, user, python } = pipeline
  if (source === undefined) return python.install ? pins() : []
  const artifact = artifactOf(context, 'pipeline')
  const path = versionPath(source, artifact.sha256)
  const link = `${source.directory}/${source.name}`
  return [
    ...pins(),
    maker(),
    {
      ...archive(PIPELINE, 'pipeline-source', path, artifact, { after: [`user:${user}`] }),
      owner: user,
      group: 'hadoop',
      changes: 'packages are built in it, and tasks write there',
      keeps: 'a task that has begun continues with its version',
    },
    virtualenv(path, pipeline, source),
    symlink(PIPELINE, link, path, ['action:pipeline-virtualenv']),
  ]
}
