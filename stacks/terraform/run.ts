import { createInterface } from 'node:readline'
import { execa } from 'execa'
import { type ExitName, HowdahError } from '../../provisioners/errors.ts'
import { type Reporter, silent } from '../../provisioners/events.ts'
import { type TerraformBinary, terraformBinary } from './binary.ts'
import { type Diagnostic, diagnosticOf, errorOf, messageOf } from './diagnostics.ts'
import { terraformEnv } from './environment.ts'
import { stepOf } from './events.ts'
import type { StackOnDisk } from './manifest.ts'

export interface TerraformOptions {
  readonly report?: Reporter
  /** On abort, Terraform finishes what runs and stops. If this process exits, it stops at once. */
  readonly signal?: AbortSignal | undefined
  /** Default: this process's. */
  readonly env?: NodeJS.ProcessEnv
  /** Default: found by `terraformBinary`. */
  readonly binary?: TerraformBinary
}

export interface Call {
  readonly stack: StackOnDisk
  readonly args: readonly string[]
  /** The exit of a failure. */
  readonly exit: ExitName
  /** Whether stdout is Terraform's JSON messages, a line each; otherwise it is the result. */
  readonly messages: boolean
}

const LAST_LINES = 15

/**
 * Runs Terraform once in a stack's directory and returns its stdout.
 * @throws HowdahError with Terraform's own diagnostics (TERRAFORM_FAILED, TERRAFORM_STATE_LOCKED,
 * TERRAFORM_CREDENTIALS); TERRAFORM_INTERRUPTED after an abort.
 */
export async function terraform(call: Call, options: TerraformOptions): Promise<string> {
  const env = options.env ?? process.env
  if (options.signal?.aborted) throw interrupted(call.stack)
  const { command } = options.binary ?? (await terraformBinary(env))
  const args = [`-chdir=${call.stack.dir}`, ...call.args]
  const diagnostics: Diagnostic[] = []
  const child = execa(command, args, {
    reject: false,
    stdin: 'ignore',
    extendEnv: false,
    env: terraformEnv(env),
    maxBuffer: 256 * 2 ** 20,
    // In its own process group, Terraform gets the Ctrl-C of a terminal only from this process, and once.
    detached: true,
  })
  const listening = call.messages
    ? listen(child.stdout, call.stack, diagnostics, options.report ?? silent)
    : undefined
  const release = passInterrupts(child, options.signal)
  try {
    const result = await child
    await listening
    if (!result.failed) return result.stdout
    if (options.signal?.aborted) throw interrupted(call.stack, diagnostics)
    const output = `${call.messages ? '' : result.stdout}\n${result.stderr}`.trim()
    throw errorOf(diagnostics, {
      stack: call.stack,
      command: commandForUser(command, call),
      exit: call.exit,
      lastOutput: output.split('\n').slice(-LAST_LINES).join('\n') || result.shortMessage || '',
    })
  } finally {
    release()
  }
}

/** The command that shows the same failure; Howdah's plan file is removed by then. */
function commandForUser(command: string, { stack, args }: Call): string {
  const verb = args[0] === 'apply' || args[0] === 'show' ? 'plan' : (args[0] ?? 'plan')
  return [command, `-chdir=${stack.dir}`, verb, ...(args.includes('-destroy') ? ['-destroy'] : [])].join(' ')
}

/** Reads messages as they arrive: collects diagnostics, reports steps. */
async function listen(
  stream: NodeJS.ReadableStream,
  stack: StackOnDisk,
  diagnostics: Diagnostic[],
  report: Reporter,
): Promise<void> {
  for await (const line of createInterface({ input: stream })) {
    const message = messageOf(line)
    if (!message) continue
    const diagnostic = diagnosticOf(message)
    if (diagnostic) diagnostics.push(diagnostic)
    if (diagnostic?.severity === 'warning') {
      report({ type: 'log', level: 'warn', text: `${stack.name}: ${diagnostic.summary}` })
    }
    const step = stepOf(message, stack.name)
    if (step) report(step)
  }
}

/** On the first SIGINT Terraform finishes what runs; on the second it stops at once. */
function passInterrupts(
  child: { kill(signal: 'SIGINT'): boolean },
  signal: AbortSignal | undefined,
): () => void {
  const interrupt = (): void => void child.kill('SIGINT')
  signal?.addEventListener('abort', interrupt, { once: true })
  process.once('exit', interrupt)
  return () => {
    signal?.removeEventListener('abort', interrupt)
    process.removeListener('exit', interrupt)
  }
}

function interrupted(stack: StackOnDisk, diagnostics: readonly Diagnostic[] = []): HowdahError {
  const detail = diagnostics.map((d) => d.summary).join('\n')
  return new HowdahError({
    code: 'TERRAFORM_INTERRUPTED',
    exit: 'interrupted',
    message: `Stack ${stack.name}: interrupted; the resources that were created are in the state`,
    where: stack.dir,
    ...(detail === '' ? {} : { detail }),
    next: 'Run the same command again to continue.',
  })
}
