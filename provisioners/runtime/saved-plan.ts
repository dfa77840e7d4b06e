import { randomBytes } from 'node:crypto'
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { z } from 'zod'
import type { SecretRef } from '../config/types.ts'
import { type Fingerprints, fingerprints, type Moved, movedSteps } from '../engine/fingerprint.ts'
import type { Plan } from '../engine/types.ts'
import { HowdahError, HowdahErrors } from '../errors.ts'
import type { PlannedRun } from './observe.ts'

/** The key of fingerprints: a generated secret of the cluster's state directory. */
export const PLAN_KEY: SecretRef = { kind: 'generate', name: 'plan-key' }

/** A plan in a file: what it shows, what it was made from, and the part of the cluster that it is for. */
export interface SavedPlan {
  readonly formatVersion: '1.0'
  readonly cluster: string
  readonly at: string
  readonly only?: readonly string[]
  readonly hosts?: readonly string[]
  /** Hosts that it takes over from another cluster. */
  readonly adopt?: readonly string[]
  readonly plan: Plan
  readonly fingerprints: Fingerprints
}

const form = z.looseObject({
  formatVersion: z.literal('1.0'),
  cluster: z.string(),
  at: z.string(),
  only: z.array(z.string()).optional(),
  hosts: z.array(z.string()).optional(),
  adopt: z.array(z.string()).optional(),
  plan: z.looseObject({ steps: z.array(z.unknown()) }),
  fingerprints: z.record(
    z.string(),
    z.object({
      title: z.string(),
      wanted: z.string(),
      found: z.string(),
      shown: z.string().optional(),
    }),
  ),
})

/** Writes a plan to a file of mode 0600, by way of a new file beside it. */
export function savePlan(
  path: string,
  found: PlannedRun,
  key: string,
  part: Pick<SavedPlan, 'only' | 'hosts' | 'adopt'>,
): void {
  const saved: SavedPlan = {
    formatVersion: '1.0',
    cluster: found.cluster.name,
    at: new Date().toISOString(),
    ...(part.only && { only: part.only }),
    ...(part.hosts && { hosts: part.hosts }),
    ...(part.adopt && { adopt: part.adopt }),
    plan: found.plan,
    fingerprints: fingerprints(found, key),
  }
  const beside = `${path}.${randomBytes(4).toString('hex')}.new`
  try {
    writeFileSync(beside, `${JSON.stringify(saved, undefined, 1)}\n`, { mode: 0o600, flag: 'wx' })
    renameSync(beside, path)
  } catch (error) {
    throw new HowdahError({
      code: 'PLAN_FILE_UNWRITABLE',
      exit: 'configuration',
      message: 'the plan cannot be written',
      found: (error as Error).message,
      where: path,
      next: 'howdah plan --out /tmp/howdah.plan',
    })
  }
}

/** Reads a saved plan. Throws PLAN_FILE_UNREADABLE. */
export function readPlan(path: string): SavedPlan {
  const refuse = (found: string): never => {
    throw new HowdahError({
      ...{ code: 'PLAN_FILE_UNREADABLE', exit: 'configuration', where: path, found },
      message: 'this version of Howdah cannot read the saved plan',
      expected: 'a file that `howdah plan --out` wrote',
      next: `howdah plan --out ${path}`,
    })
  }
  let value: unknown
  try {
    value = JSON.parse(readFileSync(path, 'utf8'))
  } catch (error) {
    return refuse((error as Error).message)
  }
  const parsed = form.safeParse(value)
  return parsed.success ? (parsed.data as unknown as SavedPlan) : refuse(z.prettifyError(parsed.error))
}

/**
 * Refuses to go on when the present plan is not the saved one. Each step that moved is an error that says what was found then and
 * now. Throws PLAN_OTHER_CLUSTER, PLAN_MOVED.
 */
export function checkSaved(saved: SavedPlan, path: string, found: PlannedRun, key: string): void {
  const next = `howdah plan --out ${path}`
  if (saved.cluster !== found.cluster.name) {
    throw new HowdahError({
      ...{ code: 'PLAN_OTHER_CLUSTER', exit: 'configuration', where: path, next },
      message: 'the saved plan is for another cluster',
      found: saved.cluster,
      expected: found.cluster.name,
    })
  }
  const moved = movedSteps(saved.fingerprints, fingerprints(found, key))
  if (moved.length === 0) return
  throw new HowdahErrors(moved.map((one) => movedError(one, next)) as [HowdahError, ...HowdahError[]])
}

const WHY: Readonly<Record<Moved['why'], string>> = {
  new: 'is a step now, and was none in the saved plan',
  gone: 'was a step in the saved plan, and is none now',
  wanted: 'must become something else than in the saved plan',
  found: 'is not as it was when the plan was saved',
}

const movedError = ({ ref, title, why, was, is }: Moved, next: string): HowdahError =>
  new HowdahError({
    ...{ code: 'PLAN_MOVED', exit: 'preflight', where: ref.replace('!', ':'), next },
    message: `${title} ${WHY[why]}`,
    ...(is !== undefined && { found: is }),
    ...(was !== undefined && { expected: was }),
  })
