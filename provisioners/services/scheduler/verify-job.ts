import { render } from '../../../hadoop-templates/index.ts'
import type { DatabaseTls, ResultStore } from '../../config/types.ts'
import type { Schedule } from '../../config/types-schedule.ts'
import { addressOf } from '../result-store/servers.ts'
import { generationOf, SHORT_LIVED } from '../support/index.ts'
import type { ComponentContext } from '../types.ts'
import type { SetFile } from './file-set.ts'
import { ETC } from './names.ts'

/** The workflow `verify`: the miniature flow, in a form that needs nobody but the host of the commands. */

export const VERIFY_DATA = `${ETC}/verify`
export const STORE_PASSWORD = `${ETC}/store.password`
/** In the result store's database: the rows of the last run that went well. */
const TABLE = 'howdah_schedule'

const DAYS = ['2026-03-02', '2026-03-03', '2026-03-04', '2026-03-05', '2026-03-06'] as const
/** Two differ by case alone: a result store that does not compare by bytes takes them for one. */
const COURSES = [
  'course-v1:HowdahX+Proof+A',
  'course-v1:HowdahX+proof+a',
  'course-v1:HowdahX+Other+B',
] as const
const LEARNERS = 40

/** An event of enrolment. */
interface Event {
  readonly course: string
  readonly user: number
  readonly day: string
  readonly action: 0 | 1
}

/** What happened: everybody comes into each course on some day, and some leave it a day or two later. */
function story(): Event[] {
  const events: Event[] = []
  for (const [c, course] of COURSES.entries()) {
    for (let user = 1; user <= LEARNERS - 7 * c; user += 1) {
      const came = (user * 3 + c) % DAYS.length
      events.push({ course, user, day: DAYS[came] as string, action: 1 })
      const left = came + (user % 3)
      if (user % 2 === c % 2 && left < DAYS.length) {
        events.push({ course, user, day: DAYS[left] as string, action: 0 })
      }
    }
  }
  return events
}

/** The records, and the rows that a right cluster makes of them: per course and day the events, and who caused them. */
export function miniature(): { readonly records: string; readonly expected: string } {
  const events = story()
  const records = events.map(({ course, user, day, action }) => `${course}\t${user}\t${day}\t${action}\n`)
  const rows = COURSES.flatMap((course) =>
    DAYS.flatMap((day) => {
      const own = events.filter((event) => event.course === course && event.day === day)
      const learners = new Set(own.map(({ user }) => user)).size
      return own.length === 0 ? [] : [`row|${course}|${day}|${own.length}|${learners}\n`]
    }),
  )
  return { records: records.join(''), expected: [...rows].sort().join('') }
}

/** Files that the job reads; none where no job is the proof. */
export function verifyFiles({ jobs }: Schedule): SetFile[] {
  if (!jobs.some(({ work }) => work.kind === 'verify')) return []
  const { records, expected } = miniature()
  return [
    { name: 'records.tsv', content: records },
    { name: 'expected.txt', content: expected },
  ]
}

const SSL_MODE: Readonly<Record<DatabaseTls, string>> = {
  preferred: '',
  required: '&sslMode=REQUIRED',
  off: '&sslMode=DISABLED',
}

/** MySQL's driver serves both kinds of server; without TLS, MySQL's default login needs the server's public key. */
const jdbcUrl = ({ server, database }: ResultStore): string =>
  `jdbc:mysql://${addressOf(server)}:${server.port}/${database}?allowPublicKeyRetrieval=true${SSL_MODE[server.tls]}`

/** The script of the job. Throws when the cluster has no result store, which the spec's own checks come before. */
export function verifyLines({ cluster }: ComponentContext): readonly string[] {
  const { resultStore } = cluster
  if (resultStore === undefined) throw new Error('the job verify without a result store')
  const { mkdir, remove, umask } = generationOf(cluster).fs
  const script = render('scheduler/verify.sh', {
    shortLived: SHORT_LIVED,
    url: jdbcUrl(resultStore),
    user: resultStore.pipeline.user,
    passwordFile: `file://${STORE_PASSWORD}`,
    records: `${VERIFY_DATA}/records.tsv`,
    expected: `${VERIFY_DATA}/expected.txt`,
    table: TABLE,
    ...{ mkdir: mkdir.join(' '), remove: remove.join(' '), umask },
  })
  return script.trimEnd().split('\n')
}
