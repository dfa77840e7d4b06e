import type { Plan, Step, StepAction } from '../../provisioners/engine/types.ts'
import type { Colors } from './text.ts'

const SIGN: Readonly<Record<StepAction, string>> = {
  create: '+',
  update: '~',
  remove: '-',
  start: '▶',
  restart: '↻',
  run: '!',
  ensure: '?',
}

function sign(step: Step, c: Colors): string {
  const paint = {
    create: c.green,
    start: c.green,
    remove: c.red,
    update: c.yellow,
    restart: c.yellow,
    run: c.cyan,
    ensure: c.dim,
  }
  return paint[step.action](SIGN[step.action])
}

function diffLines(diff: string, c: Colors): string[] {
  const body = diff.split('\n').filter((line) => !/^(Index:|={3,}|\\ No newline)/.test(line) && line !== '')
  return body.map((line) => {
    const text = `      ${line}`
    if (line.startsWith('+')) return c.green(text)
    if (line.startsWith('-')) return c.red(text)
    return c.dim(text)
  })
}

const addedLines = (diff: string): number =>
  diff.split('\n').filter((line) => /^\+(?!\+\+ )/.test(line)).length

function stepLines(step: Step, full: boolean, c: Colors): string[] {
  // A new file has no diff: its length is enough, unless `full` asks for the content.
  const isNew = step.action === 'create' && step.diff !== undefined
  const brief = isNew && !full
  const reason = brief
    ? `  (${addedLines(step.diff ?? '')} lines)`
    : step.action === 'create'
      ? ''
      : `  (${step.reason})`
  const head = `  ${sign(step, c)} ${step.title}${c.dim(reason)}`
  return step.diff && !brief ? [head, ...diffLines(step.diff, c)] : [head]
}

const hostLines = (host: string, steps: readonly Step[], full: boolean, c: Colors): string[] => [
  c.bold(host),
  ...steps.flatMap((step) => stepLines(step, full, c)),
]

const plural = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`

/** "12 to create, 1 to change, 2 restarts". */
export function planSummary(plan: Plan): string {
  const count = (...actions: StepAction[]): number =>
    plan.steps.filter((step) => actions.includes(step.action)).length
  if (plan.steps.length === 0) return `No changes: ${plan.unchanged} resources are as cluster.yml says.`
  const counts = [
    [count('create'), 'to create'],
    [count('update'), 'to change'],
    [count('remove'), 'to remove'],
    [count('start'), 'to start'],
    [count('restart'), 'to restart'],
    [count('run'), 'to run once'],
    [count('ensure'), 'to check when their server runs'],
  ] as const
  const parts = counts.filter(([n]) => n > 0).map(([n, words]) => `${n} ${words}`)
  const hosts = new Set(plan.steps.map((step) => step.host)).size
  return `${parts.join(', ')} on ${plural(hosts, 'host')}; ${plan.unchanged} unchanged.`
}

/** Resources that stay and are no longer wanted. A plan lists each when it finds it; later plans only count them. */
function leftLines(plan: Plan, c: Colors): string[] {
  const left = plan.left ?? []
  const fresh = left.filter(({ known }) => !known)
  const known = left.length - fresh.length
  return [
    ...fresh.map(
      ({ host, title, reason }) => `${c.yellow('left')} ${host}: ${title} is no longer wanted: ${reason}`,
    ),
    ...(known === 0 ? [] : [c.dim(`${known} left by earlier runs (howdah plan --json lists them)`)]),
  ]
}

/** A plan as text: the changes of each host, with diffs (`full`: also new files), then the summary. */
export function planText(plan: Plan, c: Colors, full = false): string {
  const byHost = new Map<string, Step[]>()
  for (const step of plan.steps) byHost.set(step.host, [...(byHost.get(step.host) ?? []), step])
  const blocks = [...byHost].map(([host, steps]) => hostLines(host, steps, full, c).join('\n'))
  const warnings = plan.warnings.map((warning) => `${c.yellow('warning')} ${warning}`)
  const refusals = plan.refusals.map((refusal) => {
    const next = refusal.next ? `\n  next   ${c.cyan(refusal.next)}` : ''
    return `${c.red('refused')} ${c.bold(refusal.message)}\n  at     ${refusal.ref}\n  found  ${refusal.found}${next}`
  })
  return [...blocks, ...leftLines(plan, c), ...warnings, ...refusals, c.bold(planSummary(plan))].join('\n')
}
