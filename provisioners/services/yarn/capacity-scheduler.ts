import type { Properties } from '../support/index.ts'

/** capacity-scheduler.xml: one queue, `default`, that may use the whole cluster. */
export const capacityScheduler = (): Properties => ({
  'yarn.scheduler.capacity.root.queues': 'default',
  'yarn.scheduler.capacity.root.default.capacity': '100',
  'yarn.scheduler.capacity.root.default.maximum-capacity': '100',
  'yarn.scheduler.capacity.root.default.state': 'RUNNING',
  // A tenth, as Hadoop has it, leaves a small cluster room for one ApplicationMaster: a second job would hang.
  'yarn.scheduler.capacity.maximum-am-resource-percent': '0.5',
  'yarn.scheduler.capacity.resource-calculator':
    'org.apache.hadoop.yarn.util.resource.DefaultResourceCalculator',
  // Heartbeats that a task waits for a node near its data before it takes one of the rack.
  'yarn.scheduler.capacity.node-locality-delay': '40',
})
