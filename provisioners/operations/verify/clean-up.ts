import { type Checks, tail } from './checks.ts'

/** One thing that a run made, and how it is taken away again. */
export interface Undo {
  readonly what: string
  readonly undo: () => Promise<unknown>
}

/**
 * Takes away what a run made, newest first; what cannot be is named in a failed check. `before` goes first, and may
 * fail: what it leaves will be in the way of an undo, which then says so.
 */
export async function cleanUp(
  checks: Checks,
  title: string,
  undos: readonly Undo[],
  before: () => Promise<unknown>,
): Promise<void> {
  if (undos.length === 0) return
  await checks.run('cleanup', title, async () => {
    await before().catch(() => {})
    const left: string[] = []
    for (const { what, undo } of undos.toReversed()) {
      try {
        await undo()
      } catch (error) {
        left.push(`${what}: ${tail(error instanceof Error ? error.message : String(error), 5)}`)
      }
    }
    if (left.length > 0) throw new Error(`left behind:\n${left.join('\n')}`)
    return `${undos.length} things are gone`
  })
}
