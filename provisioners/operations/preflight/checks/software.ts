import { jdkOf, jdksOn } from '../../../services/support/java.ts'
import type { Check, Found, Seen } from '../types.ts'
import { eachHost, linesOf, needValue, settingOf, shown, Unread } from './reading.ts'

/** Processors with tested builds of everything. */
const PROCESSORS = ['x86_64', 'aarch64']
/** What the tarballs of Temurin 11 and later are built against; those of 8 need less. */
const LEAST_GLIBC = { 8: [2, 12], newer: [2, 17] } as const

const system: Check = {
  id: 'system',
  title: 'the host runs Debian or Ubuntu, with systemd and apt, on x86_64 or aarch64',
  severities: ['error', 'warning'],
  run: eachHost((seen) => {
    const init = needValue(seen, 'tools', 'init')
    const apt = settingOf(seen, 'tools', 'apt')
    const { os, arch } = seen.facts
    const name = `${os.id || 'unknown'} ${os.version}`.trim()
    const found: Found[] = []
    if (init !== 'systemd')
      found.push({
        severity: 'error',
        message: 'the host does not run systemd, which starts every daemon',
        evidence: `process 1 is ${shown(init)}`,
        fix: { where: 'hand', text: 'a host with Debian or Ubuntu and systemd' },
      })
    if (apt === '')
      found.push({
        severity: 'error',
        message: 'the host has no apt-get, with which Howdah installs packages',
        evidence: name,
        fix: { where: 'hand', text: 'a host with Debian or Ubuntu' },
      })
    else if (!['debian', 'ubuntu'].includes(os.id))
      found.push({
        severity: 'warning',
        message: 'Howdah is tested with Debian and Ubuntu, and not with this system',
        evidence: name,
      })
    if (!PROCESSORS.includes(arch))
      found.push({
        severity: 'warning',
        message: "Howdah's builds of JDKs are for x86_64 and aarch64, and not for this processor",
        evidence: arch || 'unknown',
        fix: {
          where: 'hand',
          text: 'packages or a path of JDKs for this processor, in java.jdks of cluster.yml',
        },
      })
    return found
  }),
}

const commands: Check = {
  id: 'commands',
  title: "the commands that Howdah's scripts call are installed",
  severities: ['error'],
  run: eachHost((seen) => {
    needValue(seen, 'tools', 'init')
    const missing = linesOf(seen, 'tools').flatMap((line) =>
      line.startsWith('missing=') ? line.slice(8) : [],
    )
    // Without systemd, `system` has reported it.
    const lacking = missing.filter((name) => name !== 'systemctl')
    if (lacking.length === 0) return []
    return [
      {
        severity: 'error',
        message: "commands that Howdah's scripts call are missing",
        evidence: shown(lacking.join(', ')),
        fix: {
          where: 'host',
          text: 'apt-get install -y bash coreutils findutils gawk grep gzip libc-bin sed tar util-linux',
        },
      },
    ]
  }),
}

const coreutils: Check = {
  id: 'coreutils',
  title: 'the coreutils are those of GNU',
  severities: ['warning', 'note'],
  run: eachHost((seen) => {
    const first = needValue(seen, 'tools', 'coreutils')
    if (/GNU coreutils/.test(first)) return []
    const known = /uutils/i.test(first)
    return [
      {
        severity: known ? 'note' : 'warning',
        message: known
          ? 'the coreutils are uutils, which lack some options; Howdah does not need those'
          : 'the coreutils are not those of GNU, and Howdah is not tested with others',
        evidence: shown(first),
      },
    ]
  }),
}

/** `glibc 2.36`, or the first line of `ldd --version`. */
function glibcOf(seen: Seen): readonly [number, number] | 'musl' {
  const text = needValue(seen, 'tools', 'libc')
  if (/musl/i.test(text)) return 'musl'
  const found =
    /(?:glibc|GLIBC|GNU libc)\D*(\d{1,3})\.(\d{1,3})/.exec(text) ?? /\s(\d{1,3})\.(\d{1,3})\s*$/.exec(text)
  if (found === null) throw new Unread(`the version of the C library is ${shown(text)}`)
  return [Number(found[1]), Number(found[2])]
}

const glibc: Check = {
  id: 'glibc',
  title: 'the C library is a glibc that runs the JDKs',
  severities: ['error'],
  run: eachHost((seen, { cluster }) => {
    const majors = jdksOn(cluster, seen.host).filter((major) => jdkOf(cluster, major).kind === 'tarball')
    if (majors.length === 0) return []
    const version = glibcOf(seen)
    if (version === 'musl')
      return [
        {
          severity: 'error',
          message: 'the C library is musl, and tarballs of JDKs need glibc',
          evidence: shown(settingOf(seen, 'tools', 'libc')),
          fix: { where: 'hand', text: 'a host with Debian or Ubuntu' },
        },
      ]
    const old = majors.filter((major) => {
      const [wantMajor, wantMinor] = major === 8 ? LEAST_GLIBC[8] : LEAST_GLIBC.newer
      return version[0] < wantMajor || (version[0] === wantMajor && version[1] < wantMinor)
    })
    if (old.length === 0) return []
    return [
      {
        severity: 'error',
        message: `the C library is too old for the tarball of JDK ${old.join(', ')}`,
        evidence: `glibc ${version.join('.')}`,
        fix: { where: 'hand', text: 'a newer system, or a package of that JDK: java.jdks in cluster.yml' },
      },
    ]
  }),
}

const sudo: Check = {
  id: 'sudo',
  title: 'how the login becomes root: sudo with or without a password, and which sudo it is',
  severities: ['note'],
  run: eachHost((seen, { cluster }) => {
    const login = needValue(seen, 'sudo', 'login')
    const version = settingOf(seen, 'sudo', 'sudo') ?? ''
    const rules = settingOf(seen, 'sudo', 'rules')
    const found: Found[] = []
    if (/sudo-rs/.test(version))
      found.push({
        severity: 'note',
        message:
          'sudo is sudo-rs, which lacks some settings of sudoers; its visudo checks the rules of users before they are written',
        evidence: shown(version),
      })
    if (login !== 'root' && cluster.ssh.sudoPassword !== undefined)
      found.push({
        severity: 'note',
        message: /NOPASSWD:\s*ALL/.test(rules ?? '')
          ? 'sudo asks this login for no password, so ssh.sudoPassword is not needed'
          : 'sudo asks this login for a password, which ssh.sudoPassword gives',
        evidence: `login ${shown(login)}`,
      })
    return found
  }),
}

const umask: Check = {
  id: 'umask',
  title: 'the umask of root lets other accounts read what it makes',
  severities: ['note'],
  run: eachHost((seen) => {
    const value = needValue(seen, 'tools', 'umask')
    if (!/^[0-7]{3,4}$/.test(value)) throw new Unread(`umask prints ${shown(value)}`)
    if (/0?022$|0?002$|0?000$/.test(value)) return []
    return [
      {
        severity: 'note',
        message: 'root makes files that other accounts cannot read; Howdah sets the modes of its own files',
        evidence: `umask ${value}`,
      },
    ]
  }),
}

/** The system, and the programs that a bootstrap needs. */
export const softwareChecks: readonly Check[] = [system, commands, coreutils, glibc, sudo, umask]
