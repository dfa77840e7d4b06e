import { sh } from '../../shell.ts'
import type { ResourceBase, ResourceType } from '../types.ts'

/** A resource of the plan that removes something. It is made from a record, and never declared. */
export interface RemovalResource extends ResourceBase {
  readonly type: 'x-removal'
  readonly title: string
  readonly reason: string
  readonly script: string
  readonly seconds: number
  /** Its line in the host's record, which is removed when the step is done. */
  readonly line: string
}

/** The state of a resource that is still on record. */
export const STILL_RECORDED = { recorded: 'yes' } as const

/** The record shows whether it is done: the line is removed when the script has succeeded. */
export const removalType = (recordFile: string): ResourceType<RemovalResource> => ({
  type: 'x-removal',
  title: (r) => r.title,
  probe: (r) => sh`if LC_ALL=C grep -qxF -e ${r.line} ${recordFile} 2>/dev/null; then emit recorded yes; fi`,
  diff: (r, state) => (state.recorded === 'yes' ? { action: 'remove', reason: r.reason } : undefined),
  apply: (r) => r.script,
  seconds: (r) => r.seconds,
})

/** Changes of the record that no other step makes. The batch writes them, so the step itself runs nothing. */
export interface RecordResource extends ResourceBase {
  readonly type: 'x-record'
  readonly isNew: boolean
  readonly add: readonly string[]
  readonly drop: readonly string[]
}

export const RECORD_ID = 'record:resources'

export const recordType: ResourceType<RecordResource> = {
  type: 'x-record',
  title: () => 'record of what Howdah manages on this host',
  probe: () => '',
  diff(r) {
    const count = new Set([...r.add, ...r.drop]).size
    return { action: r.isNew ? 'create' : 'update', reason: `${count} ${count === 1 ? 'line' : 'lines'}` }
  },
  apply: () => ':',
}

/** Records that a host belongs to the cluster, on the host that holds the lock. It makes nothing else. */
export interface Member extends ResourceBase {
  readonly type: 'x-member'
  readonly name: string
  readonly address: string
}

export const member = (name: string, address: string): Member => ({
  ...{ type: 'x-member', id: `member:${name}`, component: 'cluster', name, address },
})

export const memberType: ResourceType<Member> = {
  type: 'x-member',
  title: (m) => `host ${m.name}`,
  probe: () => '',
  diff: () => undefined,
  apply: () => ':',
  record: (m) => ({ name: m.name, address: m.address }),
  remove({ about }) {
    const title = `host ${about.name} (${about.address})`
    const reason =
      'it is no longer in hosts, so this run does not reach it: its daemons may still run, and its data is kept'
    return { kind: 'left', title, reason }
  },
}
