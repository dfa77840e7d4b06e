import { existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import {
  checkLegacy,
  type Legacy,
  nameOf,
  parseLegacy,
  readExtraVars,
  regionOf,
  subnetsOf,
  type Translated,
  type TranslateOptions,
  tidyName,
  translate,
} from '../../../provisioners/emr/index.ts'
import { type ErrorCode, EXIT, HowdahError, HowdahErrors } from '../../../provisioners/errors.ts'
import type { Console } from '../../console.ts'
import { errorJson } from '../../render/errors.ts'
import { colorsFor } from '../../render/text.ts'
import { reportText } from '../../render/translation.ts'
import type { Verb } from '../context.ts'
import { change as updateUsers } from '../users.ts'
import { apply } from './apply.ts'
import { destroyStacks } from './destroy-stacks.ts'
import { vpcOf } from './vpc-of.ts'

export interface VpcOptions {
  readonly vpc?: string
  readonly vpcCidr?: string
}

function emrError(code: ErrorCode, message: string, next: string, where?: string): HowdahError {
  return new HowdahError({ code, exit: 'configuration', message, next, ...(where && { where }) })
}

/** The options of the translation that the legacy file does not have. */
function translateOptions({ vpc, vpcCidr }: VpcOptions): TranslateOptions {
  const keypairName = process.env.AWS_KEYPAIR_NAME
  if ((vpc === undefined) !== (vpcCidr === undefined))
    throw emrError(
      'EMR_VPC_HALF',
      `${vpc === undefined ? '--vpc-cidr' : '--vpc'} needs ${vpc === undefined ? '--vpc' : '--vpc-cidr'}`,
      'give both: aws ec2 describe-vpcs shows them',
    )
  return {
    ...(keypairName && { keypairName }),
    ...(vpc !== undefined && vpcCidr !== undefined && { vpc: { id: vpc, cidr: vpcCidr } }),
  }
}

async function textOf(file: string): Promise<string> {
  if (file === '-') {
    let text = ''
    for await (const chunk of process.stdin) text += chunk
    return text
  }
  try {
    return await readFile(file, 'utf8')
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code
    const problem = code === 'ENOENT' ? `there is no ${file}` : `${file} can't be read (${code})`
    throw emrError('LEGACY_FILE', problem, `ls -l ${dirname(file)}`, file)
  }
}

const legacyIn = async (file: string): Promise<Legacy> =>
  parseLegacy(await textOf(file), file === '-' ? 'stdin' : file, process.env)

async function legacyOf(extraVars: string | undefined): Promise<Legacy> {
  const words = extraVars ?? process.env.EXTRA_VARS ?? ''
  const read = readExtraVars(words)
  return read.kind === 'file' ? legacyIn(read.file) : checkLegacy(read.document, process.env)
}

const showReport = (console: Console, { report }: Translated): void =>
  console.note(reportText(report, colorsFor(process.stderr)))

export interface EmrTranslateOptions extends VpcOptions {
  readonly file: string
  readonly out?: string
  readonly force?: boolean
}

/** `howdah emr translate`: today's cluster.yml on stdout or in a file, the report on stderr. */
export const emrTranslate: Verb<EmrTranslateOptions> = async (console, options) => {
  const file = options.file.replace(/^@/, '')
  if (options.out !== undefined) refuseLoss(options.out, options.force ?? false)
  const done = translate(await legacyIn(file), translateOptions(options))
  if (!console.options.json) showReport(console, done)
  if (options.out !== undefined) await writeFile(options.out, done.clusterYml)
  const { errors } = errorsOf(done.open)
  console.result({ formatVersion: '1.0', ...done, open: errors }, () =>
    options.out === undefined ? done.clusterYml.trimEnd() : `written to ${options.out}`,
  )
  return EXIT.done
}

const errorsOf = (open: readonly HowdahError[]): { readonly errors: object } => {
  const [first, ...rest] = open
  return first === undefined
    ? { errors: [] }
    : (errorJson(new HowdahErrors([first, ...rest])) as { readonly errors: object })
}

function refuseLoss(out: string, force: boolean): void {
  if (force || !existsSync(out)) return
  throw emrError('EMR_OUTPUT_EXISTS', `${out} exists already`, 'name another file, or add --force', out)
}

/** The translated cluster.yml of `provision`; Terraform's state is in the same directory. */
export const workingFile = (name: string, root = '.'): string =>
  resolve(root, '.howdah', 'emr', name, 'cluster.yml')

/** Without --vpc, asks AWS for the VPC, where its command line is installed. */
async function withVpc(legacy: Legacy, options: TranslateOptions): Promise<TranslateOptions> {
  const subnet = subnetsOf(legacy)?.ids[0]
  if (options.vpc !== undefined || subnet === undefined || !/^subnet-[0-9a-f]+$/.test(subnet)) return options
  const vpc = await vpcOf(subnet, regionOf(legacy))
  return vpc === undefined ? options : { ...options, vpc }
}

export interface EmrRunOptions extends VpcOptions {
  readonly extraVars?: string
}

export interface EmrProvisionOptions extends EmrRunOptions {
  /** False: the accounts on the master do not change. */
  readonly users?: boolean
}

/** The stacks are beside the working file, so that clusters do not overwrite each other's. */
const outdirOf = (file: string): string => join(dirname(file), 'cdktf.out')

/** Translates, shows the report, and writes the working file. Throws the errors of missing values. */
async function writeWorkingFile(console: Console, options: EmrRunOptions): Promise<string> {
  const legacy = await legacyOf(options.extraVars)
  const done = translate(legacy, await withVpc(legacy, translateOptions(options)))
  showReport(console, done)
  const [first, ...rest] = done.open
  if (first !== undefined) throw new HowdahErrors([first, ...rest])
  const file = workingFile(done.name)
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, `# Each \`howdah emr provision\` overwrites this file.\n${done.clusterYml}`)
  console.note(`the translated cluster.yml is in ${file}`)
  return file
}

