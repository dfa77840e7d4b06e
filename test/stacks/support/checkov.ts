import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { z } from 'zod'
import { defaultCacheDir } from '../../../provisioners/artifacts/cache.ts'

/** A check that is not wanted, and why: everywhere, or for resources whose address this expression matches. */
export interface Skip {
  readonly id: string
  readonly resource?: string | undefined
  readonly reason: string
}

export interface Finding {
  readonly id: string
  readonly resource: string
}

export interface Verdict {
  /** What is left after the skips. */
  readonly failed: readonly Finding[]
  readonly passed: number
  /** The skips that matched something. */
  readonly used: readonly Skip[]
}

const root = join(import.meta.dirname, '../../..')

const skipsSchema = z.array(
  z.strictObject({
    id: z.string().regex(/^CKV2?_AWS_\d+$/),
    resource: z.string().min(3).optional(),
    reason: z.string().min(20),
  }),
)

/** The project's one list of checks that are skipped. */
export const skips: readonly Skip[] = skipsSchema.parse(
  JSON.parse(readFileSync(join(root, 'stacks/checkov-skips.json'), 'utf8')),
)

const reportSchema = z.object({
  results: z.object({
    failed_checks: z.array(
      z.object({
        check_id: z.string(),
        resource: z.string(),
        file_line_range: z.tuple([z.number(), z.number()]),
      }),
    ),
  }),
  summary: z.object({ passed: z.number(), parsing_errors: z.number() }),
})

/**
 * Checks a stack's cdk.tf.json by checkov's rules for AWS. Skips are applied here and not by checkov, since checkov
 * does not report unused skips.
 * @throws Error when checkov is not there, could not read the stack, or checked nothing.
 */
export async function checkov(stackDir: string, without: readonly Skip[] = skips): Promise<Verdict> {
  const dir = await mkdtemp(join(tmpdir(), 'checkov-'))
  try {
    const file = join(dir, 'cdk.tf.json')
    await writeFile(file, readable(await readFile(join(stackDir, 'cdk.tf.json'), 'utf8')))
    const { results, summary } = await report(dir)
    if (summary.parsing_errors > 0 || summary.passed === 0)
      throw new Error(`checkov could not read ${stackDir}`)
    const found = results.failed_checks.map((c) => ({
      id: c.check_id,
      resource: addressOf(c.resource, file, c.file_line_range[0]),
    }))
    return { ...weigh(found, without), passed: summary.passed }
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}

/** The stack without `required_version`: checkov gives up on a text in the terraform section. */
function readable(text: string): string {
  const stack: unknown = JSON.parse(text)
  const terraform =
    typeof stack === 'object' && stack !== null && 'terraform' in stack ? stack.terraform : undefined
  if (typeof terraform === 'object' && terraform !== null)
    Reflect.deleteProperty(terraform, 'required_version')
  return JSON.stringify(stack, null, 2)
}

async function report(dir: string): Promise<z.infer<typeof reportSchema>> {
  const args = [
    '--directory',
    dir,
    '--framework',
    'terraform_json',
    '--output',
    'json',
    '--compact',
    '--quiet',
  ]
  const { stdout, stderr, failed } = await execa(binary(), [...args, '--skip-download', '--soft-fail'], {
    reject: false,
    stdin: 'ignore',
    timeout: 300_000,
    cwd: dir,
    // Its rules are in the package; it must not load others from the network or from a user's settings.
    env: { LOG_LEVEL: 'ERROR', BC_API_KEY: '', HOME: dir },
  })
  const parsed = failed ? undefined : reportSchema.safeParse(JSON.parse(stdout))
  if (!parsed?.success)
    throw new Error(`checkov checked nothing:\n${stdout.slice(0, 500)}\n${stderr.slice(-2000)}`)
  return parsed.data
}

/**
 * Some of checkov's rules call a resource `resource.db` where others say `aws_db_instance.db`: the type then is the
 * nearest one above the resource, as CDKTF indents it.
 */
function addressOf(resource: string, file: string, line: number): string {
  const name = /^resource\.(.+)$/.exec(resource)?.[1]
  if (name === undefined) return resource
  const above = readFileSync(file, 'utf8').split('\n').slice(0, line)
  const type = above
    .map((text) => /^ {4}"(aws_\w+)": \{$/.exec(text)?.[1])
    .findLast((found) => found !== undefined)
  return `${type ?? 'resource'}.${name}`
}

/** Leaves out of what was found what the skips name. */
export function weigh(found: readonly Finding[], without: readonly Skip[]): Pick<Verdict, 'failed' | 'used'> {
  return {
    failed: found.filter((finding) => !without.some((skip) => covers(skip, finding))),
    used: without.filter((skip) => found.some((finding) => covers(skip, finding))),
  }
}

/** Unused skips, which must be removed from the list. */
export const stale = (
  verdicts: readonly Pick<Verdict, 'used'>[],
  without: readonly Skip[] = skips,
): readonly Skip[] => without.filter((skip) => !verdicts.some((verdict) => verdict.used.includes(skip)))

const covers = (skip: Skip, finding: Finding): boolean =>
  skip.id === finding.id && (skip.resource === undefined || new RegExp(skip.resource).test(finding.resource))

/** checkov, as scripts/prepare.sh installs it. */
function binary(): string {
  const dir = join(defaultCacheDir(), 'checkov')
  const pinned = readFileSync(join(root, 'scripts/checkov-requirements.txt'), 'utf8')
  const installed = join(dir, 'requirements.txt')
  if (existsSync(installed) && readFileSync(installed, 'utf8') === pinned) return join(dir, 'bin/checkov')
  throw new Error(`checkov is not installed as it is pinned, in ${dir}: run scripts/prepare.sh test`)
}
