import { basename } from 'node:path'
import { defined } from '../resolve/context.ts'
import { secretArgument, secretProperties } from '../resolve/plain-secrets.ts'
import type { EmrInput } from '../schema/emr.ts'
import { type InfrastructureContext, notUsed, refuse, shown } from './context.ts'
import { asTexts } from './network.ts'
import type { EmrBootstrapAction, EmrConfiguration, EmrStep } from './types.ts'

/** Steps, bootstrap actions and configurations of EMR, as its interface takes them. */

type StepInput = NonNullable<EmrInput['steps']>[number]
type StepType = StepInput['type']

const strings = (values: readonly (string | number | boolean)[] | undefined): readonly string[] =>
  (values ?? []).map(String)

/** The key that a kind of step needs, and those that it has besides name, args and actionOnFailure. */
const STEP_KEYS: Readonly<
  Record<StepType, { readonly needs?: 'path' | 'jar' | 'args'; readonly may: readonly string[] }>
> = {
  script: { needs: 'path', may: ['path'] },
  'hive-script': { needs: 'path', may: ['path'] },
  'pig-script': { needs: 'path', may: ['path'] },
  jar: { needs: 'jar', may: ['jar', 'mainClass', 'properties'] },
  streaming: { needs: 'args', may: [] },
  command: { needs: 'args', may: [] },
}

/** The program of EMR's masters that runs commands as steps. */
const COMMAND_RUNNER = 'command-runner.jar'

export function resolveSteps(context: InfrastructureContext, input: EmrInput['steps']): readonly EmrStep[] {
  return (input ?? []).map((step, i) => {
    checkStep(context, ['emr', 'steps', i], step)
    return defined({
      name: step.name ?? step.type,
      ...runnerOf(step, context.aws.region),
      mainClass: step.mainClass,
      properties: asTexts(step.properties),
      actionOnFailure: step.actionOnFailure ?? 'CONTINUE',
    })
  })
}

function checkStep(
  context: InfrastructureContext,
  path: readonly (string | number)[],
  step: StepInput,
): void {
  const { needs, may } = STEP_KEYS[step.type]
  if (needs !== undefined && (step[needs] === undefined || step[needs]?.length === 0)) {
    refuse(context, 'SPEC_MISSING_KEY', path, {
      message: `${shown([...path, needs])} is missing: a step of type ${step.type} needs it`,
      expected: needs,
      next: `add ${needs}`,
    })
  }
  refuseSecrets(context, path, step)
  for (const key of ['path', 'jar', 'mainClass', 'properties'] as const) {
    if (step[key] === undefined || may.includes(key)) continue
    notUsed(context, [...path, key], `a step of type ${step.type} has none`, `remove ${key}`)
  }
}

/** Steps and classifications are in files that everybody can read on the nodes, in Terraform's state and in reports. */
function refuseSecrets(
  context: InfrastructureContext,
  path: readonly (string | number)[],
  { args, properties }: Pick<StepInput, 'args' | 'properties'>,
): void {
  const refuseAt = (at: readonly (string | number)[], what: string, next: string) =>
    refuse(context, 'SPEC_PLAIN_PASSWORD', at, {
      message: `${what} holds a secret, and everyone on the nodes, and who may describe the cluster, can read it`,
      found: what,
      expected: 'only where the secret is',
      next: `${next}; and change the secret, since it was written here`,
      at: 'key',
    })
  for (const name of secretProperties(properties))
    refuseAt(
      [...path, 'properties', name],
      name,
      `put it into AWS Secrets Manager and write EMR.secret@${name}: its ARN, let the service role of EMR read it (secretsmanager:GetSecretValue), or use a credential store (hadoop.security.credential.provider.path)`,
    )
  const found = secretArgument(args)
  if (found !== undefined)
    refuseAt(
      [...path, 'args', found.at],
      `${shown([...path, 'args', found.at])} (${found.name})`,
      'give the program a file that holds it, such as --password-file of Sqoop, or read it in a script',
    )
}

function runnerOf(step: StepInput, region: string): Pick<EmrStep, 'jar' | 'args'> {
  const args = strings(step.args)
  const path = step.path ?? ''
  switch (step.type) {
    case 'script':
      // The jar of the cluster's own region: others are not reachable through a gateway endpoint.
      return {
        jar: `s3://${region}.elasticmapreduce/libs/script-runner/script-runner.jar`,
        args: [path, ...args],
      }
    case 'jar':
      return { jar: step.jar ?? '', args }
    case 'streaming':
      return { jar: COMMAND_RUNNER, args: ['hadoop-streaming', ...args] }
    case 'command':
      return { jar: COMMAND_RUNNER, args }
    case 'hive-script':
      return {
        jar: COMMAND_RUNNER,
        args: ['hive-script', '--run-hive-script', '--args', '-f', path, ...args],
      }
    case 'pig-script':
      return { jar: COMMAND_RUNNER, args: ['pig-script', '--run-pig-script', '--args', '-f', path, ...args] }
  }
}

/** EMR takes sixteen. */
const BOOTSTRAP_LIMIT = 16

export function resolveBootstrap(
  context: InfrastructureContext,
  input: EmrInput['bootstrapActions'],
): readonly EmrBootstrapAction[] {
  const count = input?.length ?? 0
  if (count > BOOTSTRAP_LIMIT) {
    refuse(context, 'SPEC_OUT_OF_BOUNDS', ['emr', 'bootstrapActions'], {
      message: `there are ${count} bootstrap actions`,
      found: String(count),
      expected: `at most ${BOOTSTRAP_LIMIT}`,
      next: 'join some of the scripts',
    })
  }
  for (const [i, action] of (input ?? []).entries())
    refuseSecrets(context, ['emr', 'bootstrapActions', i], { args: action.args })
  return (input ?? []).map((action) => ({
    name: action.name ?? basename(action.path),
    path: action.path,
    args: strings(action.args),
  }))
}

interface ConfigurationInput {
  readonly classification: string
  readonly properties?: Parameters<typeof asTexts>[0]
  readonly configurations?: readonly ConfigurationInput[] | undefined
}

export function resolveConfigurations(
  context: InfrastructureContext,
  input: readonly ConfigurationInput[] | undefined,
  path: readonly (string | number)[] = ['emr', 'configurations'],
): readonly EmrConfiguration[] {
  const names = (input ?? []).map(({ classification }) => classification)
  const second = names.findIndex((name, i) => names.indexOf(name) !== i)
  if (second >= 0) {
    refuse(context, 'SPEC_DUPLICATE_CLASSIFICATION', [...path, second, 'classification'], {
      message: `${names[second]} is configured twice, and EMR takes each classification once`,
      found: names[second],
      expected: 'each classification once',
      next: 'put the properties of both under one',
    })
  }
  for (const [i, { properties }] of (input ?? []).entries())
    refuseSecrets(context, [...path, i], { properties })
  return (input ?? []).map((one, i) => ({
    classification: one.classification,
    properties: asTexts(one.properties),
    configurations: resolveConfigurations(context, one.configurations, [...path, i, 'configurations']),
  }))
}