/**
 * `howdah emr provision`, for `make provision.emr`. Translates, plans, asks and applies; then creates the accounts of
 * user_info on the master.
 */
export const emrProvision: Verb<EmrProvisionOptions> = async (console, options) => {
  const file = await writeWorkingFile(console, options)
  const results: Result[] = []
  const collector = collecting(console, results)
  let exit = await apply(collector, { file, outdir: outdirOf(file) })
  if (exit === EXIT.done && options.users !== false)
    exit = await updateUsers(collector, { file, outdir: outdirOf(file) })
  const [infrastructure, users] = results
  console.result({ formatVersion: '1.0', infrastructure: infrastructure?.json, users: users?.json }, () =>
    results.map(({ text }) => text()).join('\n'),
  )
  return exit
}

interface Result {
  readonly json: object
  readonly text: () => string
}

/** Collects the results of two verbs, so that with --json stdout has one document. */
const collecting = (console: Console, results: Result[]): Console => ({
  ...console,
  result: (json, text) => void results.push({ json, text }),
})

/** `howdah emr users`, for `make users.update`, on a cluster of `provision`. */
export const emrUsers: Verb<EmrRunOptions> = async (console, options) => {
  const file = await writeWorkingFile(console, options)
  return updateUsers(console, { file, outdir: outdirOf(file) })
}

/** `howdah emr terminate`, for `make terminate.emr`; the name is enough. A missing cluster is not an error. */
export const emrTerminate: Verb<EmrRunOptions> = async (console, options) => {
  const name = tidyName(nameOf(await legacyOf(options.extraVars)))
  const file = workingFile(name)
  // EXTRA_VARS has the name, which confirms the loss of data; the resources are shown and you are asked all the same.
  if (existsSync(file))
    return destroyStacks(console, {
      ...{ file, outdir: outdirOf(file), confirm: name },
      ...{ unlock: true, clusterOnly: true },
    })
  console.result(
    { formatVersion: '1.0', name, state: 'absent' },
    () =>
      `${name}: no cluster of this name was provisioned from this directory (${file} does not exist), so there is nothing to do`,
  )
  return EXIT.done
}
