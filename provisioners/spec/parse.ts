import { readFile } from 'node:fs/promises'
import { homedir, userInfo } from 'node:os'
import { dirname, resolve } from 'node:path'
import { HowdahError } from '../errors.ts'
import { readDocument } from './document.ts'
import { checkVersions } from './matrix.ts'
import { rememberDocument } from './places.ts'
import { Problems } from './problems.ts'
import { resolveCluster } from './resolve.ts'
import type { ResolveContext, Surroundings } from './resolve-context.ts'
import { checkShape } from './shape.ts'
import type { Cluster } from './types.ts'

/**
 * cluster.yml to a resolved Cluster. Pure but for the defaults of `around` (this user's name and home).
 * `file` is named in errors, and relative paths in the text are resolved against its directory.
 * Throws HowdahErrors with everything that is wrong, each with `file:line:column`.
 */
export function parseCluster(text: string, file: string, around: Surroundings = here()): Cluster {
  const document = readDocument(text, file)
  const problems = new Problems(document)
  for (const error of document.errors) problems.take(error)
  if (document.value === undefined) problems.throwIfAny()
  const { input, broken } = checkShape(problems)
  const before = problems.count
  const path = resolve(file)
  const context: ResolveContext = { problems, around, dir: dirname(path), stdin: [] }
  const cluster = input && resolveCluster(input, path, context)
  if (cluster !== undefined) checkMatrix(cluster, problems)
  problems.dropSince(before, (about) => broken.has(String(about[0])) && !document.has(about))
  problems.throwIfAny()
  if (cluster === undefined) throw new Error('a spec without errors gave no cluster')
  const done: Cluster = { ...cluster, warnings: [...problems.warnings] }
  rememberDocument(done, document)
  return done
}

/** Reads and parses cluster.yml. Throws SPEC_FILE_* when it can't be read, else as parseCluster does. */
export async function loadCluster(file: string): Promise<Cluster> {
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code
    const absent = code === 'ENOENT'
    throw new HowdahError({
      code: absent ? 'SPEC_FILE_MISSING' : 'SPEC_FILE_UNREADABLE',
      exit: 'configuration',
      message: absent ? `there is no ${file}` : `${file} can't be read (${code})`,
      where: file,
      expected: 'a cluster.yml',
      next: absent ? `howdah init ${file}` : `ls -l ${file}`,
      cause,
    })
  }
  return parseCluster(text, file)
}

function here(): Surroundings {
  return { home: homedir(), user: userInfo().username }
}

function checkMatrix(cluster: Cluster, problems: Problems): void {
  const { versions, java, artifacts } = cluster
  for (const found of checkVersions({ versions, java: java.use, provider: artifacts.provider })) {
    // A half that is there by default is not in the file: the other one is pointed at.
    const path = found.paths.find((one) => problems.document.has(one)) ?? found.paths[0]
    if (found.verdict === 'warn') problems.warn(path, `${found.message}; ${found.next}`)
    else
      problems.add({
        code: found.code,
        path,
        message: found.message,
        found: found.pair,
        next: found.next,
      })
  }
}
