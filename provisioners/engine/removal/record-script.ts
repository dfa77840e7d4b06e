import { quote, raw, sh } from '../../shell.ts'
import type { BatchItem } from '../compile.ts'
import { writeText } from '../fragments.ts'
import type { Registry } from '../registry.ts'
import type { RecordResource, RemovalResource } from '../resources/removal.ts'
import { isAbsent, recordedOf, recordLine } from './record.ts'

/** Lines that are added to the record before a step, and lines that are removed after it. */
interface RecordChange {
  readonly add: readonly string[]
  readonly drop: readonly string[]
}

/**
 * How a step changes the record of its host. A resource is recorded before it is made. So a run that is killed may
 * leave a line for something that was never made, but never loses the line of something that was.
 */
export function recordChange(registry: Registry, { resource, change }: BatchItem): RecordChange {
  if (resource.type === 'x-removal') return { add: [], drop: [(resource as unknown as RemovalResource).line] }
  if (resource.type === 'x-record') return resource as unknown as RecordResource
  const recorded = recordedOf(registry, resource)
  if (recorded === undefined) return { add: [], drop: [] }
  const line = recordLine(recorded)
  if (change.action === 'remove') return { add: [], drop: [line] }
  return { add: isAbsent(registry, resource) ? [] : [line], drop: [] }
}

/**
 * Shell for a batch: `howdah_record ADD DROP` removes the lines of the file DROP from the record and appends those of
 * ADD that are missing. It writes a new file and renames it. Uses `$work`, the batch's own directory.
 */
const FUNCTION = `
howdah_record() {
  old=/dev/null
  if [ -f "$record" ]; then old=$record; fi
  LC_ALL=C grep -vxF -f "$2" -- "$old" >"$work/kept" || [ "$?" -eq 1 ] || return 1
  cat -- "$work/kept" "$1" | LC_ALL=C awk '!seen[$0]++' >"$work/record" || return 1
  if cmp -s "$work/record" "$old"; then return 0; fi
  mkdir -p "\${record%/*}" || return 1
  rm -f "$record.new"
  (umask 077; cat -- "$work/record" >"$record.new") && sync "$record.new" && mv -fT "$record.new" "$record"
}
`.trim()

const linesOf = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join('')

const FAILED = "howdah_die 'the record of what Howdah manages on this host cannot be written'"

/** The record's part of a batch: lines before all of its steps, and lines after each of them. */
export interface RecordScript {
  readonly before: readonly string[]
  readonly after: (index: number) => readonly string[]
}

/** Makes the record's part of a batch; nothing for a batch that changes no record. */
export function recordScript(
  batch: readonly BatchItem[],
  registry: Registry,
  recordFile: string,
): RecordScript {
  const changes = batch.map((item) => recordChange(registry, item))
  const add = [...new Set(changes.flatMap((change) => change.add))]
  const anyDrop = changes.some(({ drop }) => drop.length > 0)
  if (add.length === 0 && !anyDrop) return { before: [], after: () => [] }
  return {
    before: [
      sh`record=${recordFile}`,
      FUNCTION,
      ': >"$work/none"',
      ...(add.length === 0
        ? []
        : [
            writeText(linesOf(add), raw('"$work/add"')).trimEnd(),
            `howdah_record "$work/add" "$work/none" || ${FAILED}`,
          ]),
    ],
    after(index) {
      const drop = changes[index]?.drop ?? []
      if (drop.length === 0) return []
      const text = writeText(linesOf(drop), raw('"$work/drop"')).trimEnd()
      return [text, `howdah_record "$work/none" "$work/drop" || ${FAILED}`]
    },
  }
}

/** Shell for a probe that prints the record. */
export const readRecord = (recordFile: string): string =>
  `if [ -f ${quote(recordFile)} ]; then cat -- ${quote(recordFile)}; fi`
