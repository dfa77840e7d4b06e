/**
 * The lines of a daemon's logs that explain why it did not become ready. A log ends with the orderly end of the process
 * (SHUTDOWN_MSG), so its last lines rarely say why it ended. Pure.
 */

/** How many lines the whole excerpt has. */
const MOST_LINES = 30
/** How many lines one log may have in it: systemd and the journal first, then the log of the daemon. */
const SHARES = [9, 15, 4]
/** How many errors of one log are shown. */
const MOST_ENTRIES = 3
const WIDTH = 300

/** The line before each log in the output of a step. */
export const LOG_HEAD = '--- '

/** `2026-12-01T13:00:05+0000 m1 systemd[1]: ` in front of what a process wrote. */
const JOURNAL = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:?\d\d \S{1,250} ([^\s:[]{1,100})(?:\[\d{1,10}\])?: /
/** log4j and logback, MySQL and MariaDB, nginx. */
const LEVELS = [
  /^(?:\d{4}-\d\d-\d\d|\d\d\/\d\d\/\d\d)[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?Z? {1,3}\[?(TRACE|DEBUG|INFO|WARN|ERROR|FATAL)\b/,
  /^\d{4}-\d\d-\d\d[T ] ?\d{1,2}:\d\d:\d\d\S{0,16} {1,3}\S{1,20} \[(Note|System|Warning|ERROR)\]/,
  /^\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d \[(info|notice|warn|error|crit|alert|emerg)\]/,
]
const SEVERE = new Set(['ERROR', 'FATAL', 'error', 'crit', 'alert', 'emerg'])
const WARNING = new Set(['WARN', 'Warning', 'warn'])

const FRAME = /^\s{1,8}(?:at \S|\.\.\. \d{1,5} (?:more|common frames))|^\s*$/
const CAUSE = /^\s{0,8}(?:Caused by|Nested Throwables|NestedThrowables)/
const EXCEPTION = /(?:Exception|Error|Throwable)\b/
/** What a process writes when it is stopped or started in an orderly way, and what never explains a failure. */
const NOISE =
  /SHUTDOWN_MSG|STARTUP_MSG|RECEIVED SIGNAL \d|Unable to load native-hadoop|interrupted : java\.lang\.InterruptedException|InterruptedException: sleep interrupted|SLF4J: |-- No entries --/
/** A line of systemd about a failure; its others are about routine. */
const SYSTEMD_FAILURE =
  /[Ff]ailed|[Kk]illed|Unable|too quickly|timed out|status=[1-9]|code=(?:killed|dumped)|OOM/
/** A line without a level, on standard output or standard error. */
const PLAIN_FAILURE =
  /(?:Exception|Error|FATAL|ERROR)\b|[Ee]rror:|[Nn]ot found|No such file|[Cc]annot|[Cc]an't|denied|Unrecognized|Could not|unknown (?:variable|option)/

type Weight = 'noise' | 'routine' | 'warning' | 'severe'

/** A line of a log with a level, and the lines that belong to it, such as an exception. */
interface Entry {
  readonly weight: Weight
  readonly lines: readonly string[]
}

const levelOf = (line: string): string | undefined => {
  for (const pattern of LEVELS) {
    const level = pattern.exec(line)?.[1]
    if (level !== undefined) return level
  }
  return undefined
}

function weightOf(text: string, level: string | undefined, by: string | undefined): Weight {
  if (NOISE.test(text)) return 'noise'
  if (by === 'systemd') return SYSTEMD_FAILURE.test(text) ? 'severe' : 'noise'
  if (level === undefined) return PLAIN_FAILURE.test(text) ? 'severe' : 'routine'
  if (SEVERE.has(level)) return 'severe'
  return WARNING.has(level) ? 'warning' : 'routine'
}

/** True when a line continues the entry before it: a stack trace, a cause, or the rest of a message. */
const continues = (text: string, level: string | undefined, by: string | undefined): boolean =>
  by === undefined ? level === undefined : by !== 'systemd' && (FRAME.test(text) || CAUSE.test(text))

function entriesOf(lines: readonly string[]): Entry[] {
  const entries: { weight: Weight; lines: string[] }[] = []
  for (const line of lines) {
    const journal = JOURNAL.exec(line)
    const text = journal ? line.slice(journal[0].length) : line
    const level = levelOf(text)
    const last = entries.at(-1)
    if (last && continues(text, level, journal?.[1])) last.lines.push(text)
    else entries.push({ weight: weightOf(text, level, journal?.[1]), lines: [line] })
  }
  return entries
}

const clipped = (line: string): string => (line.length <= WIDTH ? line : `${line.slice(0, WIDTH - 1)}…`)

/** The message, the exception and the causes. Of many causes the first and the last two are kept: the last is the root. */
function essence({ lines }: Entry): string[] {
  const kept = lines.filter((line, i) => i === 0 || !FRAME.test(line))
  const causes = kept.filter((line) => CAUSE.test(line))
  const message = kept.filter((line) => !CAUSE.test(line)).slice(0, 3)
  return [...message, ...(causes.length > 3 ? [causes[0] as string, ...causes.slice(-2)] : causes)].map(
    clipped,
  )
}

/** The same message again, except for its time. */
const sameness = ({ lines }: Entry): string =>
  (lines[0] ?? '').replace(/^[\d:T.,/+\s-]{1,40}/, '').slice(0, 120)

/** The last errors of a log, at most `most` lines; without an error its last lines. The last error is always in it. */
function linesOf(lines: readonly string[], most: number): string[] {
  const entries = entriesOf(lines).filter(({ weight }) => weight !== 'noise')
  const failures = entries.filter(
    ({ weight, lines: own }) =>
      weight === 'severe' || (weight === 'warning' && own.some((line) => EXCEPTION.test(line))),
  )
  if (failures.length === 0) {
    const rest = entries.flatMap((entry) => entry.lines.filter((line) => !FRAME.test(line)))
    return rest.slice(-Math.min(6, most)).map(clipped)
  }
  const distinct = failures.filter(
    (entry, i) => failures.findLastIndex((one) => sameness(one) === sameness(entry)) === i,
  )
  let shown: string[] = []
  for (const entry of distinct.slice(-MOST_ENTRIES).reverse()) {
    const own = essence(entry)
    if (shown.length === 0) shown = own.slice(0, most)
    else if (shown.length + own.length <= most) shown = [...own, ...shown]
  }
  return shown
}

/** The output of a unit's step, cut to what explains the failure: at most 30 lines. */
export function unitExcerpt(output: string): string {
  const sections: { readonly head: string; readonly lines: string[] }[] = []
  const message: string[] = []
  for (const line of output.split('\n')) {
    if (line.startsWith(LOG_HEAD)) sections.push({ head: line, lines: [] })
    else (sections.at(-1)?.lines ?? message).push(line)
  }
  if (sections.length === 0) return output
  const said = message
    .filter((line) => line.trim() !== '')
    .slice(-4)
    .map(clipped)
  const logs = sections.flatMap(({ head, lines }, i) => {
    const own = linesOf(lines, SHARES[Math.min(i, SHARES.length - 1)] as number)
    return own.length > 0 ? [head, ...own] : []
  })
  const nothing = logs.length > 0 ? [] : ['its logs have nothing about it']
  return [...said, ...logs, ...nothing].slice(0, MOST_LINES).join('\n')
}
