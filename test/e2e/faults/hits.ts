import { setTimeout as delay } from 'node:timers/promises'
import { labBoot, labCut, labKill } from '../../../lab/index.ts'
import { SERVED_LAB as LAB } from '../served.ts'
import { onHost } from '../support.ts'

/** Something that goes wrong during a run. */
export interface Hit {
  readonly name: string
  /** Breaks it. Runs at the moment, while the bootstrap goes on; `before`: it is broken when the bootstrap begins. */
  readonly strike: () => Promise<void>
  readonly before?: true
  /** Repairs it after the run. */
  readonly heal?: () => Promise<void>
  /** Exit codes with which the run may end. */
  readonly exits: readonly string[]
}

const cut = (host: string) => () => labCut(LAB, host, true)
const healed = (host: string) => () => labCut(LAB, host, false)
const shell = (host: string, script: string) => async () => {
  await onHost(LAB, host, script)
}

/** A copy of a directory on a file system of its own, so that it can be full or read-only while the rest is not. */
const covered = (dir: string, options: string, then: string): string =>
  `cp -a ${dir} /run/covered && mount -t tmpfs -o ${options} covered ${dir} && cp -a /run/covered/. ${dir}/ &&
   rm -rf /run/covered && chown --reference=/run ${dir} && chmod 755 ${dir} && ${then}`

const uncovered = (host: string, dir: string) => shell(host, `umount ${dir}`)

export const HITS: readonly Hit[] = [
  {
    name: 'network of w1 cut for 5 s',
    strike: async () => {
      await cut('w1')()
      await delay(5000)
      await healed('w1')()
    },
    exits: ['exit 0', 'exit 15'],
  },
  { name: 'network of w2 cut', strike: cut('w2'), heal: healed('w2'), exits: ['exit 15'] },
  {
    name: 'network of m1, which has the lock, cut',
    strike: cut('m1'),
    heal: healed('m1'),
    exits: ['exit 14', 'exit 15', 'exit 16'],
  },
  {
    name: 'power of w1 cut',
    strike: () => labKill(LAB, 'w1'),
    heal: () => labBoot(LAB, 'w1'),
    exits: ['exit 15'],
  },
  {
    name: 'power of m1 cut',
    strike: () => labKill(LAB, 'm1'),
    heal: () => labBoot(LAB, 'm1'),
    exits: ['exit 14', 'exit 15', 'exit 16'],
  },
  {
    name: 'rs1 off before the run',
    before: true,
    strike: () => labKill(LAB, 'rs1'),
    heal: () => labBoot(LAB, 'rs1'),
    exits: ['exit 11', 'exit 15'],
  },
  {
    name: 'every sshd of w1 killed',
    // The command's own connection ends with it.
    strike: () => shell('w1', 'pkill -KILL sshd')().catch(() => {}),
    exits: ['exit 0', 'exit 15'],
  },
  {
    name: 'the ResourceManager killed',
    strike: shell('m1', 'systemctl kill -s KILL yarn-resourcemanager'),
    exits: ['exit 0', 'exit 14', 'exit 15'],
  },
  {
    name: 'the database server of m1 stopped',
    strike: shell('m1', 'systemctl stop mariadb'),
    exits: ['exit 0', 'exit 14', 'exit 15'],
  },
  {
    name: 'the disk below /etc/hadoop of w1 full',
    before: true,
    strike: shell(
      'w1',
      covered('/etc/hadoop', 'size=1m', 'cat /dev/zero >/etc/hadoop/filler 2>/dev/null || :'),
    ),
    heal: uncovered('w1', '/etc/hadoop'),
    exits: ['exit 14', 'exit 15'],
  },
  {
    name: 'the disk below /var/lib/howdah of w2 full',
    before: true,
    strike: shell(
      'w2',
      covered('/var/lib/howdah', 'size=1m', 'cat /dev/zero >/var/lib/howdah/filler 2>/dev/null || :'),
    ),
    heal: uncovered('w2', '/var/lib/howdah'),
    exits: ['exit 14', 'exit 15'],
  },
  {
    name: '/etc/hadoop of w1 read-only',
    before: true,
    strike: shell('w1', 'mount --bind /etc/hadoop /etc/hadoop && mount -o remount,bind,ro /etc/hadoop'),
    heal: uncovered('w1', '/etc/hadoop'),
    exits: ['exit 14', 'exit 15'],
  },
]
