import { applyLogs, planLogs } from '../../provisioners/operations/logs/index.ts'
import { partVerbs } from './part.ts'

export { ship, status } from './logs-run.ts'

/** `howdah logs plan`, which changes nothing, and `howdah logs apply`. */
export const { plan, change } = partVerbs({
  plan: planLogs,
  change: applyLogs,
  whose: 'the tracking logs of ',
})
