import { z } from 'zod'
import { HowdahError } from '../../provisioners/errors.ts'
import { Secret } from '../../provisioners/secret.ts'
import { readManifest } from './manifest.ts'
import { init } from './plan.ts'
import { type TerraformOptions, terraform } from './run.ts'

/** Outputs by name. What Terraform marks as sensitive is a Secret: a text as it is, anything else as JSON. */
export type StackOutputs = Readonly<Record<string, unknown>>

const outputsSchema = z.record(
  z.string(),
  z.object({ sensitive: z.boolean().default(false), value: z.unknown().optional() }),
)

/**
 * The outputs of every stack, by the stack's name; of one that is not applied there are none.
 * @throws HowdahError as `terraform`.
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
      message: `Stack ${stack}: terraform output -json gave something else than outputs`,
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
