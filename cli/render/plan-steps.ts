import type { Plan, Step, StepAction } from '../../provisioners/engine/types.ts'
import { grouped, hostRange, withoutName } from './hosts.ts'
import type { Colors } from './text.ts'

/** The steps of a plan as text: equal hosts are shown once, and a host with nothing on it by its components. */

const SIGN: Readonly<Record<StepAction, string>> = {
  create: '+',
  update: '~',
  remove: '-',
  start: '▶',
  restart: '↻',
  run: '!',
  ensure: '?',
}

/** A host with at least this many things to add, and at most so many to change, has nothing installed yet. */
const FIRST_STEPS = 15
const FEW_UPDATES = 5
/** Variants of one step that are shown; `--host` shows the others. */
const VARIANTS = 3

export const isDatabaseServer = (target: string): boolean => target.startsWith('sql:')

const nameOf = (target: string): string =>
  isDatabaseServer(target) ? `database server ${target.slice('sql:'.length)}` : target

const namesOf = (targets: readonly string[]): string =>
  targets.length > 0 && targets.every(isDatabaseServer) ? targets.map(nameOf).join(', ') : hostRange(targets)

export const plural = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`

/**
 * Steps that could not be read because their server does not run, and that wait for steps of this plan on another target:
 * the plan itself installs the server.
 */
export function awaitsServer(steps: readonly Step[]): ReadonlySet<string> {
  const waiting = new Set<string>()
  const hostOf = (ref: string): string => ref.slice(0, ref.indexOf('!'))
  for (const { ref, host, action, after } of steps) {
    if (action === 'ensure' && after.some((one) => hostOf(one) !== host || waiting.has(one))) waiting.add(ref)
  }
  return waiting
}

function sign(action: StepAction, c: Colors): string {
  const paint = {
    create: c.green,
    start: c.green,
    remove: c.red,
    update: c.yellow,
    restart: c.yellow,
    run: c.cyan,
    ensure: c.dim,
  }
  return paint[action](SIGN[action])
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

interface Shown {
  readonly full: boolean
  readonly colors: Colors
  readonly waiting: ReadonlySet<string>
}

function stepLines(step: Step, { full, colors: c, waiting }: Shown): string[] {
  if (waiting.has(step.ref)) {
    return [`  ${sign('create', c)} ${step.title}${c.dim('  (when this plan has started its server)')}`]
  }
  // A new file has no diff: its length is enough, unless `full` asks for the content.
  const isNew = step.action === 'create' && step.diff !== undefined
  const brief = isNew && !full
  const reason = brief
    ? `  (${plural(addedLines(step.diff ?? ''), 'line')})`
    : step.action === 'create'
      ? ''
      : `  (${step.reason})`
  const head = `  ${sign(step.action, c)} ${step.title}${c.dim(reason)}`
  return step.diff && !brief ? [head, ...diffLines(step.diff, c)] : [head]
}

/** The steps of equal hosts, by their position: what differs between hosts is shown with the names of its hosts. */
function sharedLines(hosts: readonly (readonly Step[])[], shown: Shown): string[] {
  const [first = []] = hosts
  return first.flatMap((_, i) => {
    const same = grouped(
      hosts.map((steps) => steps[i] as Step),
      (step) => withoutName(stepLines(step, shown).join('\n'), step.host),
    )
    const lines = same.slice(0, VARIANTS).flatMap(([step, ...others]) => {
      const [head = '', ...diff] = stepLines(step, shown)
      const where = same.length === 1 ? '' : `  on ${namesOf([step.host, ...others.map(({ host }) => host)])}`
      return [head + shown.colors.dim(where), ...diff]
    })
    const rest = same.slice(VARIANTS).flat()
    if (rest.length === 0) return lines
    const names = rest.map(({ host }) => host)
    return [...lines, shown.colors.dim(`    and alike on ${namesOf(names)} (howdah plan --host ${names[0]})`)]
  })
}

/** The actions that a first plan counts; any other step of it is shown by name, since it concerns what is there. */
const COUNTED: readonly StepAction[] = ['create', 'start', 'ensure']
const isCounted = ({ action }: Step): boolean => COUNTED.includes(action)

/** A bare host has little to change, such as /etc/hosts, and nothing to restart or remove. */
export const isBare = (actions: readonly StepAction[]): boolean =>
  actions.filter((action) => COUNTED.includes(action)).length >= FIRST_STEPS &&
  actions.filter((action) => action === 'update').length <= FEW_UPDATES &&
  !actions.some((action) => action === 'remove' || action === 'restart')

/** One line per component, with the number of its steps. */
function componentLines(steps: readonly Step[], { colors: c }: Shown): string[] {
  const components = grouped(steps.filter(isCounted), ({ component }) => component)
  const width = Math.max(...components.map(([{ component }]) => component.length))
  return components.map((group) => {
    const starts = group.filter(({ action }) => action === 'start').length
    const parts = [
      [group.length - starts, 'to create'],
      [starts, 'to start'],
    ] as const
    const counts = parts.filter(([n]) => n > 0).map(([n, what]) => `${n} ${what}`)
    return `  ${sign('create', c)} ${group[0].component.padEnd(width)}  ${counts.join(', ')}`
  })
}

function firstLines(hosts: readonly (readonly Step[])[], shown: Shown): string[] {
  const named = hosts.map((steps) => steps.filter((step) => !isCounted(step)))
  return [...componentLines(hosts[0] ?? [], shown), ...sharedLines(named, shown)]
}

/** The steps of each host or group of equal hosts. `full`: every step of a first plan, and the content of new files. */
export function stepBlocks(plan: Plan, c: Colors, full: boolean): string[] {
  const shown: Shown = { full, colors: c, waiting: awaitsServer(plan.steps) }
  const hosts = grouped(plan.steps, ({ host }) => host)
  const alike = grouped(hosts, (steps) =>
    steps.map(({ ref, host, action }) => `${action} ${withoutName(ref.slice(host.length), host)}`).join('\n'),
  )
  return alike.map((group) => {
    const names = group.map(([{ host }]) => host)
    const brief = !full && isBare(group[0].map(({ action }) => action))
    const count =
      names.length > 1 ? ` (${plural(names.length, names.every(isDatabaseServer) ? 'server' : 'host')})` : ''
    const head = `${c.bold(namesOf(names))}${count}${brief ? ': nothing installed yet' : ''}`
    return [head, ...(brief ? firstLines(group, shown) : sharedLines(group, shown))].join('\n')
  })
}
