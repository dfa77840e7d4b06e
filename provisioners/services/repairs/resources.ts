import { render } from '../../../hadoop-templates/index.ts'
import type { JavaUser } from '../../config/types.ts'
import { sha256 } from '../../engine/hash.ts'
import type { Action, File, Resource } from '../../engine/types.ts'
import { sh } from '../../shell.ts'
import { file } from '../support/resources.ts'
import { repairLine, repairScript } from './script.ts'
import type { Repair } from './types.ts'

/** Unpacked software and what is repaired of it. */
export interface Repaired {
  /** `hive`, `sqoop` */
  readonly component: JavaUser
  /** Where the software is. */
  readonly home: string
  /** Its configuration directory, where the list of repairs is put. */
  readonly conf: string
  readonly extras: string
  /** The archives that were unpacked: `<directory>: <sha256>`. */
  readonly of: readonly string[]
  readonly repairs: readonly Repair[]
}

/** Lies in the tree that was repaired, so that it goes with it: a tree unpacked anew is one to repair anew. */
const RECORD = '.howdah-repairs'

/** The list of repairs: an effective file of whatever runs with the repaired software. */
export const repairWords = (conf: string): string => `${conf}/repairs.txt`

/** The list of repairs, where a person and a unit's record of its start can find it. */
const wordsFile = (repaired: Repaired): File =>
  file(repaired.component, repairWords(repaired.conf), wordsContent(repaired), {
    after: [`directory:${repaired.conf}`],
  })

const wordsContent = ({ component, of, repairs }: Repaired): string =>
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
 * Whether a repair was made is read from a record, and the record names what was repaired: a new archive is a new
 * list, so the repair is made anew. It is written last, so a run that was killed starts over.
 */
function repairAction(repaired: Repaired, after: readonly string[]): Action {
  const { component, home, conf, extras, repairs } = repaired
  const record = `${home}/${RECORD}`
  const wanted = sha256(wordsContent(repaired))
  return {
    type: 'action',
    id: `action:${component}-repair`,
    component,
    title: title(repaired),
    after: [...after, `file:${repairWords(conf)}`],
    probe: sh`if [ "$(head -n 1 ${record} 2>/dev/null)" = ${wanted} ]; then echo done=yes; else echo done=no; fi`,
    run: [
      sh`home=${home} extras=${extras} record=${record}`,
      'log=$(mktemp "$record.XXXXXX")',
      'trap \'rm -f "$log"\' EXIT',
      sh`printf '%s\\n' ${wanted} >"$log"`,
      'say() { printf "%s %s\\n" "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "$*" | tee -a "$log"; }',
      repairScript(repairs),
      'chmod 0644 "$log"',
      'sync "$log"',
      'mv -f "$log" "$record"',
    ].join('\n'),
    timeoutSeconds: 120,
  }
}

/** The resources of a component's repairs: the list, and the deed. `after` names the archives. */
export const repairResources = (repaired: Repaired, after: readonly string[]): Resource[] => [
  wordsFile(repaired),
  repairAction(repaired, after),
]
