import type { ErrorEntries } from './types.ts'

/** What can go wrong with secrets, applications, users, logs, schedule, pipeline and verification. */
export const OPERATIONS_ERRORS = {
  SECRET_EMPTY: {
    exit: 'configuration',
    meaning: 'A secret is empty.',
    remedy: 'Give it a value, or write `{generate: true}`.',
  },
  SECRET_ENV_UNSET: {
    exit: 'configuration',
    meaning: 'The environment variable that holds a secret is not set.',
    remedy: 'Set it without showing it: `read -rs NAME && export NAME`.',
  },
  SECRET_FILE_UNREADABLE: {
    exit: 'configuration',
    meaning: 'The file that holds a secret cannot be read.',
    remedy: 'Make a file that only you can read: `install -m 600 /dev/stdin FILE`.',
  },
  SECRET_FILE_OPEN: {
    exit: 'configuration',
    meaning: 'Other users can read the file that holds a secret.',
    remedy: 'Run `chmod 600 FILE`.',
  },
  SECRET_COMMAND_FAILED: {
    exit: 'configuration',
    meaning: 'The program that gives a secret could not be started, failed, or took longer than 60 seconds.',
    remedy:
      'Run the program in the directory of cluster.yml; its messages are shown, and its output never is.',
  },
  APPS_ABSENT: {
    exit: 'configuration',
    meaning: 'cluster.yml has no application that is placed on a host.',
    remedy: 'Add `apps.api` or `apps.insights`, and give hosts the role `api` or `insights`.',
  },
  APPS_HOOK_UNREADABLE: {
    exit: 'configuration',
    meaning: 'The script of a hook cannot be read.',
    remedy: 'Check the path in `apps.NAME.hook.script` with `ls -l FILE`.',
  },
  APPS_HOOK_FORM: {
    exit: 'configuration',
    meaning: 'The script of a hook does not begin with a `#!` line.',
    remedy: 'Add a first line such as `#!/bin/sh`.',
  },
  APPS_PORT_TAKEN: {
    exit: 'configuration',
    meaning: 'An application and a daemon on the same host use the same port.',
    remedy: 'Change the port of one of them, or place them on different hosts.',
  },
  TLS_CERTIFICATE_UNREADABLE: {
    exit: 'configuration',
    meaning: 'The certificate of an application cannot be read.',
    remedy: 'Check the path in `apps.NAME.tls.certificate` with `ls -l FILE`.',
  },
  TLS_CERTIFICATE_UNFIT: {
    exit: 'configuration',
    meaning: 'The file holds no certificate that can be read.',
    remedy: "Give a certificate in PEM form, the server's own first.",
  },
  TLS_CERTIFICATE_EARLY: {
    exit: 'configuration',
    meaning: 'The certificate is not valid yet.',
    remedy: 'Check the clock of this machine, or use a certificate that is valid today.',
  },
  TLS_CERTIFICATE_EXPIRED: {
    exit: 'configuration',
    meaning: 'The certificate is no longer valid.',
    remedy: 'Renew the certificate, then run the command again.',
  },
  TLS_CERTIFICATE_NAME: {
    exit: 'configuration',
    meaning: 'The certificate was not issued for the name of the application.',
    remedy: 'Get a certificate whose alternative names hold `serverName`.',
  },
  TLS_KEY_UNFIT: {
    exit: 'configuration',
    meaning: 'The private key of a certificate cannot be read.',
    remedy: 'Give a private key in PEM form without a passphrase.',
  },
  TLS_KEY_MISMATCH: {
    exit: 'configuration',
    meaning: 'The private key does not belong to the certificate.',
    remedy: "Give the key of this certificate; the server's own certificate must be the first in the file.",
  },
  TLS_OPENSSL: {
    exit: 'configuration',
    meaning: 'No certificate could be made, because openssl is missing or failed.',
    remedy: 'Install openssl 1.1.1 or later on this machine, or give a certificate with its key.',
  },
  USERS_ABSENT: {
    exit: 'configuration',
    meaning: 'cluster.yml has no section `users`, so Howdah manages no users.',
    remedy: 'Add a list `users`, which may be empty.',
  },
  LOGS_ABSENT: {
    exit: 'configuration',
    meaning: 'cluster.yml has no section `trackingLogs`.',
    remedy: 'Add `trackingLogs` with its sources: `howdah explain trackingLogs`.',
  },
  LOGS_NOT_APPLIED: {
    exit: 'preflight',
    meaning: 'A host is not set up to send tracking logs yet.',
    remedy: 'Run `howdah logs apply`.',
  },
  SCHEDULE_ABSENT: {
    exit: 'configuration',
    meaning: 'cluster.yml has no schedule, and no host has the role `scheduler`.',
    remedy: 'Add a section such as `schedule: {set: edx-daily}`.',
  },
  SCHEDULE_NO_JOB: {
    exit: 'configuration',
    meaning: 'The schedule has no job of this name.',
    remedy: 'Name one of the jobs that the error lists.',
  },
  SCHEDULE_NOT_APPLIED: {
    exit: 'stepFailed',
    meaning: 'The host does not know the job yet.',
    remedy: 'Run `howdah schedule apply`.',
  },
  SCHEDULE_RUNNING: {
    exit: 'stepFailed',
    meaning: 'The job is running already, and was not started a second time.',
    remedy: 'Wait for it; `howdah schedule status` shows it.',
  },
  SCHEDULE_SILENT: {
    exit: 'stepFailed',
    meaning: 'The job did not begin in time after it was started.',
    remedy: 'Read its log on the host: `journalctl -u UNIT`.',
  },
  SCHEDULE_UNREADABLE: {
    exit: 'stepFailed',
    meaning: 'The state of the schedule could not be read from its host.',
    remedy: 'Read the detail; `howdah schedule plan` shows what is missing on the host.',
  },
  PIPELINE_ABSENT: {
    exit: 'configuration',
    meaning: 'cluster.yml has no section `pipeline`, so there is nothing to check or to run.',
    remedy: 'Add `pipeline: {}`.',
  },
  PIPELINE_NO_CHECK: {
    exit: 'configuration',
    meaning: 'There is no check of this name.',
    remedy: 'Name one of the checks that the error lists.',
  },
  PIPELINE_INTERRUPTED: {
    exit: 'interrupted',
    meaning: 'The checks or the tasks of the pipeline were interrupted; what they created was removed.',
    remedy: 'Run the same command again: `howdah pipeline check` or `howdah pipeline smoke`.',
  },
  VERIFY_UNKNOWN_CHECK: {
    exit: 'configuration',
    meaning: '`howdah verify --only` names a check that does not exist.',
    remedy: 'Name one of the checks that the error lists.',
  },
  VERIFY_NO_DAEMON: {
    exit: 'configuration',
    meaning: 'The cluster lacks a daemon that the whole flow needs.',
    remedy: 'Run `howdah verify --quick`, or give a host the daemon.',
  },
  VERIFY_NO_RESULT_STORE: {
    exit: 'configuration',
    meaning: 'The cluster has no result store to which the flow could export.',
    remedy: 'Run `howdah verify --quick`, or add `resultStore`.',
  },
  VERIFY_INTERRUPTED: {
    exit: 'interrupted',
    meaning: 'The verification was interrupted; what it created was removed.',
    remedy: 'Run `howdah verify` again.',
  },
} as const satisfies ErrorEntries
