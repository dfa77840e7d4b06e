import type { ErrorEntries } from './types.ts'

/** What can be wrong with the sections of cluster.yml: databases, applications, jobs, the pipeline, users. */
export const CLUSTER_PARTS_ERRORS = {
  SPEC_NO_SERVER: {
    exit: 'configuration',
    meaning: 'A section needs a database server, and the file names none.',
    remedy: 'Give a host the role that the error names, or write `host` or `external` in the section.',
  },
  SPEC_SAME_ACCOUNT: {
    exit: 'configuration',
    meaning: 'The account that only reads the result store is the same as the one that writes it.',
    remedy: 'Give `resultStore.pipeline` and `resultStore.api` different users.',
  },
  SPEC_TWO_FLAVORS: {
    exit: 'configuration',
    meaning: 'One host would run both MySQL and MariaDB, which cannot be installed together.',
    remedy: 'Choose the same flavor in both sections, or place them on different hosts.',
  },
  SPEC_TWO_PORTS: {
    exit: 'configuration',
    meaning: 'Two sections share one database server and have different ports.',
    remedy: 'Write the same port in both sections.',
  },
  SPEC_TWO_TLS: {
    exit: 'configuration',
    meaning: 'Two sections share one database server and differ in `tls` or `ca`.',
    remedy: 'Write the same `tls` and `ca` in both sections.',
  },
  SPEC_TLS_AND_CA: {
    exit: 'configuration',
    meaning: '`ca` makes the server prove its identity, but `tls` does not require TLS.',
    remedy: 'Write `tls: required`, or leave `tls` out.',
  },
  SPEC_CA_NEEDS_NAME: {
    exit: 'configuration',
    meaning:
      '`ca` is given for a server whose `address` is an IP address, but certificates are issued for names.',
    remedy: 'Write the name in the certificate as `address`, or leave `ca` out.',
  },
  SPEC_APP_CLASH: {
    exit: 'configuration',
    meaning:
      'Two applications, or an application and another part of the cluster, share a name, port, account or database that must be unique.',
    remedy: 'Give each its own.',
  },
  SPEC_APP_HSTS: {
    exit: 'configuration',
    meaning: '`hsts` is set for a certificate that browsers do not trust, so that users would be locked out.',
    remedy: 'Give a certificate that browsers trust, or leave `hsts` out.',
  },
  SPEC_APP_NO_API: {
    exit: 'configuration',
    meaning: 'Insights needs the Data API, and the file does not say where it is.',
    remedy: 'Add `apps.api`, or write `apps.insights.apiUrl`.',
  },
  SPEC_APP_NO_STORE: {
    exit: 'configuration',
    meaning: 'An application needs the server of the result store, and the cluster has no result store.',
    remedy: 'Give a host the role `result-store`, or write `resultStore.external`.',
  },
  SPEC_APP_PORT: {
    exit: 'configuration',
    meaning: 'Another service uses the port of an application.',
    remedy: 'Choose a port that is free on its hosts.',
  },
  SPEC_APP_TLS: {
    exit: 'configuration',
    meaning: 'The `tls` of an application names neither a certificate with its key nor `selfSigned`.',
    remedy: 'Write `{certificate: FILE, key: {file: FILE}}`, or `{selfSigned: true}` in a lab.',
  },
  SPEC_JOB_TWICE: {
    exit: 'configuration',
    meaning: 'Two jobs of the schedule have the same name.',
    remedy: 'Keep one of them, or rename it.',
  },
  SPEC_JOB_UNKNOWN: {
    exit: 'configuration',
    meaning: 'The `after` of a job names a job that does not exist.',
    remedy: 'Write one of the names that the error lists.',
  },
  SPEC_JOB_CYCLE: {
    exit: 'configuration',
    meaning: 'Jobs wait for each other in a circle, so that none of them could start.',
    remedy: 'Remove one of the `after` entries in the circle.',
  },
  SPEC_JOB_WORK: {
    exit: 'configuration',
    meaning:
      'A job has both a workflow and a command, or neither, or gives arguments to a workflow that takes none.',
    remedy: 'Keep one of `workflow` and `command`, with only the arguments it takes.',
  },
  SPEC_JOB_WHEN: {
    exit: 'configuration',
    meaning: 'A job has no time, or one that systemd cannot read.',
    remedy: 'Write a time such as `daily`; `systemd-analyze calendar TIME` tests it.',
  },
  SPEC_JOB_CRON: {
    exit: 'configuration',
    meaning: 'cron cannot express the time of a job.',
    remedy: 'Write `schedule.by: timers`, or choose another time.',
  },
  SPEC_JOB_PLACEHOLDER: {
    exit: 'configuration',
    meaning: 'An argument of a job holds a placeholder that Howdah does not know.',
    remedy: 'Write one of the placeholders that the error lists.',
  },
  SPEC_JOB_NO_STORE: {
    exit: 'configuration',
    meaning: 'A job exports to the result store, and the cluster has none.',
    remedy: 'Give a host the role `result-store`, or write `resultStore.external`.',
  },
  SPEC_LOGS_TWICE: {
    exit: 'configuration',
    meaning: 'Two sources of tracking logs have the same name or the same directory.',
    remedy: 'Name one of them differently, or remove it.',
  },
  SPEC_PIPELINE_COMMANDS: {
    exit: 'configuration',
    meaning: 'No host has all the commands that the pipeline runs.',
    remedy: 'Give one host the roles `sqoop` and `client`.',
  },
  SPEC_PIPELINE_DAY: {
    exit: 'configuration',
    meaning: '`pipeline.intervalStart` is not a day of the calendar.',
    remedy: 'Write a day such as `2013-01-01`.',
  },
  SPEC_PIPELINE_DERIVED: {
    exit: 'configuration',
    meaning:
      'A key of override.cfg is set by hand, but Howdah derives its value from a field of cluster.yml.',
    remedy: 'Change the field that the error names, and remove the key.',
  },
  SPEC_PIPELINE_PATTERN: {
    exit: 'configuration',
    meaning: 'An entry of `pipeline.logPattern` is not a regular expression.',
    remedy: "Write a regular expression of Python's `re`.",
  },
  SPEC_PIPELINE_RETCODE: {
    exit: 'configuration',
    meaning: 'A return code would make a failed run look like a successful one.',
    remedy: 'Write a number from 1 to 255.',
  },
  SPEC_PIPELINE_SOURCE: {
    exit: 'configuration',
    meaning: '`pipeline.source` does not say where the pipeline comes from, or its Python is not 2.7.',
    remedy: 'Write `git` and `ref`, or `tarball`, and `python: {version: 2.7, install: true}`.',
  },
  SPEC_PIPELINE_USER: {
    exit: 'configuration',
    meaning: 'Another part of the cluster uses the account of the pipeline.',
    remedy: 'Write another name in `pipeline.user`.',
  },
  SPEC_KEY_SOURCE: {
    exit: 'configuration',
    meaning: 'A source of public keys has no `file`, `url` or `command`, or more than one.',
    remedy: 'Write exactly one of `{file: PATH}`, `{url: URL}` and `{command: COMMAND}`.',
  },
  SPEC_KEY_ADDRESS: {
    exit: 'configuration',
    meaning:
      'Public keys would be fetched without TLS, so that an attacker on the network could insert other keys.',
    remedy: 'Write an `https://` address.',
  },
  SPEC_USER_TWICE: {
    exit: 'configuration',
    meaning: 'A user is listed twice.',
    remedy: 'Keep one entry.',
  },
  SPEC_USER_TAKEN: {
    exit: 'configuration',
    meaning: 'The name of a user is that of a system account or group.',
    remedy: 'Choose another login name.',
  },
  SPEC_USER_GITHUB: {
    exit: 'configuration',
    meaning: 'The value of `github` is not a valid GitHub login.',
    remedy: 'Write the login: letters, digits and dashes.',
  },
  SPEC_USER_KEY: {
    exit: 'configuration',
    meaning: 'A public key of a user cannot be read, or is of a kind that Howdah does not install.',
    remedy: 'Write the whole line of the `.pub` file.',
  },
  SPEC_USER_LAST_WAY: {
    exit: 'configuration',
    meaning: 'The change would lock out the account that Howdah itself logs in with.',
    remedy: 'Log in as another user (`ssh.user`), or leave this user as it is.',
  },
  SPEC_USER_LINKS: {
    exit: 'configuration',
    meaning: '`links` is given for a user who is not restricted, holds one name twice, or links to a shell.',
    remedy: 'Use `links` only with `type: restricted`, each name once, and no shells.',
  },
  SPEC_USER_EXPIRES: {
    exit: 'configuration',
    meaning: 'The day on which an account expires does not exist.',
    remedy: 'Write a date such as `2027-03-31`.',
  },
  SPEC_SCHEDULE_CALENDAR: {
    exit: 'configuration',
    meaning: 'The calendar of the pipeline begins after the first day of the schedule.',
    remedy: 'Leave `intervalStart` out, or begin it on or before `schedule.firstDay`.',
  },
} as const satisfies ErrorEntries
