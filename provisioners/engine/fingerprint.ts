import { createHmac } from 'node:crypto'
import { refOf, resolveRef, splitRef } from './refs.ts'
import type { CoreResource, Desired, Observed, Plan, Ref, Resource, State } from './types.ts'

/** What a step was planned from. Equal fingerprints mean the same step on the same state. */
export interface Fingerprint {
  readonly title: string
  /** HMAC of the desired resource and the action. */
  readonly wanted: string
  /** HMAC of the observed state, and of the guards' states of an action. */
  readonly found: string
  /** The observed state as text; absent for a resource that holds a secret. */
  readonly shown?: string
}

export type Fingerprints = Readonly<Record<Ref, Fingerprint>>

export interface FingerprintInput {
  readonly plan: Plan
  readonly desired: Desired
  readonly observed: Observed
}

/**
 * Makes the fingerprint of each step. Pure. The key keeps a short secret from being guessed from the fingerprint of its
 * file: 32 random bytes that stay on the machine that plans.
 */
export function fingerprints({ plan, desired, observed }: FingerprintInput, key: string): Fingerprints {
  const hmac = (value: unknown): string =>
    createHmac('sha256', key).update(JSON.stringify(value)).digest('hex')
  const resources = new Map(
    Object.entries(desired).flatMap(([host, list]) => list.map((one) => [refOf(host, one.id), one] as const)),
  )
  const made = plan.steps.map(({ ref, host, title, action }) => {
    const resource = resources.get(ref) as Resource
    const states = statesOf(resource, host, observed)
    const hidden = 'sensitive' in resource && resource.sensitive === true
    const print: Fingerprint = {
      title,
      wanted: hmac([plain(resource), action]),
      found: hmac(states),
      ...(!hidden && { shown: stateText(states) }),
    }
    return [ref, print] as const
  })
  return Object.fromEntries(made)
}

type States = readonly (readonly [id: string, state: readonly (readonly [string, string])[]])[]

/** The state of a resource, and of what an action requires. */
function statesOf(resource: Resource, host: string, observed: Observed): States {
  const core = resource as CoreResource
  const guards = core.type === 'action' ? (core.requires ?? []).map(({ ref }) => resolveRef(host, ref)) : []
  return [refOf(host, resource.id), ...guards].map((ref) => {
    const at = splitRef(ref)
    return [ref, sorted(observed[at.host]?.states[at.id] ?? {})]
  })
}

const sorted = (state: State): [string, string][] =>
  Object.entries(state).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))

/** The order of a step does not change what it does. */
const plain = (resource: Resource): object => ({ ...resource, after: undefined })

const SHOWN = 300

function stateText(states: States): string {
  const [, own = []] = states[0] ?? []
  if (own.length === 0) return 'not there'
  const text = own.map(([name, value]) => `${name}=${value}`).join(' ')
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text
}

/** A step that is not the same in two plans, and why. */
export interface Moved {
  readonly ref: Ref
  readonly title: string
  readonly why: 'new' | 'gone' | 'wanted' | 'found'
  readonly was?: string
  readonly is?: string
}

/** Steps that differ between the saved plan and the present one, in the order of the saved plan. Pure. */
export function movedSteps(saved: Fingerprints, present: Fingerprints): readonly Moved[] {
  const moved: Moved[] = []
  for (const [ref, { title, wanted, found, shown }] of Object.entries(saved)) {
    const now = present[ref as Ref]
    const was = shown === undefined ? {} : { was: shown }
    if (!now) moved.push({ ref: ref as Ref, title, why: 'gone', ...was })
    else if (now.found !== found) {
      moved.push({
        ...{ ref: ref as Ref, title, why: 'found' },
        ...was,
        ...(now.shown && { is: now.shown }),
      })
    } else if (now.wanted !== wanted) moved.push({ ref: ref as Ref, title, why: 'wanted' })
  }
  for (const [ref, { title, shown }] of Object.entries(present)) {
    if (saved[ref as Ref]) continue
    moved.push({ ref: ref as Ref, title, why: 'new', ...(shown !== undefined && { is: shown }) })
  }
  return moved
}
