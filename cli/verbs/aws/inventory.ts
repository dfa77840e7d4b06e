import { mkdir, readFile, realpath, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { text as textOf } from 'node:stream/consumers'
import { parseCluster } from '../../../provisioners/config/index.ts'
import { unifiedDiff } from '../../../provisioners/engine/index.ts'
import { EXIT, HowdahError } from '../../../provisioners/errors.ts'
import {
  type Edit,
  editCluster,
  fragmentOf,
  type Inventory,
  infrastructureOutputs,
  inventoryOf,
  OUTPUT,
  parseOutputs,
  type Reach,
} from '../../../stacks/inventory/index.ts'
import type { InfrastructureOutputs } from '../../../stacks/outputs.ts'
import { outputs as askTerraform } from '../../../stacks/terraform/index.ts'
import type { Console } from '../../console.ts'
import type { Verb } from '../context.ts'

export interface InventoryOptions {
  readonly file?: string | undefined
  /** A file, `-` for stdin; true or absent: the outputs come from Terraform. */
  readonly fromTerraform?: string | boolean
  readonly write?: boolean
  readonly reach?: Reach
  readonly outdir?: string
}

/** `--from-terraform cluster.yml` means the cluster, since outputs are never YAML. */
function sourceOf({ file, fromTerraform }: InventoryOptions): { file: string; source: string | undefined } {
  const source = typeof fromTerraform === 'string' ? fromTerraform : undefined
  if (file === undefined && source !== undefined && /\.ya?ml$/.test(source))
    return { file: source, source: undefined }
  return { file: file ?? 'cluster.yml', source }
}

/** `howdah inventory`: the hosts of Terraform, as a fragment of cluster.yml or, with --write, in the file. */
export const inventory: Verb<InventoryOptions> = async (console, options) => {
  const { file, source } = sourceOf(options)
  const outputs = await outputsFrom(console, source, { ...options, file })
  const found = inventoryOf(outputs, options.reach)
  return options.write ? write(console, file, found) : show(console, found)
}

async function outputsFrom(
  console: Console,
  source: string | undefined,
  options: { readonly file: string; readonly outdir?: string },
): Promise<InfrastructureOutputs> {
  if (source === '-') return parseOutputs(await textOf(process.stdin), 'stdin')
  if (source !== undefined) return parseOutputs(await readSource(source), source)
  return readOutputs(console, options)
}

/** Terraform's outputs of the applied stacks of a cluster.yml. */
export async function readOutputs(
  console: Console,
  options: { readonly file: string; readonly outdir?: string },
): Promise<InfrastructureOutputs> {
  // CDKTF is loaded only where it is needed.
  const { synthesiseInfrastructure, terraformOptions } = await import('./infrastructure.ts')
  const { infrastructure, outdir } = await synthesiseInfrastructure(console, options)
  const all = await askTerraform(outdir, terraformOptions(console))
  const outputs = all[infrastructure.name] ?? {}
  return infrastructureOutputs(
    outputs[OUTPUT],
    `terraform output of ${infrastructure.name}`,
    Object.keys(outputs),
  )
}

async function readSource(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (cause) {
    throw new HowdahError({
      code: 'INVENTORY_UNREADABLE',
      exit: 'configuration',
      message: `${file} cannot be read: ${(cause as Error).message}`,
      where: file,
      next: `terraform output -json > ${file}`,
      cause,
    })
  }
}

const partsOf = ({ sshConfig, adminPassword, ...parts }: Inventory): object => ({
  ...parts,
  ...(adminPassword === undefined ? {} : { adminPassword }),
  ...(sshConfig === undefined ? {} : { sshConfig }),
})

function show(console: Console, found: Inventory): number {
  const fragment = fragmentOf(found)
  console.result({ formatVersion: '1.0', ...partsOf(found), fragment }, () => fragment.trimEnd())
  if (found.sshConfig !== undefined)
    console.note(`--write puts this into cluster.yml, and writes ${found.ssh.config} beside it`)
  return EXIT.done
}

interface Change {
  readonly path: string
  readonly shownAs: string
  readonly before: string
  readonly after: string
  readonly mode?: number
}

async function write(console: Console, file: string, found: Inventory): Promise<number> {
  const before = await readCluster(file)
  const edit = editCluster(before, file, found)
  checkLoads(edit.text, file)
  const changes = [
    { path: await realpath(file), shownAs: file, before, after: edit.text },
    ...(await sshConfigChange(file, found)),
  ].filter((change) => change.before !== change.after)
  if (changes.length > 0) {
    const diffs = changes.map((change) => unifiedDiff(change.shownAs, change.before, change.after))
    const about = [...diffs, ...hostLines(console, edit)].join('\n')
    if (!(await console.consent(`Write ${changes.map((change) => change.shownAs).join(' and ')}?`, about)))
      throw (await import('./apply.ts')).planDeclined(
        `howdah inventory ${file} --from-terraform --write --yes`,
      )
    for (const change of changes) await replace(change)
  }
  showResult(console, file, found, edit, changes)
  return EXIT.done
}

function showResult(
  console: Console,
  file: string,
  found: Inventory,
  { added, removed, changed }: Edit,
  changes: readonly Change[],
): void {
  const written = changes.map((change) => change.shownAs)
  const next = [...(found.adminPassword === undefined ? [] : [found.adminPassword]), `howdah plan ${file}`]
  console.result({ formatVersion: '1.0', ...partsOf(found), added, removed, changed, written }, () =>
    [
      written.length === 0 ? `${file} agrees with Terraform` : `written: ${written.join(', ')}`,
      'next:',
      ...next.map((line) => `  ${line}`),
    ].join('\n'),
  )
}

const hostLines = ({ out }: Console, { added, changed, removed }: Edit): string[] => [
  ...added.map((name) => out.green(`+ ${name}`)),
  ...changed.map((name) => out.yellow(`~ ${name}`)),
  ...removed.map((name) => out.red(`- ${name}: Terraform no longer has this host`)),
]

async function readCluster(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (cause) {
    throw new HowdahError({
      code: 'INVENTORY_NO_CLUSTER',
      exit: 'configuration',
      message: `${file} cannot be read, so the hosts cannot be written to it`,
      where: file,
      next: `howdah inventory --from-terraform FILE > ${file}, then add a line with its name`,
      cause,
    })
  }
}

/** Reports errors in the rest of the file now, so that they do not surprise in the next command. */
function checkLoads(text: string, file: string): void {
  try {
    parseCluster(text, file)
  } catch (cause) {
    if (!(cause instanceof HowdahError)) throw cause
    throw new HowdahError({
      code: 'INVENTORY_WOULD_NOT_LOAD',
      exit: 'configuration',
      message: `${file} would not be valid with these hosts, so it was not written`,
      ...(cause.details.where === undefined ? {} : { where: cause.details.where }),
      detail: cause.details.message,
      next: cause.details.next ?? `howdah validate ${file}`,
      cause,
    })
  }
}

async function sshConfigChange(file: string, { ssh, sshConfig }: Inventory): Promise<Change[]> {
  if (sshConfig === undefined || ssh.config === undefined) return []
  const path = resolve(dirname(file), ssh.config)
  const before = await readFile(path, 'utf8').catch(() => '')
  return [{ path, shownAs: ssh.config, before, after: sshConfig, mode: 0o600 }]
}

/** Replaces the file atomically. */
async function replace({ path, after, mode }: Change): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  const kept = mode ?? (await stat(path)).mode & 0o777
  const beside = `${path}.${process.pid}.new`
  try {
    await writeFile(beside, after, { mode: kept })
    await rename(beside, path)
  } finally {
    await rm(beside, { force: true })
  }
}
