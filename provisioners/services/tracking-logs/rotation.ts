import { render } from '../../../hadoop-templates/index.ts'
import type { RotationRule, TrackingSource } from '../../config/types-tracking-logs.ts'
import type { Fact, Resource } from '../../engine/types.ts'
import { raw, sh } from '../../shell.ts'
import { file } from '../support/index.ts'
import { COMPONENT, LOGROTATE_RULE } from './places.ts'

/** rsyslog writes the LMS's tracking log, so it must reopen the file. It is the default of `rotate.reopen`. */
const REOPEN_RSYSLOG =
  'if [ -d /run/systemd/system ] && systemctl --quiet is-active rsyslog.service; then systemctl kill -s HUP rsyslog.service; fi'

/** The text of the rule for the sources of one host. */
export const rotationRule = (sources: readonly TrackingSource[], rule: RotationRule): string =>
  render('tracking-logs/logrotate', {
    sources,
    size: rule.size ?? false,
    keep: rule.keep,
    su: rule.su ?? false,
    reopen: rule.reopen ?? REOPEN_RSYSLOG,
  })

/** Finds another rule for the same file: logrotate reports two rules for a file as an error, and skips it. */
function otherRules(sources: readonly TrackingSource[]): Fact {
  const lives = sources.map(({ directory, live }) => `${directory}/${live}`)
  const globs = sources.map(({ directory }) => `${directory}/*`)
  const patterns = [...lives, ...globs].flatMap((one) => ['-e', one])
  return {
    type: 'fact',
    id: 'fact:tracking-rotation',
    component: COMPONENT,
    title: `one rule of logrotate for ${lives.join(', ')}`,
    script: [
      sh`found=$(grep -lF ${patterns} /etc/logrotate.conf /etc/logrotate.d/* 2>/dev/null | grep -vxF ${LOGROTATE_RULE} | tr '\\n' ' ') || :`,
      'echo "other=${found:-none}"',
    ].join('\n'),
    must: [
      {
        key: 'other',
        oneOf: ['none'],
        message: `the tracking log is rotated by another rule already: {value}`,
        next: 'remove that rule, or write trackingLogs.rotate.manage: false',
      },
    ],
  }
}

/** The rule of logrotate, and the check that it is the only one. logrotate must accept it before it is installed. */
export const rotation = (
  sources: readonly TrackingSource[],
  rule: RotationRule,
  after: readonly string[],
): Resource[] => [
  otherRules(sources),
  file(COMPONENT, LOGROTATE_RULE, rotationRule(sources, rule), {
    validate: sh`logrotate -d ${raw('{}')}`,
    after,
  }),
]
