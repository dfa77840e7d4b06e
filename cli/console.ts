import { HowdahError } from '../provisioners/errors.ts'
import type { RunEvent } from '../provisioners/events.ts'
import type { OperationOptions } from '../provisioners/runtime/types.ts'
import { terminalPrompts } from './prompts.ts'
import { errorJson, errorText } from './render/errors.ts'
import { plainRenderer, type Renderer } from './render/plain.ts'
import { type Colors, colorsFor } from './render/text.ts'
import { visible, visibleJson } from './render/visible.ts'

/** Options of every verb. */
export interface GlobalOptions {
  readonly json?: boolean
  readonly output?: 'human' | 'ndjson'
  readonly quiet?: boolean
  readonly verbose?: boolean
  readonly yes?: boolean
  readonly lockWait?: number
  readonly bundle?: string
}

/** The output of a verb: its result goes to stdout, everything else to stderr. */
export interface Console {
  readonly options: GlobalOptions
  readonly out: Colors
  readonly signal: AbortSignal
  report(event: RunEvent): void
  /** The result: one JSON document with --json, else text. */
  result(json: object, text: () => string): void
  note(text: string): void
  /** Removes the live view from the screen, before a question or a result. */
  clearLive(): void
  /** Asks, unless --yes; without a terminal and without --yes the answer is no. */
  consent(question: string): Promise<boolean>
  operation(file: string): OperationOptions
}

/** Every text that Howdah prints goes through one of these two. */
const print = (stream: NodeJS.WriteStream, text: string): void => void stream.write(visible(text))
const json = (stream: NodeJS.WriteStream, value: object, indent?: number): void =>
  void stream.write(`${visibleJson(JSON.stringify(value, null, indent))}\n`)

const silentRenderer: Renderer = { event() {}, stop() {} }

/** Whether events are shown in a live view. Its code is loaded only for a terminal, since it takes time to load. */
const isLive = (options: GlobalOptions): boolean =>
  Boolean(process.stderr.isTTY && process.env.TERM !== 'dumb' && !process.env.CI) &&
  options.output !== 'ndjson' &&
  !options.quiet &&
  !options.verbose

const loadLive = async () => {
  const [{ createLogUpdate }, { liveRenderer }] = await Promise.all([
    import('log-update'),
    import('./render/live.ts'),
  ])
  return { createLogUpdate, liveRenderer }
}

type Live = Awaited<ReturnType<typeof loadLive>>

function chooseRenderer(options: GlobalOptions, live: Live | undefined): Renderer {
  if (options.output === 'ndjson') {
    return {
      event: (event) => json(process.stdout, { formatVersion: '1.0', ...event }),
      stop() {},
    }
  }
  if (options.quiet) return silentRenderer
  const colors = colorsFor(process.stderr)
  const write = (line: string): void => print(process.stderr, line)
  if (!live) return plainRenderer({ write, colors, verbose: options.verbose ?? false })
  return live.liveRenderer({
    update: liveUpdate(live),
    write,
    colors,
    columns: () => process.stderr.columns ?? 80,
  })
}

/** The live view, through the same door. */
function liveUpdate(live: Live): ReturnType<Live['createLogUpdate']> {
  const update = live.createLogUpdate(process.stderr)
  return Object.assign((...text: string[]) => update(...text.map(visible)), update)
}

/** Opens the console of one run. The renderer is chosen at the first event, so that quick verbs never start it. */
export async function openConsole(options: GlobalOptions, abort: AbortController): Promise<Console> {
  const live = isLive(options) ? await loadLive() : undefined
  let renderer: Renderer | undefined
  const out = colorsFor(process.stdout)
  const clearLive = (): void => {
    renderer?.stop()
    renderer = undefined
  }
  const report = (event: RunEvent): void => {
    renderer ??= chooseRenderer(options, live)
    renderer.event(event)
  }
  return {
    options,
    out,
    signal: abort.signal,
    report,
    clearLive,
    note: (text) => {
      clearLive()
      if (!options.quiet) print(process.stderr, `${text}\n`)
    },
    result: (value, text) => {
      clearLive()
      if (options.json) json(process.stdout, value, 2)
      else if (options.output === 'ndjson') json(process.stdout, { type: 'result', ...value })
      else print(process.stdout, `${text()}\n`)
    },
    consent: async (question) => {
      clearLive()
      if (options.yes) return true
      return !options.json && options.output !== 'ndjson' && terminalPrompts.confirm(question)
    },
    operation: (file) => ({
      ...{ file, report, prompts: terminalPrompts, signal: abort.signal },
      ...(options.lockWait !== undefined && { lockWaitSeconds: options.lockWait }),
      ...(options.bundle !== undefined && { bundle: options.bundle }),
    }),
  }
}

/** Prints an error and returns the exit code. Only a bug shows a stack trace. */
export function reportError(error: unknown, options: GlobalOptions): number {
  if (error instanceof HowdahError) {
    if (options.json || options.output === 'ndjson') json(process.stdout, errorJson(error))
    print(process.stderr, `${errorText(error, colorsFor(process.stderr))}\n`)
    return error.exitCode
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error)
  print(process.stderr, `unexpected error, a bug of Howdah:\n${stack}\n`)
  return 1
}
