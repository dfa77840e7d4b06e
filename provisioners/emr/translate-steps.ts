import type { Path, Problems } from '../config/index.ts'
import type { Placed } from './legacy.ts'
import type { LegacyStep } from './legacy-schema.ts'
import { translateSqoop } from './translate-sqoop.ts'
import { asS3, baseName, type Translation } from './translation.ts'

/** Steps in their order. Steps that installed software become applications, and Sqoop's step becomes a section. */

export interface StepResult {
  /** Applications that steps installed. */
  readonly applications: readonly { readonly name: string; readonly from: Path }[]
  readonly sqoop: boolean
}

/** A step in today's form, before its name and its failure are added. */
interface StepBody {
  readonly type: string
  readonly [key: string]: unknown
}

const SCRIPT_RUNNER = /^s3n?:\/\/([a-z0-9-]+\.)?elasticmapreduce\/libs\/script-runner\/script-runner\.jar$/

export function translateSteps(translation: Translation, problems: Problems): StepResult {
  const applications: { name: string; from: Path }[] = []
  let sqoop = false
  let kept = 0
  for (const step of translation.legacy.steps) {
    const { path, value } = step
    if (value.type === 'hive_install' || value.type === 'pig_install') {
      const name = value.type === 'hive_install' ? 'Hive' : 'Pig'
      applications.push({ name, from: path })
      installed(name, step, translation)
      continue
    }
    if (isSqoopInstaller(value)) {
      translateSqoop(step, translation, problems)
      sqoop = true
      continue
    }
    const body = stepBody(step, translation, problems)
    if (body !== undefined) keep(step, body, kept++, translation)
  }
  return { applications, sqoop }
}

const isScript = ({ type, jar }: LegacyStep): boolean =>
  type === 'script' || (type === 'jar' && (jar == null || SCRIPT_RUNNER.test(jar)))

/** edX's script, by its name: it is the first argument of the script runner. */
const isSqoopInstaller = (step: LegacyStep): boolean =>
  isScript(step) && baseName(step.step_args?.[0] ?? '') === 'install-sqoop'

function installed(name: string, { path, value }: Placed<LegacyStep>, { draft }: Translation): void {
  for (const key of ['hive_version', 'pig_version'] as const)
    if (value[key])
      draft.report({
        from: [...path, key],
        kind: 'dropped',
        why: `the release decides the version of ${name}`,
      })
  if (value.hive_site)
    draft.report({
      from: [...path, 'hive_site'],
      kind: 'needs-you',
      why: `it named a whole file, ${value.hive_site}; write its properties under the classification hive-site`,
    })
  if (value.action_on_failure)
    draft.report({
      from: [...path, 'action_on_failure'],
      kind: 'dropped',
      why: 'an application is installed before any step, and without it the cluster does not start',
    })
}

const JAR_KEYS = ['jar', 'main_class', 'properties'] as const

/** A jar of the images before EMR 4, or of AWS's bucket. */
const OF_IMAGE = /^(\/home\/hadoop\/|s3n?:\/\/([a-z0-9-]+\.)?elasticmapreduce\/)/

/** S3DistCp, which is a program on the master now. */
const isDistCp = ({ jar }: LegacyStep): boolean =>
  OF_IMAGE.test(jar ?? '') && /(^|\/)(emr-)?s3distcp[\w.-]*\.jar$/i.test(jar ?? '')

const isStreaming = ({ type, jar }: LegacyStep): boolean =>
  (type === 'streaming' && jar == null) ||
  (OF_IMAGE.test(jar ?? '') && /(^|\/)hadoop-(\w+-)?streaming[\w.-]*\.jar$/.test(jar ?? ''))

/** A jar of the old images that no release has. */
const isMissingJar = (step: LegacyStep): boolean =>
  /^\/home\/hadoop\//.test(step.jar ?? '') && !isDistCp(step) && !isStreaming(step)

