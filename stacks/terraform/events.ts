import { z } from 'zod'
import type { RunEvent } from '../../provisioners/events.ts'

const hookSchema = z.object({
  type: z.enum(['apply_start', 'apply_complete', 'apply_errored']),
  hook: z.object({
    resource: z.object({ addr: z.string() }),
    action: z.string(),
    elapsed_seconds: z.number().optional(),
  }),
})

const STATUS = { apply_start: 'start', apply_complete: 'ok', apply_errored: 'failed' } as const

/** The step of a run in one of Terraform's messages; the stack takes the field of the host. */
export function stepOf(message: Readonly<Record<string, unknown>>, stack: string): RunEvent | undefined {
  const parsed = hookSchema.safeParse(message)
  if (!parsed.success) return undefined
  const { type, hook } = parsed.data
  return {
    type: 'step',
    ref: `${stack}!${hook.resource.addr}`,
    host: stack,
    title: `${hook.action} ${hook.resource.addr}`,
    status: STATUS[type],
    ...(hook.elapsed_seconds === undefined ? {} : { ms: hook.elapsed_seconds * 1000 }),
  }
}
