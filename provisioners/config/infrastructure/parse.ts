import { dirname, resolve } from 'node:path'
import { isMap, parseDocument } from 'yaml'
import { readDocument } from '../document/document.ts'
import { beyondLimits } from '../document/limits.ts'
import { Problems } from '../document/problems.ts'
import { rememberDocument } from '../document/remembered.ts'
import { checkShape } from '../document/shape.ts'
import { checkTemplates } from '../document/templates.ts'
import { here, readSpec } from '../parse.ts'
import type { Surroundings } from '../resolve/context.ts'
import { resolveVersions } from '../resolve/software.ts'
import type { InfrastructureContext } from './context.ts'
import { readText } from './key.ts'
import { isLarge, resolveInfrastructure } from './resolve.ts'
import type { Infrastructure } from './types.ts'

export interface InfrastructureOptions {
  readonly around?: Surroundings
  /** YYYY-MM-DD: a release whose support has ended gives a warning. Default: today. */
  readonly today?: string
  /** Reads the public key's file. Default: from disk. */
  readonly read?: (path: string) => string
}

/**
 * The `aws` section of cluster.yml, resolved. Pure but for the defaults of `options`. `file` is named in errors, and
 * relative paths in the text are resolved against its directory. Throws HowdahErrors with everything that is wrong
 * with it, each with `file:line:column`; what is wrong with hosts beyond their form is left to parseCluster.
 */
export function parseInfrastructure(
  text: string,
  file: string,
  options: InfrastructureOptions = {},
): Infrastructure {
  const document = readDocument(text, file)
  const problems = new Problems(document)
  for (const error of document.errors) problems.take(error)
  if (document.value === undefined) problems.throwIfAny()
  checkTemplates(problems)
  const { input } = checkShape(problems, 'aws')
  if (input !== undefined && input.aws === undefined) noInfrastructure(problems, input.hosts !== undefined)
  if (input?.aws === undefined) {
    problems.throwIfAny()
    throw new Error('a spec without errors gave no infrastructure')
  }
  const before = problems.count
  const path = resolve(file)
  const context: InfrastructureContext = {
    problems,
    around: options.around ?? here(),
    dir: dirname(path),
    stdin: [],
    name: input.name,
    aws: input.aws,
    deployment: input.aws.deployment,
    large: isLarge(input.aws.deployment),
    today: options.today ?? new Date().toISOString().slice(0, 10),
    read: options.read ?? readText,
  }
  const infrastructure = resolveInfrastructure(context, path, resolveVersions(input.versions).hadoop)
  problems.dropSince(before, () => false)
  problems.throwIfAny()
  const done: Infrastructure = { ...infrastructure, warnings: [...problems.warnings] }
  rememberDocument(done, document)
  return done
}

/** Reads cluster.yml and resolves its `aws` section. Throws SPEC_FILE_* when it can't be read, else as parseInfrastructure does. */
export async function loadInfrastructure(
  file: string,
  options: InfrastructureOptions = {},
): Promise<Infrastructure> {
  return parseInfrastructure(await readSpec(file), file, options)
}

function noInfrastructure(problems: Problems, hosts: boolean): void {
  problems.add({
    code: 'SPEC_NO_AWS',
    path: [],
    message: hosts
      ? 'the file has no section aws: its hosts exist already, and there is nothing to create'
      : 'the file has neither aws nor hosts',
    expected: 'aws: {deployment: …, region: …}',
    next: hosts ? 'howdah bootstrap, or add aws' : 'add aws, or hosts',
  })
}

/** Which sections a text has: hosts, aws or both. A text that is not YAML, or is too large, has neither. Checks nothing else. */
export function sectionsOf(text: string): { readonly hosts: boolean; readonly aws: boolean } {
  if (beyondLimits(text, '') !== undefined) return { hosts: false, aws: false }
  const { contents } = parseDocument(text, { uniqueKeys: false, prettyErrors: false })
  const has = (key: string): boolean => isMap(contents) && contents.has(key)
  return { hosts: has('hosts'), aws: has('aws') }
}
