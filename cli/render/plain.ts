import type { RunEvent } from '../../provisioners/events.ts'
import { bytes, type Colors, duration } from './text.ts'

/** A renderer shows events; `stop` cleans up the screen. */
export interface Renderer {
  event(event: RunEvent): void
  stop(): void
}

interface PlainOptions {
  readonly write: (line: string) => void
  readonly colors: Colors
  readonly verbose: boolean
  readonly now?: () => Date
}

/** The renderer of logs, pipes and CI: one line per change, with the time in front. */
export function plainRenderer({ write, colors, verbose, now = () => new Date() }: PlainOptions): Renderer {
  const quarters = new Map<string, number>()
  const line = (text: string): void => write(`${colors.dim(now().toISOString().slice(11, 19))} ${text}\n`)
  return {
    event(event) {
      const text = describe(event, colors, verbose, quarters)
      if (text !== undefined) line(text)
    },
    stop() {},
  }
}

function describe(
  event: RunEvent,
  c: Colors,
  verbose: boolean,
  quarters: Map<string, number>,
): string | undefined {
  switch (event.type) {
    case 'phase':
      return c.bold(event.title)
    case 'host':
      return verbose || event.state === 'lost'
        ? `${event.host}: ${event.state} ${event.detail ?? ''}`.trimEnd()
        : undefined
    case 'step':
      return describeStep(event, c, verbose)
    case 'check':
      return `${mark(event.status, c)} ${event.title}${event.status === 'fail' && event.detail ? `: ${lastLine(event.detail)}` : ''} ${c.dim(duration(event.ms))}`
    case 'log':
      if (event.level === 'debug' && !verbose) return undefined
      return `${event.level === 'warn' ? c.yellow('warning: ') : ''}${event.host ? `${event.host}: ` : ''}${event.text}`
    case 'progress':
      return describeProgress(event, quarters)
  }
}

function describeStep(
  event: Extract<RunEvent, { type: 'step' }>,
  c: Colors,
  verbose: boolean,
): string | undefined {
  if (event.status === 'start' && !verbose) return undefined
  const time = event.ms === undefined ? '' : c.dim(` ${duration(event.ms)}`)
  const words = {
    start: '…',
    ok: c.green('✓'),
    failed: c.red('✗'),
    skipped: c.dim('–'),
    unknown: c.yellow('?'),
  }
  return `${words[event.status]} ${event.host}: ${event.title}${time}`
}

/** At most four lines per transfer, since a log cannot show a progress bar. */
function describeProgress(
  event: Extract<RunEvent, { type: 'progress' }>,
  quarters: Map<string, number>,
): string | undefined {
  const quarter = event.total > 0 ? Math.floor((4 * event.done) / event.total) : 0
  if (quarters.get(event.id) === quarter) return undefined
  quarters.set(event.id, quarter)
  return progressText(event)
}

export function progressText(event: Extract<RunEvent, { type: 'progress' }>): string {
  const amount = (count: number): string => (event.unit === 'bytes' ? bytes(count) : String(count))
  const host = event.host ? `${event.host}: ` : ''
  return event.total > 0
    ? `${host}${event.title} ${amount(event.done)} of ${amount(event.total)}`
    : `${host}${event.title} ${event.done > 0 ? amount(event.done) : ''}`.trimEnd()
}

export const mark = (status: 'pass' | 'fail' | 'skip', c: Colors): string =>
  status === 'pass' ? c.green('✓') : status === 'fail' ? c.red('✗') : c.dim('–')

const lastLine = (text: string): string => text.trim().split('\n').at(-1) ?? ''
