import { sh } from '../../shell.ts'

/** A unit to read on a host. */
export interface ReadUnit {
  /** Without `.service`. */
  readonly name: string
  /** Its own log; absent: it has only the journal. */
  readonly log?: string
}

/** Bytes at the end of each log and journal. The transport keeps a few MB of an answer. */
export const LOG_BYTES = 65_536
const JOURNAL_BYTES = 16_384

/** Between the parts of an answer. A line of a log that looks like it gets a blank in front. */
export const PART = '@doctor '

const part = (head: string): string => sh`printf '\\n%s\\n' ${`${PART}${head}`}`

const readUnit = ({ name, log }: ReadUnit, seconds: number): string[] => [
  part(`unit ${name}`),
  sh`systemctl show -p LoadState -p ActiveState -p Result -p UnitFileState -p ExecMainStartTimestampMonotonic ${`${name}.service`} || :`,
  part(`journal ${name}`),
  sh`journalctl -q -u ${name} --since ${`-${seconds}s`} -n 200 --no-pager -o short-iso 2>&1 | tail -c ${JOURNAL_BYTES} | unmarked`,
  ...(log === undefined
    ? []
    : [
        sh`if [ -f ${log} ]; then`,
        `  ${part(`log ${name} ${log}`)}`,
        sh`  tail -c ${LOG_BYTES} ${log} | unmarked`,
        'fi',
      ]),
]

/** Reads the units, the kernel's messages about memory and the file systems of a host, in one answer. Changes nothing. */
export const doctorScript = (units: readonly ReadUnit[], seconds: number): string =>
  [
    `unmarked() { sed 's/^${PART.trim()}/ &/'; }`,
    part('clock'),
    "date '+%s %z'",
    'cat /proc/uptime',
    ...units.flatMap((unit) => readUnit(unit, seconds)),
    part('kernel'),
    // In a container the kernel's messages may be hidden; then there is nothing to read.
    sh`{ journalctl -q -k --since ${`-${seconds}s`} --no-pager -o short-iso 2>/dev/null || :; } | grep 'Out of memory: Kill' | tail -n 20 | unmarked`,
    part('disks'),
    'df -Pkl -x tmpfs -x devtmpfs -x squashfs 2>/dev/null || :',
    part('end'),
  ].join('\n')
