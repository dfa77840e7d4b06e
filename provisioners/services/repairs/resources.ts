import { render } from '../../../hadoop-templates/index.ts'
import type { JavaUser } from '../../config/types.ts'
import { sha256 } from '../../engine/hash.ts'
import { isUnchanged, writeManifest } from '../../engine/resources/manifest.ts'
import type { Action, File, Resource } from '../../engine/types.ts'
import { raw, sh } from '../../shell.ts'
import { file } from '../support/resources.ts'
import { repairLine, repairScript } from './script.ts'
import type { Repair } from './types.ts'

/** Unpacked software and its repairs. */
export interface Repaired {
  /** `hive`, `sqoop` */
  readonly component: JavaUser
  /** Where the software is. */
  readonly home: string
  /** Its configuration directory, which gets the list of repairs. */
  readonly conf: string
  readonly extras: string
  /** The archives that were unpacked: `<directory>: <sha256>`. */
  readonly of: readonly string[]
  readonly repairs: readonly Repair[]
}

/** The record is in the repaired tree: when the tree is unpacked again it has no record, so it is repaired again. */
const RECORD = '.howdah-repairs'

/** The list of repairs: an effective file of the daemons that run with the repaired software. */
export const repairList = (conf: string): string => `${conf}/repairs.txt`

/** The file with the list of repairs, for users and for the record of a unit's start. */
const listFile = (repaired: Repaired): File =>
  file(repaired.component, repairList(repaired.conf), listContent(repaired), {
    after: [`directory:${repaired.conf}`],
  })

const listContent = ({ component, of, repairs }: Repaired): string =>
  render('lines', {
    lines: [
      `# Repairs of ${component} by Howdah.`,
      ...of,
      ...(repairs.length === 0 ? ['none is needed'] : repairs.map(repairLine)),
      `# script ${sha256(repairScript(repairs))}`,
    ],
  })

const title = ({ component, repairs }: Repaired): string => {
  const names = repairs.map(({ name }) => name).join(', ')
  return `repairs of ${component}: ${names === '' ? 'none is needed' : names}`
}

/**
 * Repairs the software. A record shows whether that was done. It has a hash of the list, which names the archives, so a
 * new archive is repaired again. It is written last, so after an interruption the repair starts from the beginning.
 */
function repairAction(repaired: Repaired, after: readonly string[]): Action {
  const { component, home, conf, extras, repairs } = repaired
  const record = `${home}/${RECORD}`
  const wanted = sha256(listContent(repaired))
  return {
    type: 'action',
    id: `action:${component}-repair`,
    component,
    title: title(repaired),
    after: [...after, `file:${repairList(conf)}`],
    // A tree that is no longer as it was is unpacked again by this plan, and must then be repaired again.
    probe: sh`if [ "$(head -n 1 ${record} 2>/dev/null)" = ${wanted} ] && ${raw(isUnchanged(home))}; then echo done=yes; else echo done=no; fi`,
    run: [
      sh`home=${home} extras=${extras} record=${record}`,
      'log=$(mktemp "$record.XXXXXX")',
      'trap \'rm -f "$log"\' EXIT',
      sh`printf '%s\\n' ${wanted} >"$log"`,
      'say() { printf "%s %s\\n" "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "$*" | tee -a "$log"; }',
      repairScript(repairs),
      // The repairs are part of what the tree must be from now on.
      writeManifest(home),
      'chmod 0644 "$log"',
      'sync "$log"',
      'mv -f "$log" "$record"',
    ].join('\n'),
    timeoutSeconds: 120,
  }
}

/** The resources of a service's repairs: the list, and the action. `after` names the archives. */
export const repairResources = (repaired: Repaired, after: readonly string[]): Resource[] => [
  listFile(repaired),
  repairAction(repaired, after),
]
