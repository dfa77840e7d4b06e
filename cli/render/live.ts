import type { createLogUpdate } from 'log-update'
import type { RunEvent } from '../../provisioners/events.ts'
import { mark, progressText, type Renderer } from './plain.ts'
import { type Colors, clip, duration } from './text.ts'

/** The most running steps that are shown; the others are counted, so that 100 hosts fit on a screen. */
const MAX_LINES = 8
const REDRAW_MS = 100

interface Running {
  readonly text: string
  readonly since: number
}

export interface LiveState {
  phase: string
  phaseSince: number
  done: number
  failed: number
  readonly running: Map<string, Running>
}

interface LiveOptions {
  readonly update: ReturnType<typeof createLogUpdate>
  /** Prints a permanent line above the live view. */
  readonly write: (line: string) => void
  readonly colors: Colors
  readonly columns: () => number
  readonly now?: () => number
}

export const emptyState = (): LiveState => ({
  phase: '',
  phaseSince: 0,
  done: 0,
  failed: 0,
  running: new Map(),
})

/** Adds an event to the state; returns a permanent line for the screen, if any. Pure except for `state`. */
export function fold(state: LiveState, event: RunEvent, c: Colors, now: number): string | undefined {
  switch (event.type) {
    case 'phase': {
      const line = closePhase(state, c, now)
      Object.assign(state, { phase: event.title, phaseSince: now, done: 0, failed: 0 })
      state.running.clear()
      return line
    }
    case 'step':
      return foldStep(state, event, c, now)
    case 'progress':
      state.running.set(event.id, {
        text: progressText(event),
        since: state.running.get(event.id)?.since ?? now,
      })
      if (event.total > 0 && event.done >= event.total) state.running.delete(event.id)
      return undefined
    case 'check':
      state.done++
      return `${mark(event.status, c)} ${event.title} ${c.dim(duration(event.ms))}`
    case 'log':
      if (event.level === 'debug') return undefined
      return `${event.level === 'warn' ? c.yellow('! ') : '  '}${event.host ? `${event.host}: ` : ''}${event.text}`
    case 'host':
      if (event.state === 'connecting')
        state.running.set(`host ${event.host}`, { text: `${event.host}: connecting`, since: now })
      else state.running.delete(`host ${event.host}`)
      return undefined
  }
}

function foldStep(
  state: LiveState,
  event: Extract<RunEvent, { type: 'step' }>,
  c: Colors,
  now: number,
): string | undefined {
  if (event.status === 'start') {
    state.running.set(event.ref, { text: `${event.host}: ${event.title}`, since: now })
    return undefined
  }
  state.running.delete(event.ref)
  if (event.status === 'ok') state.done++
  if (event.status !== 'failed' && event.status !== 'unknown') return undefined
  state.failed++
  return `${c.red('✗')} ${event.host}: ${event.title}`
}

function closePhase(state: LiveState, c: Colors, now: number): string | undefined {
  if (state.phase === '') return undefined
  const count = state.done > 0 ? `, ${state.done} done` : ''
  return `${state.failed > 0 ? c.red('✗') : c.green('✓')} ${state.phase} ${c.dim(`${duration(now - state.phaseSince)}${count}`)}`
}

/** The live view: the phase, the steps that run longest, and the number of the others. Pure. */
export function draw(state: LiveState, c: Colors, columns: number, now: number): string {
  if (state.phase === '') return ''
  const counts = [
    state.done > 0 && `${state.done} done`,
    state.failed > 0 && `${state.failed} failed`,
  ].filter(Boolean)
  const head = `▸ ${state.phase} ${duration(now - state.phaseSince)}${counts.length > 0 ? ` (${counts.join(', ')})` : ''}`
  const oldest = [...state.running.values()].sort((a, b) => a.since - b.since)
  const lines = oldest
    .slice(0, MAX_LINES)
    .map(({ text, since }) => clip(`  ${text} ${duration(now - since)}`, columns))
  const more = oldest.length - MAX_LINES
  return [
    c.bold(clip(head, columns)),
    ...lines.map((line) => c.dim(line)),
    ...(more > 0 ? [c.dim(`  and ${more} more`)] : []),
  ].join('\n')
}

/** The renderer of a terminal: permanent lines scroll up, the live view stays at the bottom. */
export function liveRenderer({ update, write, colors, columns, now = Date.now }: LiveOptions): Renderer {
  const state = emptyState()
  const redraw = (): void => update(draw(state, colors, columns(), now()))
  const timer = setInterval(redraw, REDRAW_MS)
  timer.unref()
  const keep = (line: string | undefined): void => {
    if (line === undefined) return
    update.clear()
    write(`${line}\n`)
    redraw()
  }
  return {
    event: (event) => keep(fold(state, event, colors, now())),
    stop() {
      clearInterval(timer)
      update.clear()
      const line = closePhase(state, colors, now())
      if (line !== undefined) write(`${line}\n`)
      state.phase = ''
    },
  }
}
