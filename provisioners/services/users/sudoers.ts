import { render } from '../../../hadoop-templates/index.ts'
import { heredoc, placeFile } from '../../engine/fragments.ts'
import { file } from '../../engine/resources/file.ts'
import { detail, removes } from '../../engine/resources/leave.ts'
import type { File, ResourceBase, ResourceType, State } from '../../engine/types.ts'
import { sh } from '../../shell.ts'
import { COMPONENT, SBIN, VISUDO } from './names.ts'

/** A rule of a user, and its place in cluster.yml. */
export interface Rule {
  readonly text: string
  readonly where: string
}

/** The rules of sudo of one user or group (`%edxadmin`), in one file. Without rules there is no file. */
export interface SudoRules extends ResourceBase {
  readonly type: 'x-sudoers'
  readonly name: string
  readonly path: string
  readonly rules: readonly Rule[]
}

const lineOf = (r: SudoRules, rule: Rule): string => `${r.name} ${rule.text}`

const contentOf = (r: SudoRules): string =>
  render('users/sudoers', {
    title: `Rules of sudo of ${r.name}`,
    rules: r.rules.map((rule) => lineOf(r, rule)),
  })

const asFile = (r: SudoRules): File => ({
  type: 'file',
  id: r.id,
  component: COMPONENT,
  path: r.path,
  content: contentOf(r),
  owner: 'root',
  group: 'root',
  mode: '0440',
  validate: VISUDO,
})

/**
 * The plan already checks the rules, with visudo of the host that will use them. It reads stdin, so nothing is written.
 */
function probe(r: SudoRules): string {
  if (r.rules.length === 0) return ''
  return [
    SBIN,
    'if ! command -v visudo >/dev/null; then emit visudo absent; exit 0; fi',
    `if said=$(LC_ALL=C visudo -cf - 2>&1 ${heredoc(contentOf(r)).text}); then emit visudo ok; else emit visudo "$said"; fi`,
  ].join('\n')
}

function refusals(r: SudoRules, state: State) {
  const { visudo } = state
  const fileRefusals =
    r.rules.length > 0 || state.kind === 'file' ? (file.refusals?.(asFile(r), state) ?? []) : []
  if (visudo === undefined || visudo === 'ok' || visudo === 'absent') return fileRefusals
  const number = Number(/^\S+?:(\d+)/m.exec(visudo)?.[1] ?? Number.NaN)
  const line = contentOf(r).split('\n')[number - 1]
  const rule = r.rules.find((one) => lineOf(r, one) === line)
  const which = rule ? ` (${rule.where}): ${rule.text}` : ''
  return [
    ...fileRefusals,
    {
      message: `visudo refuses a rule of ${r.name}${which}`,
      found: visudo.split('\n')[0] ?? visudo,
      next: `correct sudoCommands of ${r.name}, then plan again`,
    },
  ]
}

export const sudoRulesType: ResourceType<SudoRules> = {
  type: 'x-sudoers',
  title: (r) => r.path,
  paths: (r) => [{ path: r.path }],
  contentPath: (r) => r.path,
  probe,
  refusals,
  diff(r, state, world) {
    if (r.rules.length > 0) return file.diff(asFile(r), state, world)
    return state.kind === undefined ? undefined : { action: 'remove', reason: 'no rules are declared' }
  },
  apply: (r) => (r.rules.length > 0 ? placeFile(asFile(r)) : sh`rm -f ${r.path}`),
  record: (r) => ({ name: r.name, path: r.path }),
  isAbsent: (r) => r.rules.length === 0,
  remove(recorded) {
    const path = detail(recorded, 'path')
    return removes(path, sh`rm -f ${path}`)
  },
}
