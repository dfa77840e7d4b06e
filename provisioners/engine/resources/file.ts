import { sh } from '../../shell.ts'
import { placeFile } from '../fragments.ts'
import { sha256 } from '../hash.ts'
import type { File, ResourceType } from '../types.ts'
import { attributeChanges, isThere, kindInWords } from './attributes.ts'
import { detail, removes } from './leave.ts'

/** A file with its whole content. Replaced by rename, so that a reader sees either the old file or the new one. */
export const file: ResourceType<File> = {
  type: 'file',
  title: (f) => f.path,
  paths: (f) => [{ path: f.path }],
  probe: () => '',
  contentPath: (f) => (f.sensitive ? undefined : f.path),
  refusals(f, state) {
    if (!isThere(state) || state.kind === 'file') return []
    const found = state.kind === 'link' ? `a link to ${state.target ?? 'somewhere'}` : kindInWords(state)
    const message = `${f.path} should be a file, and ${found} is in the way`
    return [{ message, found, next: `look at it and move it away: ls -ld ${f.path}` }]
  },
  diff(f, state) {
    const shown = f.sensitive ? {} : { content: f.content }
    if (!isThere(state)) {
      return { action: 'create', reason: 'not there', ...shown, ...(f.sensitive ? {} : { before: '' }) }
    }
    const attributes = attributeChanges(f, state)
    const sameContent = state.sha256 === sha256(f.content)
    if (sameContent && attributes.length === 0) return undefined
    const reason = [...(sameContent ? [] : ['content']), ...attributes].join(', ')
    return { action: 'update', reason, ...(sameContent ? {} : shown) }
  },
  apply: (f) => placeFile(f),
  record: (f) => ({ path: f.path }),
  remove(recorded) {
    const path = detail(recorded, 'path')
    return removes(path, sh`rm -f ${path}`)
  },
}
