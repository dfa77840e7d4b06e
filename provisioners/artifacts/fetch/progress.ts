import type { Reporter } from '../../events.ts'

const INTERVAL_MS = 500

/** A function that reports the progress of a long operation, at most twice a second, and always its end. */
export function progress(
  report: Reporter,
  id: string,
  title: string,
  total: number,
  unit: 'bytes' | 'items',
): (done: number) => void {
  let last = 0
  return (done) => {
    const now = Date.now()
    if (now - last < INTERVAL_MS && done !== total) return
    last = now
    report({ type: 'progress', id, title, done, total, unit })
  }
}
