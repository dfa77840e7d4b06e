import { heredoc } from '../fragments.ts'
import type { Action, ResourceType } from '../types.ts'
import { PROBE_SECONDS } from './fact.ts'

/** A guarded action. Right before it runs, it checks again on the host whether it is already done. */
export const action: ResourceType<Action> = {
  type: 'action',
  title: (a) => a.title,
  probe: (a) => `howdah_bounded ${PROBE_SECONDS} ${heredoc(a.probe).text}`,
  diff(_, state) {
    if (state.done === 'yes') return undefined
    if (state.done === 'no') return { action: 'run', reason: 'not done' }
    return { action: 'ensure', reason: 'whether it is done cannot be read yet' }
  },
  seconds: (a) => a.timeoutSeconds + PROBE_SECONDS,
  apply: (a) =>
    [
      `said=$(howdah_bounded ${PROBE_SECONDS} ${heredoc(a.probe).text}) || howdah_die "its probe failed: $said"`,
      'case $said in',
      '  *done=yes*) echo "done already"; exit 0 ;;',
      '  *done=no*) ;;',
      '  *) howdah_die "not run, since it cannot be read whether it is done: $said" ;;',
      'esac',
      `if howdah_bounded ${a.timeoutSeconds} ${heredoc(`set -eu\n${a.run}`).text}then rc=0; else rc=$?; fi`,
      `[ "$rc" -ne 124 ] || howdah_die "not finished after ${a.timeoutSeconds} s"`,
      'exit "$rc"',
    ].join('\n'),
}
