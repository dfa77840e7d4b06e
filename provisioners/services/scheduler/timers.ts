import { placeFile } from '../../engine/fragments.ts'
import { removes } from '../../engine/resources/leave.ts'
import type { Change, ResourceBase, ResourceType, State } from '../../engine/types.ts'
import { sh } from '../../shell.ts'
import { applySet, changesOfSet, type FileSet, probeSet, shown, shownWanted, textsOf } from './file-set.ts'
import { CRONTAB, UNIT_PREFIX, UNITS } from './names.ts'

/** All timers and services of jobs on a host, and the crontab: a job that is not declared has none of them. */
export interface Timers extends ResourceBase {
  readonly type: 'x-timers'
  readonly jobs: readonly TimedJob[]
  /** '' if timers start the jobs. */
  readonly crontab: string
}

export interface TimedJob {
  readonly name: string
  readonly service: string
  /** Absent: it never starts automatically. */
  readonly timer?: string
}

const setOf = ({ jobs }: Timers): FileSet => ({
  dir: UNITS,
  prefix: UNIT_PREFIX,
  mode: '0644',
  files: jobs.flatMap(({ name, service, timer }) => [
    { name: `${UNIT_PREFIX}${name}.service`, content: service },
    ...(timer === undefined ? [] : [{ name: `${UNIT_PREFIX}${name}.timer`, content: timer }]),
  ]),
})

const timersOf = (t: Timers): string[] =>
  setOf(t)
    .files.map(({ name }) => name)
    .filter((name) => name.endsWith('.timer'))

function probe(t: Timers): string {
  return [
    probeSet(setOf(t)),
    ...timersOf(t).map(
      (timer) =>
        sh`emit ${`run:${timer}`} "$(systemctl is-enabled ${timer} 2>/dev/null) $(systemctl is-active ${timer} 2>/dev/null)"`,
    ),
    sh`if [ -f ${CRONTAB} ]; then emit crontab "$(cat ${CRONTAB})"; fi`,
  ].join('\n')
}

const list = (label: string, names: readonly string[]): string[] =>
  names.length === 0 ? [] : [`${label} ${names.join(', ')}`]

const crontabOf = (state: State): string => (state.crontab === undefined ? '' : `${state.crontab}\n`)

function diff(t: Timers, state: State): Change | undefined {
  const set = setOf(t)
  const { create, update, remove } = changesOfSet(set, state)
  const idle = timersOf(t).filter(
    (timer) => textsOf(state).has(timer) && state[`run:${timer}`] !== 'enabled active',
  )
  const cron = crontabOf(state)
  const reasons = [
    ...list('new:', create),
    ...list('changed:', update),
    ...list('no longer wanted:', remove),
    ...list('not running:', idle),
    ...(cron === t.crontab ? [] : [t.crontab === '' ? `remove ${CRONTAB}` : CRONTAB]),
  ]
  if (reasons.length === 0) return undefined
  const before = shown([...textsOf(state), ...crontabShown(cron)])
  const content = `${shownWanted(set)}${shown(crontabShown(t.crontab))}`
  const action = textsOf(state).size === 0 && remove.length === 0 ? 'create' : 'update'
  return { action, reason: reasons.join('; '), ...(before === content ? {} : { before, content }) }
}

const crontabShown = (text: string): [string, string][] => (text === '' ? [] : [[CRONTAB, text]])

const STAMPS = '/var/lib/systemd/timers'

/**
 * The stamp of a removed timer is removed too, and a changed timer is stopped first and gets a new stamp. Otherwise
 * systemd would treat a time between the old stamp and now as a missed run, and start the job at once.
 */
function apply(t: Timers): string {
  const set = setOf(t)
  const wanted = timersOf(t)
  const same = (timer: string): string => {
    const content = set.files.find(({ name }) => name === timer)?.content ?? ''
    return placed(timer, content)
  }
  return [
    sh`wanted=${` ${wanted.join(' ')} `}`,
    `for f in ${UNITS}/${UNIT_PREFIX}*.timer; do`,
    '  [ -e "$f" ] || continue',
    '  timer=${f##*/}',
    '  case $wanted in *" $timer "*) continue ;; esac',
    '  systemctl disable --quiet --now "$timer"',
    sh`  rm -f ${STAMPS}/"stamp-$timer"`,
    'done',
    'fresh=',
    ...wanted.map(same),
    applySet(set),
    'systemctl daemon-reload',
    'for timer in $fresh; do',
    sh`  if [ -e ${STAMPS}/"stamp-$timer" ]; then touch ${STAMPS}/"stamp-$timer"; fi`,
    '  systemctl start "$timer"',
    'done',
    ...wanted.map((timer) => sh`systemctl enable --quiet --now ${timer}`),
    t.crontab === ''
      ? sh`rm -f ${CRONTAB}`
      : placeFile({ path: CRONTAB, content: t.crontab, owner: 'root', group: 'root', mode: '0644' }),
  ].join('\n')
}

/** Stops a timer whose text on the host differs, and adds it to `fresh`. */
const placed = (timer: string, content: string): string =>
  sh`if [ -f ${`${UNITS}/${timer}`} ] && [ "$(cat ${`${UNITS}/${timer}`})" != ${content.trimEnd()} ]; then fresh="$fresh "${timer}; systemctl stop ${timer}; fi`

export const timersType: ResourceType<Timers> = {
  type: 'x-timers',
  title: () => 'the jobs of the schedule',
  probe,
  diff,
  apply,
  runs: true,
  record: () => ({}),
  isAbsent: (t) => t.jobs.length === 0 && t.crontab === '',
  remove: () => removes('the jobs of the schedule', withoutJobs(), { stage: 'stop' }),
}

/** Shell that removes every job of the schedule from a host, whatever cluster.yml has. */
export const withoutJobs = (): string =>
  apply({ type: 'x-timers', id: 'timers:jobs', component: 'scheduler', jobs: [], crontab: '' })
