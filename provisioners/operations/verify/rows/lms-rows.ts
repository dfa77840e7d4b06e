import type { Enrolment, Learner } from './learners.ts'
import type { LmsTableName } from './lms-tables.ts'
import type { Random } from './random.ts'
import { sqlTime } from './time.ts'

export type LmsValue = string | number | null
export type LmsRow = Readonly<Record<string, LmsValue>>

/** Texts that have broken imports before: quotes, newlines, tabs, backslashes, other scripts, and NULL as text. */
const NAMES = [
  'Ada Lovelace',
  "Conan O'Brien",
  'José "Pepe" Núñez',
  '漢字 太郎',
  'Back\\slash \\N',
  'NULL',
  'Zoë, with, commas',
] as const
const GOALS = [
  'to learn',
  'one\ntwo\r\nthree',
  'tab\there',
  '',
  'a|pipe',
  '🐘 elephants',
  '\u0001 control',
] as const

const orNull = <T extends LmsValue>(random: Random, share: number, value: T): T | null =>
  random.chance(share) ? null : value

function user(learner: Learner, span: { from: number }, random: Random): LmsRow {
  return {
    id: learner.id,
    // A login that can never succeed.
    password: '!',
    last_login: orNull(random, 0.2, sqlTime(span.from + random.int(0, 86_400) * 1000)),
    is_superuser: learner.id === 11 ? 1 : 0,
    username: learner.username,
    first_name: '',
    last_name: '',
    email: `${learner.username}@example.org`,
    is_staff: random.chance(0.05) ? 1 : 0,
    is_active: random.chance(0.9) ? 1 : 0,
    date_joined: sqlTime(learner.joined),
  }
}

function profile(learner: Learner, index: number, random: Random): LmsRow {
  return {
    id: index + 1,
    name: `${random.pick(NAMES)} ${index}`,
    meta: '',
    courseware: 'course.xml',
    language: '',
    location: '',
    year_of_birth: orNull(random, 0.3, random.int(1940, 2012)),
    gender: orNull(random, 0.2, random.pick(['f', 'm', 'o', ''])),
    level_of_education: orNull(random, 0.2, random.pick(['p', 'm', 'b', 'hs', 'none'])),
    mailing_address: orNull(random, 0.5, '12 High Street\nTown'),
    city: orNull(random, 0.4, random.pick(['Lyon', 'Köln', 'São Paulo'])),
    country: orNull(random, 0.2, random.pick(['FR', 'DE', 'BR', 'US'])),
    goals: orNull(random, 0.3, random.pick(GOALS)),
    bio: null,
    profile_image_uploaded_at: null,
    user_id: learner.id,
  }
}

function studentModule(enrolment: Enrolment, index: number, random: Random): LmsRow {
  const graded = random.chance(0.6)
  const modified = enrolment.created + random.int(0, 600_000)
  return {
    id: index + 1,
    module_type: graded ? 'problem' : 'sequential',
    module_id: `block-v1:${enrolment.course}+type@problem+block@${random.hex(12)}`,
    course_id: enrolment.course,
    state: random.chance(0.2)
      ? null
      : `{"position": ${random.int(1, 9)}, "input_state": {"a": "\\n\\"x\\""}}`,
    grade: graded ? random.int(0, 8) / 4 : null,
    max_grade: graded ? 2 : null,
    done: 'na',
    created: sqlTime(enrolment.created),
    modified: sqlTime(modified),
    student_id: enrolment.learner.id,
  }
}

/** Rows of the LMS database, which agree with the events in the logs. */
export function lmsRows(
  learners: readonly Learner[],
  enrolments: readonly Enrolment[],
  span: { readonly from: number },
  random: Random,
): Record<LmsTableName, LmsRow[]> {
  return {
    auth_user: learners.map((learner) => user(learner, span, random)),
    auth_userprofile: learners.map((learner, i) => profile(learner, i, random)),
    student_courseenrollment: enrolments.map((enrolment, i) => ({
      id: i + 1,
      course_id: enrolment.course,
      created: sqlTime(enrolment.created),
      is_active: enrolment.active ? 1 : 0,
      mode: random.pick(['honor', 'audit', 'verified']),
      user_id: enrolment.learner.id,
    })),
    courseware_studentmodule: enrolments
      .flatMap((enrolment) => Array.from({ length: random.int(0, 3) }, () => enrolment))
      .map((enrolment, i) => studentModule(enrolment, i, random)),
  }
}
