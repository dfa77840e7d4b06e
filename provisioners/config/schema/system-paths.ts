/**
 * Places of the system. A service account must never get a directory that holds what belongs to others, and a file
 * below /dev or /proc cannot be a directory of logs. Pure: what the file says, before a host is asked.
 */

/** Directories that hold others' files. Below them there is room for those of a cluster. */
const SHARED = [
  ...['/home', '/media', '/mnt', '/opt', '/root', '/srv', '/tmp', '/usr', '/usr/local', '/var'],
  ...[
    '/var/backups',
    '/var/cache',
    '/var/lib',
    '/var/local',
    '/var/log',
    '/var/mail',
    '/var/opt',
    '/var/spool',
    '/var/tmp',
  ],
]

/** Directories of the system, with everything below them. */
const SYSTEM = [
  ...[
    '/bin',
    '/boot',
    '/dev',
    '/etc',
    '/lib',
    '/lib32',
    '/lib64',
    '/libx32',
    '/lost+found',
    '/proc',
    '/run',
    '/sbin',
    '/sys',
  ],
  ...[
    '/usr/bin',
    '/usr/include',
    '/usr/lib',
    '/usr/lib32',
    '/usr/lib64',
    '/usr/libexec',
    '/usr/sbin',
    '/usr/share',
    '/usr/src',
  ],
  ...[
    '/var/lib/apt',
    '/var/lib/dpkg',
    '/var/lib/howdah',
    '/var/lib/rpm',
    '/var/lib/systemd',
    '/var/run',
    '/var/lock',
  ],
]

const trimmed = (path: string): string => path.replace(/\/+$/, '')

const within = (path: string, directory: string): boolean =>
  path === directory || path.startsWith(`${directory}/`)

/** True for a directory that a service account may take over: neither the system's, nor one that others share. */
export function mayHoldData(path: string): boolean {
  const at = trimmed(path)
  if (at === '' || SHARED.includes(at) || SYSTEM.some((directory) => within(at, directory))) return false
  // /home/ann is the home of somebody.
  return !/^\/home\/[^/]+$/.test(at)
}

/** True for a directory below which Howdah may make its own, such as /opt, /etc and /var/log. */
export function mayHoldDirectories(path: string): boolean {
  const at = trimmed(path)
  const system = SYSTEM.filter((directory) => directory !== '/etc')
  return at !== '' && !system.some((directory) => within(at, directory))
}
