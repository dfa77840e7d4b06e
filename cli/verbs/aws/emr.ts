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

function wrong(code: ErrorCode, message: string, next: string, where?: string): HowdahError {
  return new HowdahError({ code, exit: 'configuration', message, next, ...(where && { where }) })
}

/** What the legacy file leaves to the one who runs the translation. */
function translateOptions({ vpc, vpcCidr }: VpcOptions): TranslateOptions {
  const keypairName = process.env.AWS_KEYPAIR_NAME
  if ((vpc === undefined) !== (vpcCidr === undefined))
    throw wrong(
      'EMR_VPC_HALF',
      `${vpc === undefined ? '--vpc-cidr' : '--vpc'} is given alone`,
      'give --vpc and --vpc-cidr together: aws ec2 describe-vpcs shows both',
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
    const said = code === 'ENOENT' ? `there is no ${file}` : `${file} can't be read (${code})`
    throw wrong('LEGACY_FILE', said, `ls -l ${dirname(file)}`, file)
  }
}

const legacyIn = async (file: string): Promise<Legacy> =>
  parseLegacy(await textOf(file), file === '-' ? 'stdin' : file)

async function legacyOf(extraVars: string | undefined): Promise<Legacy> {
  const words = extraVars ?? process.env.EXTRA_VARS ?? ''
  const read = readExtraVars(words)
  return read.kind === 'file' ? legacyIn(read.file) : checkLegacy(read.document)
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
    options.out === undefined ? done.clusterYml.trimEnd() : `${options.out} is written`,
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
  throw wrong('EMR_OUTPUT_EXISTS', `${out} is there already`, 'name another file, or add --force', out)
}

/** Where `provision` keeps what it made of a legacy file; Terraform's state lies below it. */
export const workingFile = (name: string, root = '.'): string =>
  resolve(root, '.howdah', 'emr', name, 'cluster.yml')

/** Where nobody told the VPC, AWS is asked, if its command line is here. */
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
  /** False leaves the accounts on the master alone. */
  readonly users?: boolean
}

/** The stacks beside the working file, so that clusters do not write over each other's. */
const outdirOf = (file: string): string => join(dirname(file), 'cdktf.out')

/** Translates, shows the report, and writes the working file. Throws what the legacy file leaves open. */
async function brought(console: Console, options: EmrRunOptions): Promise<string> {
  const legacy = await legacyOf(options.extraVars)
  const done = translate(legacy, await withVpc(legacy, translateOptions(options)))
  showReport(console, done)
  const [first, ...rest] = done.open
  if (first !== undefined) throw new HowdahErrors([first, ...rest])
  const file = workingFile(done.name)
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, `# Written anew by each \`howdah emr provision\`.\n${done.clusterYml}`)
  console.note(`today's form is in ${file}`)
  return file
}

/**
 * `howdah emr provision`: what `make provision.emr` was. Translates, then plans, asks and applies; then the users of
 * user_info get their accounts on the master.
 */
export const emrProvision: Verb<EmrProvisionOptions> = async (console, options) => {
  const file = await brought(console, options)
  const told: Told[] = []
  const hear = listening(console, told)
  let exit = await apply(hear, { file, outdir: outdirOf(file) })
  if (exit === EXIT.done && options.users !== false)
    exit = await updateUsers(hear, { file, outdir: outdirOf(file) })
  const [infrastructure, users] = told
  console.result({ formatVersion: '1.0', infrastructure: infrastructure?.json, users: users?.json }, () =>
    told.map(({ text }) => text()).join('\n'),
  )
  return exit
}

interface Told {
  readonly json: object
  readonly text: () => string
}

/** Two verbs after each other are one result: with --json stdout holds one document. */
const listening = (console: Console, told: Told[]): Console => ({
  ...console,
  result: (json, text) => void told.push({ json, text }),
})

/** `howdah emr users`: what `make users.update` was, for a cluster that `provision` made. */
export const emrUsers: Verb<EmrRunOptions> = async (console, options) => {
  const file = await brought(console, options)
  return updateUsers(console, { file, outdir: outdirOf(file) })
}

/** `howdah emr terminate`: what `make terminate.emr` was; a name alone is enough. An absent cluster is no error. */
export const emrTerminate: Verb<EmrRunOptions> = async (console, options) => {
  const name = tidyName(nameOf(await legacyOf(options.extraVars)))
  const file = workingFile(name)
  // EXTRA_VARS names the cluster, and that is what confirms it; what goes is shown and asked for all the same.
  if (existsSync(file))
    return destroyStacks(console, { file, outdir: outdirOf(file), confirm: name, unlock: true })
  console.result(
    { formatVersion: '1.0', name, state: 'absent' },
    () => `${name}: no such cluster was provisioned from here (${file} is not there), so nothing was done`,
  )
  return EXIT.done
}
