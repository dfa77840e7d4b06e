import type { Plan, StepAction } from '../../provisioners/engine/types.ts'
import { grouped, hostRange, withoutHost, withoutName } from './hosts.ts'
import { awaitsServer, isDatabaseServer, plural, stepBlocks } from './plan-steps.ts'
import type { Colors } from './text.ts'

/** "12 to create, 1 to change, 2 to restart on 3 hosts and 1 database server". */
export function planSummary(plan: Plan): string {
  const waiting = awaitsServer(plan.steps)
  const read = plan.steps.filter(({ ref }) => !waiting.has(ref))
  const count = (action: StepAction): number => read.filter((step) => step.action === action).length
  if (plan.steps.length === 0) return `No changes: ${plan.unchanged} resources are as cluster.yml says.`
  const counts = [
    [count('create') + waiting.size, 'to create'],
    [count('update'), 'to change'],
    [count('remove'), 'to remove'],
    [count('start'), 'to start'],
    [count('restart'), 'to restart'],
    [count('run'), 'to run once'],
    [count('ensure'), 'to check when their server runs'],
  ] as const
  const parts = counts.filter(([n]) => n > 0).map(([n, words]) => `${n} ${words}`)
  const targets = [...new Set(plan.steps.map((step) => step.host))]
  const servers = targets.filter(isDatabaseServer).length
  const where = [
    [targets.length - servers, 'host'],
    [servers, 'database server'],
  ] as const
  const places = where.filter(([n]) => n > 0).map(([n, word]) => plural(n, word))
  return `${parts.join(', ')} on ${places.join(' and ')}; ${plan.unchanged} unchanged.`
}

/** Resources that stay and are no longer wanted. A plan lists each when it finds it; later plans only count them. */
function leftLines(plan: Plan, c: Colors): string[] {
  const left = plan.left ?? []
  const fresh = left.filter(({ known }) => !known)
  const known = left.length - fresh.length
  const groups = grouped(fresh, ({ host, title, reason }) => withoutName(`${title}\n${reason}`, host))
  return [
    ...groups.map((group) => {
      const [{ title, reason }] = group
      return `${c.yellow('left')} ${hostRange(group.map(({ host }) => host))}: ${title} is no longer wanted: ${reason}`
    }),
    ...(known === 0 ? [] : [c.dim(`${known} left by earlier runs (howdah plan --json lists them)`)]),
  ]
}

/** A line for each host that could not be read, with the cause and what to type; equal causes share a line. */
export const unreachableLines = ({ unreachable = [] }: Plan, c: Colors): string[] =>
  grouped(unreachable, ({ host, code, message }) => `${code} ${withoutHost(message, host)}`).map((group) => {
    const [{ message, next }] = group
    const more = next ? `\n  next   ${c.cyan(next)}` : ''
    const names = c.bold(hostRange(group.map(({ host }) => host)))
    return `${c.red('✗')} ${names} ${group.length > 1 ? 'are' : 'is'} not in this plan: ${message}${more}`
  })

/** "w3: …" of many hosts as one line. */
function warningLines({ warnings }: Plan, c: Colors): string[] {
  const split = warnings.map(
    (warning) => /^([a-z0-9][a-z0-9-]*): (.*)$/s.exec(warning) ?? [warning, '', warning],
  )
  return grouped(split, ([, host = '', text = '']) => (host === '' ? text : withoutName(text, host))).map(
    (group) => {
      const [[, host = '', text = '']] = group
      const names = hostRange(group.map(([, name = '']) => name))
      return `${c.yellow('warning')} ${host === '' ? text : `${names}: ${text}`}`
    },
  )
}

function refusalLines({ refusals }: Plan, c: Colors): string[] {
  const hostOf = (ref: string): string => ref.slice(0, ref.indexOf('!'))
  const groups = grouped(refusals, ({ ref, message, found, next }) =>
    withoutName([ref, message, found, next].join('\n'), hostOf(ref)),
  )
  return groups.map((group) => {
    const [{ ref, message, found, next }] = group
    const names = hostRange(group.map((one) => hostOf(one.ref)))
    const at = group.length === 1 ? ref : `${names}!${ref.slice(ref.indexOf('!') + 1)}`
    // An option that names the host takes all hosts of the group; `hostRange` has the form that options take.
    const option = new RegExp(`(--(?:adopt|host) )${hostOf(ref)}(?=\\s|$)`, 'g')
    const command = next?.replaceAll(option, `$1${names.replaceAll(', ', ',')}`)
    const more = command ? `\n  next   ${c.cyan(command)}` : ''
    return `${c.red('refused')} ${c.bold(message)}\n  at     ${at}\n  found  ${found}${more}`
  })
}

/** A plan as text: the changes of each host, with diffs, then the summary. `full`: each step, and the content of new files. */
export const planText = (plan: Plan, c: Colors, full = false): string =>
  [
    ...stepBlocks(plan, c, full),
    ...leftLines(plan, c),
    ...unreachableLines(plan, c),
    ...warningLines(plan, c),
    ...refusalLines(plan, c),
    c.bold(planSummary(plan)),
  ].join('\n')