/** The step in today's form; undefined with a problem where something is missing. */
function stepBody(
  step: Placed<LegacyStep>,
  translation: Translation,
  problems: Problems,
): StepBody | undefined {
  const { value } = step
  const args = value.step_args ?? []
  const withArgs = args.length > 0 ? { args } : {}
  if (value.type === 'hive' || value.type === 'pig') {
    const [file = '', ...rest] = args
    if (/^s3n?:/.test(file))
      return { type: `${value.type}-script`, path: asS3(file), ...(rest.length > 0 && { args: rest }) }
    const runner = [`${value.type}-script`, `--run-${value.type}-script`, '--args', ...args]
    return { type: 'command', args: runner }
  }
  if (isStreaming(value)) return { type: 'streaming', args: [...genericOptions(value.properties), ...args] }
  if (isScript(value)) return scriptOf(step, translation, problems)
  if (isDistCp(value)) {
    droppedKeys(step, translation, 'command-runner.jar runs the program')
    return { type: 'command', args: ['s3-dist-cp', ...args] }
  }
  return {
    type: 'jar',
    jar: asS3(value.jar as string),
    ...(value.main_class && { mainClass: value.main_class }),
    ...withArgs,
    ...(value.properties && { properties: value.properties }),
  }
}

/** Java properties reach Hadoop streaming as its generic options, which come before all others. */
const genericOptions = (properties: LegacyStep['properties']): string[] =>
  Object.entries(properties ?? {}).flatMap(([name, value]) => ['-D', `${name}=${value}`])

function droppedKeys({ path, value }: Placed<LegacyStep>, { draft }: Translation, why: string): void {
  for (const key of JAR_KEYS)
    if (key !== 'jar' && value[key]) draft.report({ from: [...path, key], kind: 'dropped', why })
}

function scriptOf(
  { path, value }: Placed<LegacyStep>,
  translation: Translation,
  problems: Problems,
): StepBody | undefined {
  const [script, ...args] = value.step_args ?? []
  if (script === undefined) {
    problems.add({
      code: 'LEGACY_MISSING_KEY',
      path: [...path, 'step_args'],
      message: 'the step runs a script, but step_args does not name one',
      expected: 'the address of the script, then its arguments',
      next: 'add step_args, or jar',
    })
    return undefined
  }
  droppedKeys({ path, value }, translation, 'the script runner is a jar without this key')
  const withArgs = args.length > 0 ? { args } : {}
  return /^s3n?:/.test(script)
    ? { type: 'script', path: asS3(script), ...withArgs }
    : { type: 'command', args: [script, ...args] }
}

function keep({ path, value }: Placed<LegacyStep>, body: StepBody, i: number, { draft }: Translation): void {
  const failure = value.action_on_failure ?? 'TERMINATE_JOB_FLOW'
  const doubt = doubtAbout(value)
  draft.report({
    from: path,
    to: ['aws', 'emr', 'steps', i],
    value: {
      name: value.name ?? value.type,
      ...body,
      actionOnFailure: failure === 'TERMINATE_JOB_FLOW' ? 'TERMINATE_CLUSTER' : failure,
    },
    kind: doubt !== undefined ? 'needs-you' : body.type === value.type ? 'same' : 'translated',
    why: doubt ?? STEP_WHY[body.type as keyof typeof STEP_WHY],
  })
}

/** What you must check in a step; undefined for nothing. */
function doubtAbout(value: LegacyStep): string | undefined {
  if (value.type === 'hive' || value.type === 'pig')
    return `the runner of ${value.type} scripts is another program now; check these arguments`
  if (isMissingJar(value))
    return `${value.jar} was on the images before EMR 4, and no release has it; put a jar for Hadoop 3 into S3 and write its address`
  return undefined
}

const STEP_WHY = {
  script: "a script in S3, run by the script runner of the cluster's own region",
  command: 'a program on the master, run by command-runner.jar',
  streaming: 'Hadoop streaming, run by command-runner.jar, since the jar under /home/hadoop no longer exists',
  jar: 'a jar; check that it runs on the Hadoop of the release',
} as const
