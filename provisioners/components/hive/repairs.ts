import { render } from '../../../hadoop-templates/index.ts'
import { sha256 } from '../../engine/hash.ts'
import type { Action, File, Resource } from '../../engine/types.ts'
import { sh } from '../../shell.ts'
import { file } from '../support/resources.ts'

/** A repair of unpacked software, put down in words and made by a guarded script. */
export interface Repair {
  readonly component: string
  /** `hive`, `sqoop` */
  readonly name: string
  /** Where the software is. */
  readonly home: string
  /** Its configuration directory, where the list of repairs is put. */
  readonly conf: string
  readonly extras: string
  /** What is repaired, of which archives; changes with either, and is part of what units are started with. */
  readonly words: readonly string[]
  /** POSIX sh; $home and $extras are set. Safe to run twice. */
  readonly script: string
}

/** Lies in the tree that was repaired, so that it goes with it: a tree unpacked anew is one to repair anew. */
const RECORD = '.howdah-repairs'

/** The list of repairs: an effective file of whatever runs with the repaired software. */
export const repairWords = (conf: string): string => `${conf}/repairs.txt`

/** The list of repairs, where a person and a unit's record of its start can find it. */
const wordsFile = (repair: Repair): File =>
  file(repair.component, repairWords(repair.conf), wordsContent(repair), {
    after: [`directory:${repair.conf}`],
  })

const wordsContent = ({ name, words, script }: Repair): string =>
  render('lines', {
    lines: [`# Repairs of ${name} by Howdah.`, ...words, `# script ${sha256(script)}`],
  })

/**
 * Whether a repair was made is read from a record, and the record names what was repaired: a new archive is a new
 * list, so the repair is made anew. It is written last, so a run that was killed starts over.
 */
function repairAction(repair: Repair, after: readonly string[]): Action {
  const { component, name, home, conf, extras, script } = repair
  const record = `${home}/${RECORD}`
  const wanted = sha256(wordsContent(repair))
  return {
    type: 'action',
    id: `action:${name}-repair`,
    component,
    title: `repairs of ${name}`,
    after: [...after, `file:${repairWords(conf)}`],
    probe: sh`if [ "$(head -n 1 ${record} 2>/dev/null)" = ${wanted} ]; then echo done=yes; else echo done=no; fi`,
    run: [
      sh`home=${home} extras=${extras} record=${record}`,
      'log=$(mktemp "$record.XXXXXX")',
      'trap \'rm -f "$log"\' EXIT',
      sh`printf '%s\\n' ${wanted} >"$log"`,
      'say() { printf "%s %s\\n" "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "$*" | tee -a "$log"; }',
      script,
      'chmod 0644 "$log"',
      'sync "$log"',
      'mv -f "$log" "$record"',
    ].join('\n'),
    timeoutSeconds: 120,
  }
}

/** The resources of a repair: its words, and the deed. `after` names the archives. */
export const repairResources = (repair: Repair, after: readonly string[]): Resource[] => [
  wordsFile(repair),
  repairAction(repair, after),
]
