import { heredoc, placeFile, writeText } from '../../engine/fragments.ts'
import { file } from '../../engine/resources/file.ts'
import type { File, ResourceBase, ResourceType, State } from '../../engine/types.ts'
import { raw, sh } from '../../shell.ts'
import { AS_USER } from './names.ts'

/** A file at the top of a user's home. It belongs to the user, or to root if the user is restricted. */
export interface DotFile extends ResourceBase {
  readonly type: 'x-dotfile'
  readonly name: string
  readonly home: string
  /** '.bashrc' */
  readonly file: string
  readonly content: string
  readonly restricted: boolean
}

const pathOf = (d: DotFile): string => `${d.home}/${d.file}`

/** The group is the main group of the user, whatever its name is, so it is not compared. */
const asFile = (d: DotFile, group: string): File => ({
  type: 'file',
  id: d.id,
  component: d.component,
  path: pathOf(d),
  content: d.content,
  owner: d.restricted ? 'root' : d.name,
  group,
  mode: '0644',
})

export const dotFileType: ResourceType<DotFile> = {
  type: 'x-dotfile',
  title: pathOf,
  paths: (d) => [{ path: pathOf(d) }],
  contentPath: pathOf,
  probe: () => '',
  refusals: (d, state) => file.refusals?.(asFile(d, ''), state) ?? [],
  diff: (d, state: State, world) => file.diff(asFile(d, state.group ?? ''), state, world),
  apply(d) {
    if (d.restricted) return placeFile(asFile(d, 'root'))
    const script = [
      'set -eu',
      'umask 022',
      sh`tmp=$(mktemp ${`${d.home}/.howdah-XXXXXX`})`,
      `trap 'rm -f "$tmp"' EXIT`,
      writeText(d.content, raw('"$tmp"')),
      'chmod 0644 "$tmp"',
      sh`mv -fT "$tmp" ${pathOf(d)}`,
    ].join('\n')
    return `${AS_USER}\n${sh`howdah_as ${d.name} ${heredoc(script)}`}`
  },
}
