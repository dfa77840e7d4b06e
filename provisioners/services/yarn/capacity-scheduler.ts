import type { Properties } from '../support/index.ts'

/** capacity-scheduler.xml: one queue, `default`, that may use the whole cluster. */
export const capacityScheduler = (): Properties => ({
  'yarn.scheduler.capacity.root.queues': 'default',
  'yarn.scheduler.capacity.root.default.capacity': '100',
  'yarn.scheduler.capacity.root.default.maximum-capacity': '100',
  'yarn.scheduler.capacity.root.default.state': 'RUNNING',
  // Hadoop's default of a tenth leaves room for one ApplicationMaster on a small cluster: a second job would wait
  // forever.
  'yarn.scheduler.capacity.maximum-am-resource-percent': '0.5',
  'yarn.scheduler.capacity.resource-calculator':
    'org.apache.hadoop.yarn.util.resource.DefaultResourceCalculator',
  // For how many heartbeats a task waits for a node with its data before it uses another node of the rack.
  'yarn.scheduler.capacity.node-locality-delay': '40',
})
