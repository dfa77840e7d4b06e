/**
 * The LMS tables of edx-platform that the analytics pipeline imports, with their real column names and types,
 * and the columns that edX's import tasks read.
 */

export interface LmsColumn {
  readonly name: string
  readonly type: string
}

export interface LmsTable {
  readonly name: LmsTableName
  readonly columns: readonly LmsColumn[]
  readonly keys: readonly string[]
  /** Columns that Sqoop imports, in order. */
  readonly imported: readonly string[]
}

export const LMS_TABLE_NAMES = [
  'auth_user',
  'auth_userprofile',
  'student_courseenrollment',
  'courseware_studentmodule',
] as const
export type LmsTableName = (typeof LMS_TABLE_NAMES)[number]

/** Parses lines of `name type`. */
const columns = (text: string): LmsColumn[] =>
  text
    .trim()
    .split('\n')
    .map((line) => line.trim())
    .map((line) => ({ name: line.slice(0, line.indexOf(' ')), type: line.slice(line.indexOf(' ') + 1) }))

const authUser: LmsTable = {
  name: 'auth_user',
  columns: columns(`
    id int(11) NOT NULL AUTO_INCREMENT
    password varchar(128) NOT NULL
    last_login datetime(6) DEFAULT NULL
    is_superuser tinyint(1) NOT NULL
    username varchar(150) NOT NULL
    first_name varchar(30) NOT NULL
    last_name varchar(150) NOT NULL
    email varchar(254) NOT NULL
    is_staff tinyint(1) NOT NULL
    is_active tinyint(1) NOT NULL
    date_joined datetime(6) NOT NULL`),
  keys: ['PRIMARY KEY (id)', 'UNIQUE KEY username (username)', 'UNIQUE KEY email (email)'],
  imported: ['id', 'username', 'last_login', 'date_joined', 'is_active', 'is_superuser', 'is_staff', 'email'],
}

const authUserprofile: LmsTable = {
  name: 'auth_userprofile',
  columns: columns(`
    id int(11) NOT NULL AUTO_INCREMENT
    name varchar(255) NOT NULL
    meta longtext NOT NULL
    courseware varchar(255) NOT NULL
    language varchar(255) NOT NULL
    location varchar(255) NOT NULL
    year_of_birth int(11) DEFAULT NULL
    gender varchar(6) DEFAULT NULL
    level_of_education varchar(6) DEFAULT NULL
    mailing_address longtext
    city longtext
    country varchar(2) DEFAULT NULL
    goals longtext
    bio varchar(3000) DEFAULT NULL
    profile_image_uploaded_at datetime(6) DEFAULT NULL
    user_id int(11) NOT NULL`),
  keys: ['PRIMARY KEY (id)', 'UNIQUE KEY user_id (user_id)'],
  imported: [
    'user_id',
    'name',
    'gender',
    'year_of_birth',
    'level_of_education',
    'language',
    'location',
    'mailing_address',
    'city',
    'country',
    'goals',
  ],
}

const studentCourseenrollment: LmsTable = {
  name: 'student_courseenrollment',
  columns: columns(`
    id int(11) NOT NULL AUTO_INCREMENT
    course_id varchar(255) NOT NULL
    created datetime(6) DEFAULT NULL
    is_active tinyint(1) NOT NULL
    mode varchar(100) NOT NULL
    user_id int(11) NOT NULL`),
  keys: ['PRIMARY KEY (id)', 'UNIQUE KEY user_course (user_id, course_id)', 'KEY course_id (course_id)'],
  imported: ['id', 'user_id', 'course_id', 'created', 'is_active', 'mode'],
}

const coursewareStudentmodule: LmsTable = {
  name: 'courseware_studentmodule',
  columns: columns(`
    id int(11) NOT NULL AUTO_INCREMENT
    module_type varchar(32) NOT NULL
    module_id varchar(255) NOT NULL
    course_id varchar(255) NOT NULL
    state longtext
    grade double DEFAULT NULL
    max_grade double DEFAULT NULL
    done varchar(8) NOT NULL
    created datetime(6) NOT NULL
    modified datetime(6) NOT NULL
    student_id int(11) NOT NULL`),
  keys: ['PRIMARY KEY (id)', 'UNIQUE KEY student_module (student_id, module_id, course_id)'],
  imported: [
    'id',
    'module_type',
    'module_id',
    'student_id',
    'state',
    'grade',
    'created',
    'modified',
    'max_grade',
    'done',
    'course_id',
  ],
}

export const LMS_TABLES: readonly LmsTable[] = [
  authUser,
  authUserprofile,
  studentCourseenrollment,
  coursewareStudentmodule,
]

/** The kind of an imported column. Drivers return flags and moments in different forms, which must be made equal. */
export function columnKind(table: LmsTable, name: string): 'flag' | 'moment' | 'double' | 'plain' {
  const type = table.columns.find((column) => column.name === name)?.type ?? ''
  if (type.startsWith('tinyint(1)')) return 'flag'
  if (type.startsWith('datetime')) return 'moment'
  return type.startsWith('double') ? 'double' : 'plain'
}
