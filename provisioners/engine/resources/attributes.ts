import type { State } from '../types.ts'

const KINDS: Readonly<Record<string, string>> = { file: 'a file', directory: 'a directory', link: 'a link' }

/** True when the sweep found something at the resource's path. */
export const isThere = (state: State): boolean => state.kind !== undefined

/** What the sweep found, as text: "a directory", "a link". */
export const kindInWords = (state: State): string => KINDS[state.kind ?? ''] ?? 'something else'

/** Differences of owner, group and mode: ["mode 0644 → 0640"]. */
export function attributeChanges(
  wanted: { readonly owner: string; readonly group: string; readonly mode: string },
  state: State,
): string[] {
  return (['owner', 'group', 'mode'] as const)
    .filter((key) => state[key] !== wanted[key])
    .map((key) => `${key} ${state[key] ?? 'unknown'} → ${wanted[key]}`)
}
