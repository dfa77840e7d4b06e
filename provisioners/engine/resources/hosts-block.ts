import { raw, sh } from '../../shell.ts'
import { writeText } from '../fragments.ts'
import { sha256 } from '../hash.ts'
import type { Change, HostsBlock, ResourceType } from '../types.ts'
import { HOSTS_BEGIN, HOSTS_END, hostsContent, isTorn } from './hosts-content.ts'
import { removes } from './leave.ts'

/** A marked block of /etc/hosts. */
export function hostsBlockType(root: string): ResourceType<HostsBlock> {
  const path = `${root}/etc/hosts`
  return {
    type: 'hosts-block',
    title: () => path,
    probe: () => sh`if [ -e ${path} ]; then emit content "$(base64 -w 0 <${raw(sh`${path}`)})"; fi`,
    refusals(_, state) {
      if (!isTorn(decode(state.content))) return []
      const message = `${path} has '${HOSTS_BEGIN}' without '${HOSTS_END}'`
      return [{ message, found: 'an incomplete block', next: `remove the incomplete block from ${path}` }]
    },
    diff(block, state) {
      const before = decode(state.content)
      const content = hostsContent(before, block)
      if (content === before) return undefined
      const action = before.includes(HOSTS_BEGIN) ? 'update' : 'create'
      return { action, reason: `${block.entries.length} hosts`, before, content }
    },
    apply: (block, change) => rewrite(path, block, change),
    record: () => ({}),
    remove: () => removes(`the block of Howdah in ${path}`, withoutBlock(path)),
  }
}

const decode = (base64: string | undefined): string => Buffer.from(base64 ?? '', 'base64').toString('utf8')

function withoutBlock(path: string): string {
  return [
    sh`tmp=${path}.howdah-new`,
    sh`if [ -e ${path} ] && grep -qxF ${HOSTS_BEGIN} ${path}; then`,
    sh`grep -qxF ${HOSTS_END} ${path} || howdah_die ${`${path} has '${HOSTS_BEGIN}' without '${HOSTS_END}'`}`,
    'trap \'rm -f "$tmp"\' EXIT',
    sh`sed ${`/^${HOSTS_BEGIN}$/,/^${HOSTS_END}$/d`} ${path} >"$tmp"`,
    ...replace(path),
    'fi',
  ].join('\n')
}

/** Replaces the file by `$tmp`, with the same owner and mode. In a container the file may be a mount point, which a
 * rename cannot replace. */
const replace = (path: string): string[] => [
  sh`chown --reference=${path} "$tmp"; chmod --reference=${path} "$tmp"`,
  'sync "$tmp"',
  sh`mv -fT "$tmp" ${path} 2>/dev/null || cat "$tmp" >${path}`,
]

function rewrite(path: string, block: HostsBlock, change: Change): string {
  const content = change.content ?? hostsContent(change.before ?? '', block)
  return [
    sh`got=absent; if [ -e ${path} ]; then got=$(howdah_sha256 ${path}); fi`,
    `if [ "$got" = ${sha256(content)} ]; then exit 0; fi`,
    `if [ "$got" != absent ] && [ "$got" != ${sha256(change.before ?? '')} ]; then`,
    sh`  howdah_die ${`${path}: changed since the plan was made; plan again`}`,
    'fi',
    sh`tmp=${path}.howdah-new`,
    'trap \'rm -f "$tmp"\' EXIT',
    writeText(content, raw('"$tmp"')),
    sh`[ -e ${path} ] || : >${path}`,
    ...replace(path),
  ].join('\n')
}
