import { z } from 'zod'
import { HowdahError } from '../../provisioners/errors.ts'
import { Secret } from '../../provisioners/secret.ts'
import { readManifest } from './manifest.ts'
import { init } from './plan.ts'
import { type TerraformOptions, terraform } from './run.ts'

/** Outputs by name. A sensitive output is a Secret: a string as it is, any other value as JSON. */
export type StackOutputs = Readonly<Record<string, unknown>>

const outputsSchema = z.record(
  z.string(),
  z.object({ sensitive: z.boolean().default(false), value: z.unknown().optional() }),
)

/**
 * The outputs of every stack, by the stack's name; a stack that is not applied has none.
 * @throws HowdahError as `terraform` does.
 */
export async function outputs(
  outdir: string,
  options: TerraformOptions = {},
): Promise<Readonly<Record<string, StackOutputs>>> {
  const all: Record<string, StackOutputs> = {}
  for (const stack of await readManifest(outdir)) {
    await init(stack, options)
    const call = { stack, args: ['output', '-json'], exit: 'unexpected', messages: false } as const
    all[stack.name] = read(stack.name, await terraform(call, options))
  }
  return all
}

function read(stack: string, text: string): StackOutputs {
  const parsed = outputsSchema.safeParse(JSON.parse(text))
  if (!parsed.success) {
    throw new HowdahError({
      code: 'TERRAFORM_FAILED',
      exit: 'unexpected',
      message: `Stack ${stack}: terraform output -json did not print outputs`,
      cause: parsed.error,
    })
  }
  return Object.fromEntries(
    Object.entries(parsed.data).map(([name, { sensitive, value }]) => [
      name,
      sensitive
        ? new Secret(typeof value === 'string' ? value : JSON.stringify(value), `output ${name} of ${stack}`)
        : value,
    ]),
  )
}
