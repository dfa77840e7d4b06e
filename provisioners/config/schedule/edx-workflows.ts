/**
 * The workflows of edX's analytics pipeline and the set that an installation runs each day, as data: which task, with
 * which arguments, when, and after which. Sources: the pipeline's guide "Tasks to run to update Insights", and the job
 * definitions that edX published.
 *
 * Arguments may hold words in braces, which are filled in when a job starts (`PLACEHOLDERS`).
 */

/** The placeholders of arguments, and what each becomes. `{today-7}` counts in days; dates are UTC. */
export const PLACEHOLDERS: Readonly<Record<string, string>> = {
  today: 'the day the job starts on (UTC), as 2026-11-28',
  now: 'the second it starts at (UTC), as 20261128T003000Z',
  'first-day': 'schedule.firstDay',
  'reduce-tasks': 'schedule.reduceTasks',
  hdfs: 'the address of HDFS, as hdfs://m1:8020',
  root: 'the address of pipeline.root, as hdfs://m1:8020/edx-analytics-pipeline',
  logs: 'the address of the tracking logs, as hdfs://m1:8020/data/tracking/',
}

/** The default of `pipeline.intervalStart` and `schedule.firstDay`. */
export const FIRST_DAY = '2012-01-01'
/** The default of `pipeline.root`. */
export const PIPELINE_ROOT = '/edx-analytics-pipeline'

const REDUCE = ['--n-reduce-tasks', '{reduce-tasks}'] as const
const ANSWERS = '{root}/answer-distribution/{now}'

/** Tasks by name, with their default arguments. */
export const WORKFLOWS: Readonly<Record<string, readonly string[]>> = {
  ImportEnrollmentsIntoMysql: ['--interval', '{first-day}-{today}', ...REDUCE, '--overwrite-mysql'],
  InsertToMysqlCourseActivityTask: ['--end-date', '{today}', '--weeks', '24', ...REDUCE, '--overwrite-mysql'],
  ModuleEngagementWorkflowTask: ['--date', '{today}', '--throttle', '0.5', ...REDUCE],
  InsertToMysqlLastCountryPerCourseTask: ['--interval-end', '{today}', ...REDUCE, '--overwrite'],
  InsertToMysqlAllVideoTask: ['--interval', '{first-day}-{today}', ...REDUCE],
  // It takes the credentials from [database-export]. `--src` has no default, and is listed with everything below it.
  AnswerDistributionWorkflow: [
    ...['--src', '["{logs}"]', '--include', '["*tracking.log*.gz"]'],
    ...['--dest', `${ANSWERS}/dest`, '--name', 'answers_{now}', '--output-root', `${ANSWERS}/course`],
    ...['--marker', `${ANSWERS}/marker`, ...REDUCE],
  ],
  // The tasks that a new installation runs once, before the daily set.
  CourseEnrollmentEventsTask: ['--interval', '{first-day}-{today}', ...REDUCE],
  LastDailyIpAddressOfUserTask: ['--interval', '{first-day}-{today}', ...REDUCE],
  UserActivityTask: ['--interval', '{first-day}-{today}', ...REDUCE],
  UserVideoViewingByDateTask: ['--interval', '{first-day}-{today}', ...REDUCE],
  ModuleEngagementIntervalTask: [
    ...['--interval', '{today-14}-{today}', ...REDUCE],
    ...['--overwrite-from-date', '{today}', '--overwrite-mysql'],
  ],
  ImportAllDatabaseTablesTask: [],
  TotalEventsDailyTask: ['--interval', '{today-1}-{today}', ...REDUCE],
}

/**
 * Further arguments of a workflow when there is a jar that reads lists of inputs. `--manifest` makes such a list for
 * any number of logs, so it is of no use without the jar.
 */
export const manifestArguments = (task: string, jar: string | undefined): readonly string[] =>
  task !== 'AnswerDistributionWorkflow' || jar === undefined
    ? []
    : [
        ...['--manifest', `${ANSWERS}/manifest.txt`],
        ...['--base-input-format', 'org.edx.hadoop.input.ManifestTextInputFormat'],
        ...['--lib-jar', `["{hdfs}${jar}"]`],
      ]

/** Needs of a workflow that cluster.yml may lack. */
export interface WorkflowNeeds {
  /** Tables of the LMS that it imports. */
  readonly lms?: string
  /** Whether it writes to the result store. */
  readonly store?: true
  /** Whether it finds countries by addresses: [geolocation] geolocation_data. */
  readonly geolocation?: true
  /** Whether it fills an index of learners: [elasticsearch] host. */
  readonly elasticsearch?: true
  /** Whether it uses the jar that reads lists of inputs, whatever the [manifest] threshold. */
  readonly manifest?: true
}

/** Needs by the name of the task; a task that is not here has none. */
export const WORKFLOW_NEEDS: Readonly<Record<string, WorkflowNeeds>> = {
  ImportEnrollmentsIntoMysql: { lms: 'auth_userprofile, grades_persistentcoursegrade', store: true },
  InsertToMysqlCourseActivityTask: { store: true },
  ModuleEngagementWorkflowTask: {
    lms: 'auth_user, auth_userprofile, course_groups_courseusergroup, course_groups_courseusergroup_users',
    store: true,
    elasticsearch: true,
  },
  ModuleEngagementIntervalTask: { store: true },
  InsertToMysqlLastCountryPerCourseTask: { lms: 'student_courseenrollment', store: true, geolocation: true },
  InsertToMysqlAllVideoTask: { store: true },
  AnswerDistributionWorkflow: { store: true, manifest: true },
  ImportAllDatabaseTablesTask: { lms: 'student_courseenrollment, auth_user, auth_userprofile' },
}

export interface BuiltInJob {
  readonly name: string
  readonly workflow: string
  readonly when: string
  readonly after: readonly string[]
}

/** Sets of jobs by name, for `schedule.set`. */
export const JOB_SETS: Readonly<Record<string, readonly BuiltInJob[]>> = {
  'edx-daily': [
    {
      name: 'enrollments',
      workflow: 'ImportEnrollmentsIntoMysql',
      when: '*-*-* 00:30:00',
      after: [],
    },
    {
      name: 'course-activity',
      workflow: 'InsertToMysqlCourseActivityTask',
      when: '*-*-* 01:30:00',
      after: [],
    },
    // It reads the enrolments that were computed for the same day.
    {
      name: 'module-engagement',
      workflow: 'ModuleEngagementWorkflowTask',
      when: '*-*-* 03:00:00',
      after: ['enrollments'],
    },
    {
      name: 'location',
      workflow: 'InsertToMysqlLastCountryPerCourseTask',
      when: '*-*-* 05:00:00',
      after: ['enrollments'],
    },
    {
      name: 'answer-distribution',
      workflow: 'AnswerDistributionWorkflow',
      when: '*-*-* 07:00:00',
      after: [],
    },
    { name: 'video', workflow: 'InsertToMysqlAllVideoTask', when: '*-*-* 09:00:00', after: [] },
  ],
}
