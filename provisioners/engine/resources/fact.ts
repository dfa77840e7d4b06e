import { heredoc } from '../fragments.ts'
import type { Agreement, Fact, Requirement, ResourceType, State } from '../types.ts'

/** Time limit of a probe, since the daemon that it asks may hang. After that the state is `unknown`. */
export const PROBE_SECONDS = 60

/** A fact's value of a key, or `unknown` when it could not be read. */
export const factValue = (state: State | undefined, key: string): string => state?.[key] ?? 'unknown'

/** The message of a requirement that this state breaks, with what was found; undefined when it holds. */
export function broken(
  need: Omit<Requirement, 'ref'>,
  state: State | undefined,
): { readonly message: string; readonly found: string; readonly next?: string } | undefined {
  const value = factValue(state, need.key)
  if (need.oneOf.includes(value)) return undefined
  const why = state?.unknown === undefined ? '' : ` (${state.unknown})`
  return {
    message: need.message.replaceAll('{value}', value),
    found: `${need.key}=${value}${why}`,
    ...(need.next === undefined ? {} : { next: need.next }),
  }
}

/** The message of an agreement that does not hold. It holds when either side has no value, or could not be read. */
export function disagreement(
  agreement: Agreement,
  here: State | undefined,
  there: State | undefined,
): { readonly message: string; readonly found: string; readonly next?: string } | undefined {
  const value = here?.[agreement.key] ?? ''
  const other = there?.[agreement.refKey] ?? ''
  if (value === '' || other === '' || value === other) return undefined
  return {
    message: agreement.message.replaceAll('{value}', value).replaceAll('{other}', other),
    found: `${agreement.key}=${value}`,
    ...(agreement.next === undefined ? {} : { next: agreement.next }),
  }
}

/** Something read and never changed. */
export const fact: ResourceType<Fact> = {
  type: 'fact',
  title: (f) => f.title,
  probe: (f) => `howdah_bounded ${PROBE_SECONDS} ${heredoc(f.script).text}`,
  refusals: (f, state) => (f.must ?? []).flatMap((need) => broken(need, state) ?? []),
  diff: () => undefined,
  apply: () => ':',
}
