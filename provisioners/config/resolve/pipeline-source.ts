import type { PipelineInput } from '../schema/pipeline.ts'
import type { PipelineSource } from '../types-pipeline.ts'
import { localPath, type ResolveContext } from './context.ts'

/** Where remote-task keeps the environments of the pipeline. */
const ENVIRONMENTS = '/var/lib/analytics-tasks'

/** Those of edX. pip.txt is first, because packages that are built before its version of wheel cannot be read by tasks. */
const REQUIREMENTS = ['pip', 'default', 'extra'].map((name) => `?requirements/${name}.txt`)

/** The pipeline itself; nothing when cluster.yml names no source. @param name its name in the schedule. */
export function sourceOf(
  { source: input, python }: PipelineInput,
  name: string | undefined,
  context: ResolveContext,
): PipelineSource | undefined {
  if (input === undefined) return undefined
  const from = originOf(input, context)
  if (python?.version !== 2.7) {
    problem(
      'pipeline.source needs Python 2.7, and pipeline.python does not say so',
      String(python?.version ?? 3),
      context,
    )
  }
  if (from === undefined) return undefined
  return {
    from,
    wheels: localPath(input.wheels, context),
    requirements: input.requirements ?? REQUIREMENTS,
    directory: ENVIRONMENTS,
    name: name ?? 'automation',
  }
}

type Input = NonNullable<PipelineInput['source']>

function originOf({ git, ref, tarball }: Input, context: ResolveContext): PipelineSource['from'] | undefined {
  if (tarball !== undefined && git === undefined && ref === undefined) {
    return { kind: 'tarball', file: localPath(tarball, context) }
  }
  if (git !== undefined && ref !== undefined && tarball === undefined) {
    const isPath = /^(\/|~|\.{1,2}\/)/.test(git)
    return { kind: 'git', url: isPath ? localPath(git, context) : git, ref }
  }
  const found = Object.entries({ git, ref, tarball }).flatMap(([key, value]) =>
    value === undefined ? [] : [key],
  )
  problem(
    'pipeline.source names a repository and a ref, or a tarball, and nothing else',
    found.join(' and ') || 'neither',
    context,
  )
  return undefined
}

const problem = (message: string, found: string, { problems }: ResolveContext): void =>
  problems.add({
    code: 'SPEC_PIPELINE_SOURCE',
    path: ['pipeline', 'source'],
    at: 'key',
    message,
    found,
    expected: 'source: {git: URL, ref: REF, wheels: DIRECTORY} and python: {version: 2.7, install: true}',
    next: 'howdah explain pipeline.source',
  })
