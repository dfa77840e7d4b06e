import { render } from '../../../hadoop-templates/index.ts'
import type { RotationRule, TrackingSource } from '../../config/types-tracking-logs.ts'
import type { Fact, Resource } from '../../engine/types.ts'
import { raw, sh } from '../../shell.ts'
import { file } from '../support/index.ts'
import { COMPONENT, LOGROTATE_RULE } from './places.ts'

/** rsyslog writes the LMS's tracking log; a process that it does not know of is none of its business. */
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

/** logrotate takes two rules for one file for an error and skips both: so another one is found before. */
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
        next: 'take it out of there, or write trackingLogs.rotate.manage: false',
      },
    ],
  }
}

/** logrotate itself, the rule, and the check that it is the only one. The rule counts when logrotate has read it. */
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
