import type { KnownSymptom } from '../types.ts'

/** What systemd and the kernel write when a unit cannot start, or is ended. The reason of systemd comes before its result. */
export const systemdSymptoms: readonly KnownSymptom[] = [
  {
    name: 'killed-for-memory',
    pattern:
      /Failed with result 'oom-kill'|killed by the OOM killer|Out of memory: Kill(?:ed)? process \d{1,9} \(/,
    cause: 'the kernel ended a process because the host had no memory left',
    next: 'howdah explain hosts.memory; then on that host: journalctl -k -n 50; ps -eo rss,args --sort=-rss | head',
  },
  {
    name: 'program-wrong-format',
    pattern: /Exec format error/,
    cause: 'the program is for another processor, or is a script without a first line that names its shell',
    next: 'on that host: uname -m; file -L /usr/lib/jvm/*/bin/java /opt/jdk/*/bin/java',
  },
  {
    name: 'program-missing',
    pattern:
      /Failed at step EXEC spawning \S{1,200}: No such file|Unable to locate executable '|Failed to execute \S{1,200}: No such file/,
    cause: 'the program that the unit starts is not on this host',
    next: 'howdah plan (it shows what is missing); then howdah bootstrap',
  },
  {
    name: 'program-not-permitted',
    pattern:
      /Failed at step EXEC spawning \S{1,200}: Permission denied|Failed to execute \S{1,200}: Permission denied/,
    cause:
      'the account of the unit may not run its program: a mode above it is too strict, or the disk is noexec',
    next: 'howdah bootstrap (it repairs the modes); then on that host: namei -l /opt/hadoop/current/bin/hdfs; findmnt -T /opt',
  },
  {
    name: 'unit-account-missing',
    pattern: /Failed at step USER spawning|Failed to determine (?:user|group) credentials|status=217\/USER/,
    cause: 'the account of the unit does not exist on this host',
    next: 'howdah plan; then howdah bootstrap',
  },
  {
    name: 'unit-directory-missing',
    pattern:
      /Failed at step CHDIR spawning|Changing to the requested working directory failed|status=200\/CHDIR/,
    cause: 'the working directory of the unit is missing, or its account may not enter it',
    next: 'howdah plan; then howdah bootstrap',
  },
  {
    name: 'run-directory-missing',
    pattern: /(?:Unable to (?:create|write in)|Cannot write \S{1,60} pid) \S{0,60}\/run\/\S{1,80}/,
    cause: 'a directory below /run is missing after a reboot: the daemon was not started by its unit',
    next: 'howdah bootstrap (its units make the directory at each start, and start at boot)',
  },
  {
    name: 'unit-unknown',
    pattern: /Howdah: the unit \S{1,80} does not exist/,
    cause: 'cluster.yml wants a daemon on this host that was not installed there yet',
    next: 'howdah plan; then howdah bootstrap',
  },
  {
    name: 'file-system-full',
    pattern: /Howdah: \S{1,200} is \d{2,3} % full/,
    cause:
      'a file system is nearly full: a NodeManager stops to take containers at 90 %, a database or a NameNode ends',
    next: 'on that host: df -h; du -xhd1 / | sort -h | tail',
  },
  {
    name: 'unit-disabled',
    pattern: /Howdah: \S{1,80} is not enabled at boot/,
    cause: 'the unit does not start after a reboot of its host',
    next: 'howdah bootstrap (it enables the unit)',
  },
  {
    name: 'unit-starts-too-often',
    pattern: /Start request repeated too quickly|Failed with result 'start-limit-hit'/,
    cause: 'the daemon ended several times within seconds, so systemd no longer starts it',
    next: 'howdah bootstrap (it starts the daemon once more, and shows why it ends)',
    vague: true,
  },
]
