import { open } from 'node:fs/promises'
import { homedir, userInfo } from 'node:os'
import { dirname, resolve } from 'node:path'
import { HowdahError } from '../errors.ts'
import { MOST_BYTES } from './document/bounds.ts'
import { readDocument } from './document/document.ts'
import { tooManyBytes } from './document/limits.ts'
import { Problems } from './document/problems.ts'
import { rememberDocument } from './document/remembered.ts'
import { checkShape } from './document/shape.ts'
import { checkTemplates } from './document/templates.ts'
import { resolveCluster } from './resolve/cluster.ts'
import type { ResolveContext, Surroundings } from './resolve/context.ts'
import type { ClusterInput, SpecInput } from './schema/cluster.ts'
import type { Cluster } from './types.ts'
import { checkVersions } from './versions/matrix.ts'

/**
 * Resolves the text of a cluster.yml. Pure, except for the defaults of `around` (this user's name and home).
 * `file` is named in errors, and relative paths in the text are resolved against its directory.
 * Throws HowdahErrors with everything that is wrong, each with `file:line:column`.
 */
export function parseCluster(text: string, file: string, around: Surroundings = here()): Cluster {
  const document = readDocument(text, file)
  const problems = new Problems(document)
  for (const error of document.errors) problems.take(error)
  if (document.value === undefined) problems.throwIfAny()
  checkTemplates(problems)
  const { input, broken } = checkShape(problems, 'hosts')
  const before = problems.count
  const path = resolve(file)
  const context: ResolveContext = { problems, around, dir: dirname(path), stdin: [] }
  if (input !== undefined && input.hosts === undefined) noHosts(problems, input.aws !== undefined)
  const cluster = hasHosts(input) ? resolveCluster(input, path, context) : undefined
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
  return parseCluster(await readSpec(file), file)
}

/** The text of cluster.yml. Throws SPEC_FILE_*, and SPEC_TOO_LARGE. */
export async function readSpec(file: string): Promise<string> {
  const bytes = await readBounded(file)
  if (bytes.length > MOST_BYTES) throw tooManyBytes(file)
  return bytes.toString('utf8')
}

/** At most one byte more than a file may have; the path may be that of a device without an end. */
async function readBounded(file: string): Promise<Buffer> {
  try {
    const handle = await open(file)
    try {
      const chunks: Buffer[] = []
      let bytes = 0
      for await (const chunk of handle.createReadStream({ autoClose: false })) {
        chunks.push(chunk as Buffer)
        bytes += chunk.length
        if (bytes > MOST_BYTES) break
      }
      return Buffer.concat(chunks)
    } finally {
      await handle.close()
    }
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code
    const absent = code === 'ENOENT'
    throw new HowdahError({
      code: absent ? 'SPEC_FILE_MISSING' : 'SPEC_FILE_UNREADABLE',
      exit: 'configuration',
      message: absent ? `there is no ${file}` : `${file} can't be read (${code})`,
      where: file,
      expected: 'a cluster.yml',
      next: absent ? `howdah init > ${file}` : `ls -l ${file}`,
      cause,
    })
  }
}

const hasHosts = (input: SpecInput | undefined): input is ClusterInput => input?.hosts !== undefined

function noHosts(problems: Problems, aws: boolean): void {
  problems.add(
    aws
      ? {
          code: 'SPEC_NO_HOSTS_YET',
          path: ['aws'],
          at: 'key',
          message: 'the file has no hosts: those of aws are not there yet, or not written down',
          expected: 'hosts, which Terraform knows once it has made them',
          next: 'howdah apply, then howdah inventory --from-terraform --write',
        }
      : {
          code: 'SPEC_MISSING_KEY',
          path: ['hosts'],
          message: 'hosts is missing, and so is aws',
          expected: 'hosts that exist, or aws for hosts that Terraform will create',
          next: 'add hosts, or aws',
        },
  )
}

export function here(): Surroundings {
  return { home: homedir(), user: userInfo().username }
}

function checkMatrix(cluster: Cluster, problems: Problems): void {
  const { versions, java, artifacts } = cluster
  for (const found of checkVersions({ versions, java: java.use, provider: artifacts.provider })) {
    // When one half is a default, it is not in the file, so the error shows the place of the other half.
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
