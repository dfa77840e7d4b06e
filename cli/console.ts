import { EXIT, HowdahError } from '../provisioners/errors.ts'
import type { RunEvent } from '../provisioners/events.ts'
import type { OperationOptions } from '../provisioners/runtime/types.ts'
import { pagerFor, showInPager } from './pager.ts'
import { createPrompts } from './prompts.ts'
import { errorJson, errorText } from './render/errors.ts'
import { plainRenderer, type Renderer } from './render/plain.ts'
import { type Colors, colorsFor, outputColumns, wrapped } from './render/text.ts'
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
  /** `false` with --no-pager. */
  readonly pager?: boolean
}

/** The output of a verb: its result goes to stdout, everything else to stderr. */
export interface Console {
  readonly options: GlobalOptions
  readonly out: Colors
  /** Colours of what goes to stderr. */
  readonly err: Colors
  readonly signal: AbortSignal
  report(event: RunEvent): void
  /**
   * The result: one JSON document with --json, else text. At a terminal `prose` is wrapped, and shown by a pager where it
   * is long; `plain` text may be copied, and a `document` is a format of its own, so both stay as they are.
   */
  result(json: object, text: () => string, form?: ResultForm): void
  /** Resolves when all of the result has been shown. */
  shown(): Promise<void>
  note(text: string): void
  /** Removes the live view from the screen, before a question or a result. */
  clearLive(): void
  /**
   * Shows what the question is about and asks, unless --yes; without a terminal and without --yes the answer is no.
   * --quiet hides `about` only where nobody is asked. Throws PROMPT_INTERRUPTED.
   */
  consent(question: string, about: string): Promise<boolean>
  operation(file: string): OperationOptions
}

export type ResultForm = 'prose' | 'plain' | 'document'

const FORMAT = '1.0'

/** What each line and each document begins with. */
const stamp = (): object => ({ formatVersion: FORMAT, time: new Date().toISOString() })

/** Every text that Howdah prints goes through one of these two. It is wrapped where there is a width. */
const print = (stream: NodeJS.WriteStream, text: string, columns?: number): void =>
  void stream.write(wrapped(visible(text), columns))
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
      event: (event) => json(process.stdout, { ...stamp(), ...event }),
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

/** The columns of the terminal that messages go to. */
const errorColumns = (): number | undefined => (process.stderr.isTTY ? process.stderr.columns : undefined)

async function showProse(text: string, options: GlobalOptions): Promise<void> {
  const fitted = wrapped(visible(text), outputColumns())
  const { isTTY, rows } = process.stdout
  const pager = pagerFor(fitted, {
    off: options.pager === false,
    env: process.env,
    isTTY: isTTY === true,
    rows,
  })
  if (pager === undefined) process.stdout.write(`${fitted}\n`)
  else await showInPager(pager, fitted)
}

/** Opens the console of one run. The renderer is chosen at the first event, so that quick verbs never start it. */
export async function openConsole(options: GlobalOptions, abort: AbortController): Promise<Console> {
  const live = isLive(options) ? await loadLive() : undefined
  let renderer: Renderer | undefined
  const out = colorsFor(process.stdout)
  let agreedOnce = false
  let showing = Promise.resolve()
  const prompts = createPrompts({
    ...{ input: process.stdin, output: process.stderr, signal: abort.signal },
    changed: () => agreedOnce,
  })
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
    err: colorsFor(process.stderr),
    signal: abort.signal,
    report,
    clearLive,
    note: (text) => {
      clearLive()
      if (!options.quiet) print(process.stderr, `${text}\n`, errorColumns())
    },
    result: (value, text, form = 'plain') => {
      clearLive()
      if (options.json) json(process.stdout, form === 'document' ? value : { ...stamp(), ...value }, 2)
      else if (options.output === 'ndjson') json(process.stdout, { ...stamp(), ...value, type: 'result' })
      else if (form === 'prose') showing = showProse(text(), options)
      else print(process.stdout, `${text()}\n`)
    },
    shown: () => showing,
    consent: async (question, about) => {
      clearLive()
      if (about !== '' && !(options.yes && options.quiet)) print(process.stderr, `${about}\n`, errorColumns())
      if (options.yes) return true
      const agreed = !options.json && options.output !== 'ndjson' && (await prompts.confirm(question))
      agreedOnce ||= agreed
      return agreed
    },
    operation: (file) => ({
      ...{ file, report, prompts, signal: abort.signal },
      ...(options.lockWait !== undefined && { lockWaitSeconds: options.lockWait }),
      ...(options.bundle !== undefined && { bundle: options.bundle }),
    }),
  }
}

/**
 * Prints an error and returns the exit code. Only a bug shows a stack trace, and what breaks off at an interruption is
 * not one.
 */
export function reportError(error: unknown, options: GlobalOptions, interrupted = false): number {
  if (error instanceof HowdahError) {
    if (options.json || options.output === 'ndjson')
      json(process.stdout, { ...stamp(), type: 'error', ...errorJson(error) })
    print(process.stderr, `${errorText(error, colorsFor(process.stderr))}\n`, errorColumns())
    return error.exitCode
  }
  if (interrupted) return EXIT.interrupted
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error)
  print(process.stderr, `unexpected error, a bug of Howdah:\n${stack}\n`)
  return EXIT.unexpected
}
