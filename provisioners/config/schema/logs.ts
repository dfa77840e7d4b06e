import { z } from 'zod'
import { matching, positive, text } from './fields.ts'

/** The tracking logs. Names are used in HDFS paths and in shell, so few characters are allowed. */

const path = (about: string) =>
  matching(
    /^(\/[A-Za-z0-9][A-Za-z0-9._-]*)+$/,
    'an absolute path of letters, digits, dots, dashes and underscores, no part of it hidden',
    about,
  )

const source = z
  .strictObject({
    host: text('The host of `hosts` where the LMS writes its tracking log.'),
    directory: path(
      'Directory on that host where logrotate puts the rotated logs. Default: /edx/var/log/tracking.',
    ).optional(),
    live: matching(
      /^[A-Za-z0-9][A-Za-z0-9._-]*$/,
      'a file name of letters, digits, dots, dashes and underscores',
      'Name of the log that the LMS still writes to. It is never sent. Default: tracking.log.',
    ).optional(),
    name: matching(
      /^[A-Za-z0-9]+(-[A-Za-z0-9]+)*$/,
      'letters, digits and dashes',
      'Name of the source in the file names in HDFS. Default: the name of the host.',
    ).optional(),
  })
  .describe('A directory of rotated tracking logs.')

const rotate = z
  .strictObject({
    manage: z
      .boolean()
      .describe('Install a rule of logrotate on the hosts of the sources. Default: true.')
      .optional(),
    size: matching(
      /^[1-9]\d*[kMG]?$/,
      'a size as logrotate takes it, such as 500M',
      'Rotate when the log is larger than this, as often as logrotate runs on the host. Default: once a day.',
    ).optional(),
    keep: positive(
      'Rotated logs that are kept on the host of the LMS; logrotate removes older ones, sent or not. Default: 16000.',
    ).optional(),
    su: matching(
      /^[A-Za-z_][A-Za-z0-9._-]* [A-Za-z_][A-Za-z0-9._-]*$/,
      'a user and a group, such as `syslog adm`',
      'User and group that logrotate runs as. logrotate requires them if a group may write to the directory. Default: root.',
    ).optional(),
    reopen: matching(
      /^[^\p{Cc}]*[^\p{Cc}\s\\]$/u,
      'one line of shell, without a backslash at its end',
      'Command that makes the writer open the new file. Default: HUP to rsyslog, where it runs.',
    ).optional(),
  })
  .describe("The rule of logrotate on the LMS's hosts.")

export const trackingLogs = z
  .strictObject({
    sources: z.array(source).min(1, { error: 'one source or more' }).describe('Where the logs come from.'),
    to: path(
      "Directory of HDFS for the logs, the `source` of edX's event logs. Default: /data/tracking.",
    ).optional(),
    keep: positive(
      'Days that a log is kept in HDFS, by the date in its name. Default: logs are never removed.',
    ).optional(),
    every: z
      .int()
      .min(1, { error: '1 to 1440 minutes' })
      .max(1440, { error: '1 to 1440 minutes' })
      .describe('Minutes between two runs. Default: 15.')
      .optional(),
    stallSeconds: positive(
      'Seconds without progress after which a transfer is stopped and tried again. Default: 15.',
    ).optional(),
    rotate: rotate.optional(),
  })
  .describe(
    'Tracking logs of the LMS, from the directories of logrotate to HDFS. Default: Howdah does not send any.',
  )

export type TrackingLogsInput = z.infer<typeof trackingLogs>
