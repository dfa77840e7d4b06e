/**
 * The workflows of edX's analytics pipeline and the set that an installation runs each day, as data: which task, with
 * which arguments, when, and after which. Sources: the pipeline's guide "Tasks to run to update Insights", and the job
 * definitions that edX published.
 *
 * Arguments may hold words in braces, which are filled in when a job starts (`PLACEHOLDERS`).
 */

/** Words that an argument may hold, and what each becomes. `{today-7}` counts in days; dates are UTC. */
export const PLACEHOLDERS: Readonly<Record<string, string>> = {
  today: 'the day the job starts on (UTC), as 2026-11-28',
  now: 'the second it starts at (UTC), as 20261128T003000Z',
  'first-day': 'schedule.firstDay',
  'reduce-tasks': 'schedule.reduceTasks',
  hdfs: 'the address of HDFS, as hdfs://m1:8020',
}

const REDUCE = ['--n-reduce-tasks', '{reduce-tasks}'] as const
const ANSWERS = '{hdfs}/edx-analytics-pipeline/answer-distribution/{now}'

/** Tasks by name, with the arguments that they get where cluster.yml gives none. */
export const WORKFLOWS: Readonly<Record<string, readonly string[]>> = {
  ImportEnrollmentsIntoMysql: ['--interval', '{first-day}-{today}', ...REDUCE, '--overwrite-mysql'],
  InsertToMysqlCourseActivityTask: ['--end-date', '{today}', '--weeks', '24', ...REDUCE, '--overwrite-mysql'],
  ModuleEngagementWorkflowTask: ['--date', '{today}', '--throttle', '0.5', ...REDUCE],
  InsertToMysqlLastCountryPerCourseTask: ['--interval-end', '{today}', ...REDUCE, '--overwrite'],
  InsertToMysqlAllVideoTask: ['--interval', '{first-day}-{today}', ...REDUCE],
  AnswerDistributionWorkflow: [
    ...['--src', '["{hdfs}/data/"]', '--include', '["*tracking.log*.gz"]'],
    ...['--dest', `${ANSWERS}/dest`, '--name', 'answers_{now}', '--output-root', `${ANSWERS}/course`],
    ...['--manifest', `${ANSWERS}/manifest.txt`, '--marker', `${ANSWERS}/marker`],
    ...['--base-input-format', 'org.edx.hadoop.input.ManifestTextInputFormat'],
    ...['--lib-jar', '["{hdfs}/edx-analytics-pipeline/packages/edx-analytics-hadoop-util.jar"]'],
    ...[...REDUCE, '--credentials', '/edx/etc/edx-analytics-pipeline/output.json'],
  ],
  // What an installation begins with, once, before the daily set.
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
