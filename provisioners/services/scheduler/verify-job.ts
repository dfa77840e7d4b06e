import { render } from '../../../hadoop-templates/index.ts'
import type { DatabaseTls, ResultStore } from '../../config/types.ts'
import type { Schedule } from '../../config/types-schedule.ts'
import { addressOf } from '../result-store/servers.ts'
import { generationOf, SHORT_LIVED } from '../support/index.ts'
import type { ComponentContext } from '../types.ts'
import type { SetFile } from './file-set.ts'
import { ETC } from './names.ts'

/** The workflow `verify`: the miniature flow, in a form that only needs the host where jobs run. */

export const VERIFY_DATA = `${ETC}/verify`
export const STORE_PASSWORD = `${ETC}/store.password`
/** In the result store's database: the rows of the last successful run. */
const TABLE = 'howdah_schedule'

const DAYS = ['2026-03-02', '2026-03-03', '2026-03-04', '2026-03-05', '2026-03-06'] as const
/** Two of them differ only by case: a result store that does not compare bytes would treat them as the same. */
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

/** The events: each learner joins a course on some day, and some leave it a day or two later. */
function story(): Event[] {
  const events: Event[] = []
  for (const [c, course] of COURSES.entries()) {
    for (let user = 1; user <= LEARNERS - 7 * c; user += 1) {
      const joined = (user * 3 + c) % DAYS.length
      events.push({ course, user, day: DAYS[joined] as string, action: 1 })
      const left = joined + (user % 3)
      if (user % 2 === c % 2 && left < DAYS.length) {
        events.push({ course, user, day: DAYS[left] as string, action: 0 })
      }
    }
  }
  return events
}

/** The records, and the rows that the cluster must compute: the events and the learners, per course and day. */
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

/** Files that the job `verify` reads; none if there is no such job. */
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

/** MySQL's driver works with both kinds of server. Without TLS, MySQL's default login needs the server's public key. */
const jdbcUrl = ({ server, database }: ResultStore): string =>
  `jdbc:mysql://${addressOf(server)}:${server.port}/${database}?allowPublicKeyRetrieval=true${SSL_MODE[server.tls]}`

/** The script of the job. Throws without a result store; the checks of cluster.yml refuse that case earlier. */
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
