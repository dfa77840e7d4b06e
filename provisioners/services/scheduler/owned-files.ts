import { detail, removes } from '../../engine/resources/leave.ts'
import type { ResourceBase, ResourceType } from '../../engine/types.ts'
import { sh } from '../../shell.ts'
import { applySet, changesOfSet, type FileSet, probeSet, shown, shownWanted, textsOf } from './file-set.ts'

/** All files of a directory that only Howdah writes to. */
export interface OwnedFiles extends ResourceBase {
  readonly type: 'x-owned-files'
  readonly title: string
  readonly set: FileSet
}

const list = (label: string, names: readonly string[]): string[] =>
  names.length === 0 ? [] : [`${label} ${names.join(', ')}`]

export const ownedFilesType: ResourceType<OwnedFiles> = {
  type: 'x-owned-files',
  title: (o) => o.title,
  probe: (o) => probeSet(o.set),
  diff(o, state) {
    const { create, update, remove } = changesOfSet(o.set, state)
    const reasons = [
      ...list('new:', create),
      ...list('changed:', update),
      ...list('no longer wanted:', remove),
    ]
    if (reasons.length === 0) return undefined
    return {
      action: textsOf(state).size === 0 ? 'create' : 'update',
      reason: reasons.join('; '),
      before: shown(textsOf(state)),
      content: shownWanted(o.set),
    }
  },
  apply: (o) => `${sh`mkdir -p ${o.set.dir}`}\n${applySet(o.set)}`,
  record: (o) => ({ path: o.set.dir }),
  remove(recorded) {
    const dir = detail(recorded, 'path')
    return removes(dir, sh`rm -rf ${dir}`)
  },
}

export const ownedFiles = (
  component: string,
  title: string,
  set: FileSet,
  after: readonly string[] = [],
): OwnedFiles => ({ type: 'x-owned-files', id: `files:${set.dir}`, component, title, set, after })
