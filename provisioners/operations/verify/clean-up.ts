import { type Checks, tail } from './checks.ts'

/** One thing that a run created, and how to remove it. */
export interface Undo {
  readonly what: string
  readonly undo: () => Promise<unknown>
}

/**
 * Removes what a run created, newest first. A failed check names what cannot be removed. `before` runs first, and its
 * failure is ignored: what it leaves makes an undo fail.
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
    if (left.length > 0) throw new Error(`not removed:\n${left.join('\n')}`)
    return `${undos.length} things were removed`
  })
}
