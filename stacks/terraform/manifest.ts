import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { HowdahError } from '../../provisioners/errors.ts'

/** A synthesised stack: where Terraform runs, and the stacks that it depends on. */
export interface StackOnDisk {
  readonly name: string
  readonly dir: string
  readonly dependencies: readonly string[]
}

const manifestSchema = z.object({
  stacks: z.record(
    z.string(),
    z.object({ workingDirectory: z.string(), dependencies: z.array(z.string()).default([]) }),
  ),
})

/**
 * The stacks that CDKTF synthesised into `outdir`, in the order in which they can be applied.
 * @throws HowdahError TERRAFORM_NO_MANIFEST when nothing was synthesised there, TERRAFORM_STACK_CYCLE when
 * stacks depend on each other.
 */
export async function readManifest(outdir: string): Promise<readonly StackOnDisk[]> {
  const file = join(outdir, 'manifest.json')
  const parsed = manifestSchema.safeParse(await json(file))
  if (!parsed.success) throw noManifest(file, 'is not a CDKTF manifest')
  const stacks = Object.entries(parsed.data.stacks).map(([name, stack]) => ({
    name,
    dir: join(outdir, stack.workingDirectory),
    dependencies: stack.dependencies,
  }))
  return inOrder(stacks)
}

async function json(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8'))
  } catch (cause) {
    throw noManifest(file, cause instanceof SyntaxError ? 'is not JSON' : 'does not exist', cause)
  }
}

const noManifest = (file: string, found: string, cause?: unknown): HowdahError =>
  new HowdahError({
    code: 'TERRAFORM_NO_MANIFEST',
    exit: 'configuration',
    message: `${file} ${found}`,
    expected: 'the manifest of synthesised stacks',
    next: 'howdah synth',
    cause,
  })

/** Each stack after its dependencies; otherwise in the order of the manifest. */
function inOrder(stacks: readonly StackOnDisk[]): readonly StackOnDisk[] {
  const done: StackOnDisk[] = []
  const waiting = [...stacks]
  while (waiting.length > 0) {
    const next = waiting.findIndex((stack) =>
      stack.dependencies.every((name) => !waiting.some((other) => other.name === name)),
    )
    if (next === -1) {
      throw new HowdahError({
        code: 'TERRAFORM_STACK_CYCLE',
        exit: 'configuration',
        message: `The stacks ${waiting.map((s) => s.name).join(', ')} depend on each other`,
        next: 'Remove one of the references between them, then howdah synth.',
      })
    }
    done.push(...waiting.splice(next, 1))
  }
  return done
}
