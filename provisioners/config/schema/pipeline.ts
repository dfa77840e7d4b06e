import { z } from 'zod'
import { absolutePath, databaseName, homeDirectory, login, matching, newAccount, text } from './fields.ts'

/** The pipeline of cluster.yml. */

/** One line that Python 2's ConfigParser reads unchanged: `%` would be a reference, ` ;` begins a comment. */
const LINE = /^(?!.*\s;)[^\p{Cc}%]*$/u

const hdfsPath = (about: string) =>
  matching(
    /^(\/(?!\.{1,2}(\/|$))[A-Za-z0-9._=-]+)+$/,
    'an absolute path of HDFS of letters, digits, dots, dashes and underscores, without a scheme',
    about,
  )

const python = z
  .strictObject({
    version: z
      .literal([2.7, 3], { error: '2.7 or 3' })
      .describe("2.7, which edX's own pipeline needs, or 3. Default: 3.")
      .optional(),
    command: absolutePath(
      'Path of the program, the same on every host. Default: /usr/bin/python2.7 or /usr/bin/python3.',
    ).optional(),
    packages: z
      .array(text('Name of an OS package.'))
      .describe('OS packages that contain it. Default: [python3] for 3 without `command`, else none.')
      .optional(),
    install: z
      .boolean()
      .describe(
        "With 2.7: whether Howdah installs it, with pkg_resources, from Debian 11's packages, into a separate directory (`directories.install`/python/2.7, linked as /usr/local/bin/python2.7). The packages and the Python of the host are not changed. For amd64. Default: false.",
      )
      .optional(),
    mirrors: z
      .array(
        matching(
          /^https?:\/\/\S+$/,
          'an http or https address',
          'Base address, with debian/ and debian-security/ below it.',
        ),
      )
      .min(1, { error: 'one mirror or more' })
      .describe(
        'With `install`: where the packages of Debian 11 come from, tried in order; each is checked against a hash that Howdah knows. Default: [https://deb.debian.org, https://archive.debian.org].',
      )
      .optional(),
  })
  .describe(
    'The Python of streaming tasks, on the master and on every worker. Python 2.7 also needs pkg_resources.',
  )

const source = z
  .strictObject({
    git: matching(
      /^(?!-)(?!\w+:\/\/[^/@]*:[^/@]*@)[^\s\p{Cc}]+$/u,
      'an address that git takes, without a password, or a path',
      'Address of the repository, or a path on this machine.',
    ).optional(),
    ref: matching(
      /^[A-Za-z0-9][A-Za-z0-9._/+-]*$/,
      'a branch, a tag or a commit',
      'With `git`: a branch, a tag or a full commit hash.',
    ).optional(),
    tarball: text('Instead of `git`: a tarball of the source on this machine.').optional(),
    wheels: text(
      'A directory on this machine with the packages of the virtualenv (wheels, and source packages that the master builds), including pip, setuptools, wheel and virtualenv. No package index is used.',
    ),
    requirements: z
      .array(
        matching(
          /^(?!\/)(?!.*\.\.)[A-Za-z0-9._/-]+$/,
          'a path in the source',
          'A file of requirements in the source.',
        ),
      )
      .describe(
        'Files of requirements, in the order in which they are installed. Default: requirements/pip.txt, requirements/default.txt, requirements/extra.txt, those that exist.',
      )
      .optional(),
  })
  .describe(
    'The pipeline itself: its checkout and its virtualenv, in the directories on the master where remote-task and the schedule expect them. Another ref is installed beside the present one, and then the link is switched. It needs Python 2.7. Default: none.',
  )

const option = z.union(
  [matching(LINE, 'one line of text, without % or " ;"', 'A value.'), z.number(), z.boolean()],
  {
    error: 'text, a number, true or false',
  },
)

export const pipeline = z
  .strictObject({
    user: newAccount('The account that runs tasks. Default: hadoop.').optional(),
    home: homeDirectory('Home directory of the account. Default: /home/<user>.').optional(),
    python: python.optional(),
    root: hdfsPath(
      'Directory of HDFS for warehouse, marker, manifest, packages and activity. Default: /edx-analytics-pipeline.',
    ).optional(),
    logs: hdfsPath(
      'Directory of HDFS that holds the tracking logs. Default: `trackingLogs.to`, or /data/tracking.',
    ).optional(),
    logPattern: z
      .array(matching(LINE, 'one line of text, without % or " ;"', 'A regular expression of Python.'))
      .min(1, { error: 'one pattern or more' })
      .describe(
        'Regular expressions for the paths of tracking logs; the group `date` (YYYYMMDD) is the day of a file. Escape them once. Default: [.*tracking\\.log-(?P<date>\\d{8}).*\\.gz].',
      )
      .optional(),
    expandInterval: matching(
      /^[1-9]\d* (hours?|days?|weeks?)$/,
      'a number of hours, days or weeks, such as 2 days',
      'How much later than its events the date of a log may be. Default: 2 days.',
    ).optional(),
    hiveDatabase: databaseName("Hive's database for the pipeline's tables. Default: default.").optional(),
    intervalStart: matching(
      /^\d{4}-\d{2}-\d{2}$/,
      'a day, such as 2013-01-01',
      'First day for which enrolment and activity are computed; the calendar begins with its year. Default: `schedule.firstDay`, or 2012-01-01.',
    ).optional(),
    manifestJar: hdfsPath(
      "Path in HDFS of edX's jar edx-analytics-hadoop-util.jar, which reads lists of more than 500 inputs. Default: none, so no lists are made.",
    ).optional(),
    sudoers: z
      .array(login('A login name.'))
      .describe(
        'Accounts on the master that may become `user` by sudo without a password, and no other user by this rule. Default: the login user of Howdah there, unless it is root.',
      )
      .optional(),
    source: source.optional(),
    overrides: z
      .record(
        matching(/^[A-Za-z][A-Za-z0-9_-]*$/, 'a name of letters, digits, dashes, underscores', 'A section.'),
        z.record(
          matching(
            /^[A-Za-z][A-Za-z0-9._-]*$/,
            'a name of letters, digits, dots, dashes, underscores',
            'A key.',
          ),
          option,
        ),
      )
      .describe(
        'Sections of override.cfg. They override what Howdah computes. A key that Howdah derives from another field is refused here.',
      )
      .optional(),
  })
  .describe(
    "What edX's analytics pipeline (`remote-task --host`, `launch-task`) finds on the master and the workers. Without this section Howdah sets up nothing for the pipeline; `pipeline: {}` uses every default.",
  )

export type PipelineInput = z.infer<typeof pipeline>
