import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmodSync, mkdirSync, readFileSync, readlinkSync, statSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { Archive, Group, HostsBlock, Package, Sysctl, User } from '../../../provisioners/engine/types.ts'
import { me, type Sandbox, sandbox } from '../support/sandbox.ts'

// getent, id, useradd, … on two files in place of the databases.
function withAccounts(): Sandbox {
  const box = sandbox()
  box.write('passwd', '')
  box.write('group', 'hadoop:x:900:\n')
  box.fake('getent', 'grep "^$2:" "$root/$1" || exit 2')
  box.fake(
    'id',
    `case $1 in
  -gn) cat "$root/main.$2" ;;
  -Gn) cat "$root/main.$2" "$root/more.$2" 2>/dev/null | tr '\\n' ' ' ;;
esac`,
  )
  box.fake(
    'groupadd',
    'echo "groupadd $*" >>"$calls"; for n in "$@"; do :; done; echo "$n:x:901:" >>"$root/group"',
  )
  const keep = `
for n in "$@"; do :; done
while [ $# -gt 1 ]; do case $1 in
  -g) g=$2 ;; -G) printf '%s\\n' "$2" | tr , '\\n' >>"$root/more.$n" ;; -d) d=$2 ;; -s) s=$2 ;; esac; shift; done
grep -v "^$n:" "$root/passwd" >"$root/passwd.new"; echo "$n:x:801:900::$d:$s" >>"$root/passwd.new"
mv "$root/passwd.new" "$root/passwd"; echo "$g" >"$root/main.$n"`
  box.fake('useradd', `echo "useradd $*" >>"$calls"\n${keep}`)
  box.fake('usermod', `echo "usermod $*" >>"$calls"\n${keep}`)
  return box
}

const hdfs: User = {
  ...{
    type: 'user',
    id: 'user:hdfs',
    component: 'system',
    name: 'hdfs',
    group: 'hadoop',
    groups: ['ssl', 'disk'],
  },
  ...{ home: '/var/lib/hdfs', shell: '/usr/sbin/nologin', system: true },
}

describe('user and group', () => {
  it('are made once', async () => {
    const box = withAccounts()
    const group: Group = { type: 'group', id: 'group:ssl', component: 'system', name: 'ssl' }
    const { result } = await box.converge([group, hdfs])
    expect(result.failures).toEqual([])
    expect(box.calls()).toEqual([
      'groupadd -r ssl',
      'useradd -r -M -N -g hadoop -d /var/lib/hdfs -s /usr/sbin/nologin -G ssl,disk hdfs',
    ])
    expect((await box.plan([group, hdfs])).steps).toEqual([])
  })

  it('keep the other groups of a user', async () => {
    const box = withAccounts()
    await box.converge([{ ...hdfs, groups: ['ssl'] }])
    box.write('more.hdfs', 'ssl\naudio\n')
    const { plan } = await box.converge([hdfs])
    expect(plan.steps[0]?.reason).toBe('add to disk')
    expect(box.calls().at(-1)).toMatch(/^usermod .* -a -G ssl,disk hdfs$/)
  })

  it('refuse a group with another gid, since its files would be orphaned', async () => {
    const box = withAccounts()
    const group: Group = { type: 'group', id: 'group:hadoop', component: 'system', name: 'hadoop', gid: 77 }
    expect((await box.plan([group])).refusals).toMatchObject([{ found: '900' }])
  })
})

describe('package', () => {
  const pkg: Package = { type: 'package', id: 'package:curl', component: 'system', names: ['curl', 'jq'] }
  const withApt = (apt: string): Sandbox => {
    const box = sandbox()
    box.write('dpkg', 'installed jq\nconfig-files curl\n')
    box.fake(
      'dpkg-query',
      'case $# in 3) grep -q "^installed $3$" "$root/dpkg" && printf installed ;; *) cat "$root/dpkg"; exit 1 ;; esac',
    )
    box.fake('apt-get', `printf '%s\\n' "$*" >>"$calls"\n${apt}`)
    box.fake('find', 'case $1 in /var/lib/apt/lists) echo x_Packages ;; esac')
    // What the lists have: test/engine/resources/package-lists.test.ts.
    box.fake('apt-cache', 'exit 1')
    return box
  }

  it('installs what is missing, and updates the lists only when the install fails first', async () => {
    const box = withApt(
      'case $1 in update) : >"$root/updated" ;; install) [ -e "$root/updated" ] || exit 100; echo installed curl >>"$root/dpkg" ;; esac',
    )
    const { plan, result } = await box.converge([pkg])
    expect(plan.steps[0]?.reason).toBe('not installed: curl')
    expect(result.failures).toEqual([])
    expect(box.calls().map((call) => call.split(' ')[0])).toEqual(['install', 'update', 'install'])
    expect(box.calls()[0]).toContain('DPkg::Lock::Timeout=120')
    expect((await box.plan([pkg])).steps).toEqual([])
  })

  it('fails when apt succeeds and the package is not there', async () => {
    const box = withApt(':')
    expect((await box.converge([pkg])).result.failures[0]?.output).toContain('package curl: not installed')
  })
})

describe('sysctl', () => {
  const swap: Sysctl = {
    type: 'sysctl',
    id: 'sysctl:x',
    component: 'system',
    key: 'vm.swappiness',
    value: '1',
  }
  const withProc = (): Sandbox => {
    const box = sandbox()
    box.fake('chown', ':')
    box.write('proc/sys/vm/swappiness', '60\n')
    return box
  }

  it('is set now and kept for the next boot', async () => {
    const box = withProc()
    const { plan } = await box.converge([swap])
    expect(plan.steps[0]?.reason).toBe('60 → 1, not kept over a reboot')
    expect(box.read('proc/sys/vm/swappiness')).toBe('1')
    expect(box.read('etc/sysctl.d/90-howdah-vm.swappiness.conf')).toContain('vm.swappiness = 1\n')
    expect((await box.plan([swap])).steps).toEqual([])
  })

  it('that does not exist here is a warning and not a step', async () => {
    const box = withProc()
    const plan = await box.plan([{ ...swap, key: 'vm.no_such' }])
    expect(plan.steps).toEqual([])
    expect(plan.warnings).toEqual([
      'h1: vm.no_such cannot be set here: it is unknown to this kernel, wanted 1',
    ])
  })

  it('that the kernel refuses at the write is a warning from then on', async () => {
    const box = withProc()
    // A file whose mode allows a write that then fails: the path is a directory.
    mkdirSync(box.path('proc/sys/vm/odd'), { recursive: true })
    const odd = { ...swap, key: 'vm.odd' }
    const { result } = await box.converge([odd])
    expect(result.failures).toEqual([])
    const plan = await box.plan([odd])
    expect([plan.steps, plan.warnings.length]).toEqual([[], 1])
  })
})

describe('hosts-block', () => {
  const block: HostsBlock = {
    ...{ type: 'hosts-block', id: 'hosts-block', component: 'system', ownNames: ['m1'] },
    entries: [{ address: '10.0.0.1', names: ['m1'] }],
  }

  it('is written, and a second plan is empty', async () => {
    const box = sandbox()
    box.write('etc/hosts', '127.0.0.1 localhost\n127.0.1.1 m1\n')
    chmodSync(box.path('etc/hosts'), 0o604)
    const { plan } = await box.converge([block])
    expect(plan.steps[0]?.diff).toContain('-127.0.1.1 m1\n')
    expect(box.read('etc/hosts')).toMatch(
      /^127.0.0.1 localhost\n# BEGIN howdah.*\n10.0.0.1\tm1\n# END howdah\n$/,
    )
    expect(statSync(box.path('etc/hosts')).mode & 0o777).toBe(0o604)
    expect((await box.plan([block])).steps).toEqual([])
  })

  it('is written in place where the file cannot be replaced', async () => {
    const box = sandbox()
    box.write('etc/hosts', '127.0.0.1 localhost\n')
    const before = statSync(box.path('etc/hosts')).ino
    box.fake(
      'mv',
      'case $* in */etc/hosts) echo "mv: Device or resource busy" >&2; exit 1 ;; esac; exec /bin/mv "$@"',
    )
    expect((await box.converge([block])).result.failures).toEqual([])
    expect(box.read('etc/hosts')).toContain('10.0.0.1\tm1')
    expect(statSync(box.path('etc/hosts')).ino).toBe(before)
  })
})

describe('archive', () => {
  const tarball = (box: Sandbox, content: string): Archive => {
    box.write('src/hadoop-3/bin/hdfs', content)
    execFileSync('tar', ['-czf', box.path('h.tgz'), '-C', box.path('src'), 'hadoop-3'])
    const bytes = readFileSync(box.path('h.tgz'))
    return {
      ...{ type: 'archive', id: 'archive:h', component: 'hdfs', path: box.path('opt/h'), fileName: 'h.tgz' },
      ...{ sha256: createHash('sha256').update(bytes).digest('hex'), bytes: bytes.length },
      ...{ file: box.path('h.tgz'), strip: 1, ...me },
    }
  }

  it('is sent, checked, unpacked and renamed into place; a second plan is empty and nothing is left in the cache', async () => {
    const box = sandbox()
    const first = tarball(box, 'one')
    expect((await box.converge([first])).result.failures).toEqual([])
    expect(box.read('opt/h/bin/hdfs')).toBe('one')
    expect(box.has(`var/cache/howdah/${first.sha256}`)).toBe(false)
    expect((await box.plan([first])).steps).toEqual([])
    const second = tarball(box, 'two')
    const { plan } = await box.converge([second])
    expect(plan.steps[0]?.action).toBe('update')
    expect(box.read('opt/h/bin/hdfs')).toBe('two')
    expect([box.has('opt/h.old'), box.has('opt/h.part')]).toEqual([false, false])
  })

  it('is downloaded by the host when it has an address, and refused when it is another file', async () => {
    const box = sandbox()
    const archive = tarball(box, 'one')
    const url = `file://${box.path('h.tgz')}`
    expect((await box.converge([{ ...archive, url }])).result.failures).toEqual([])
    expect(box.read('opt/h/bin/hdfs')).toBe('one')
    const other = { ...archive, url, sha256: '0'.repeat(64) }
    const { result } = await box.converge([other])
    expect(result.failures[0]?.output).toContain(`h.tgz: sha256 is ${archive.sha256}, expected 000`)
    expect(box.read('opt/h/bin/hdfs')).toBe('one')
    expect(box.has(`var/cache/howdah/${other.sha256}/h.tgz`)).toBe(false)
  })

  /** An archive with what `make` leaves below src/hadoop-3. */
  const odd = (box: Sandbox, make: string): Archive => {
    box.write('src/hadoop-3/bin/hdfs', 'one')
    execFileSync('sh', ['-euc', make], { cwd: box.path('src/hadoop-3') })
    return tarball(box, 'one')
  }

  it.each([
    [
      'its marker as a link',
      'ln -s ../../outside .howdah-archive',
      /a name of Howdah's own: \.\/\.howdah-archive/,
    ],
    ['an absolute marker', 'ln -s "$PWD/../../outside" .howdah-archive', /a name of Howdah's own/],
    ['an absolute link', 'ln -s /etc etc', /a link that leads out of it: \.\/etc/],
    ['a link out of it', 'mkdir a; ln -s ../../x a/b', /a link that leads out of it: \.\/a\/b/],
    [
      'a link out of it by another link',
      'mkdir a; ln -s ../bin a/b; ln -s a/b/../../x c',
      /leads out of it: \.\/c/,
    ],
    ['a named pipe', 'mkfifo pipe', /neither a file, a directory nor a link: \.\/pipe/],
  ])('is not used with %s', async (_title, make, said) => {
    const box = sandbox()
    box.write('outside', 'precious')
    const { result } = await box.converge([odd(box, make)])
    expect(result.failures[0]?.output).toMatch(said)
    expect(box.read('outside')).toBe('precious')
    expect(box.has('opt/h')).toBe(false)
  })

  it('is unpacked without rights that nobody should have, and with links inside it', async () => {
    const box = sandbox()
    const make = 'chmod 4777 bin/hdfs; mkdir -m 2777 open; mkdir -m 0700 closed; ln -s ../bin/hdfs open/link'
    expect((await box.converge([odd(box, make)])).result.failures).toEqual([])
    const mode = (path: string): string => (statSync(box.path(path)).mode & 0o7777).toString(8)
    expect(['opt/h', 'opt/h/bin/hdfs', 'opt/h/open', 'opt/h/closed'].map(mode)).toEqual([
      '755',
      '755',
      '755',
      '755',
    ])
    expect(readlinkSync(box.path('opt/h/open/link'))).toBe('../bin/hdfs')
  })

  it('does not take more from its address than the file has', async () => {
    const box = sandbox()
    const archive = { ...tarball(box, 'one'), sha256: '1'.repeat(64) }
    box.write('endless', 'x'.repeat(archive.bytes + 2000))
    const { result } = await box.converge([{ ...archive, url: `file://${box.path('endless')}` }])
    expect(result.failures[0]?.output).toContain(
      `h.tgz: the download failed; expected a file of ${archive.bytes} bytes`,
    )
    expect(box.has(`var/cache/howdah/${archive.sha256}/h.tgz.part`)).toBe(false)
  })

  it.each([
    ['a file that is missing', 'rm bin/hdfs', '1 missing: bin/hdfs'],
    ['a directory that is missing', 'rm -r bin', '2 missing: bin, bin/hdfs'],
    ['another content', 'echo more >>bin/hdfs', '1 changed: bin/hdfs'],
    ['another mode', 'chmod 0777 bin .', '2 changed: ., bin'],
    ['another time', 'touch -d 2001-01-01 bin/hdfs', '1 changed: bin/hdfs'],
    ['another kind', 'rm bin/hdfs; ln -s /bin/true bin/hdfs', '1 changed: bin/hdfs'],
    ['no list', 'rm .howdah-manifest', 'its list of files is missing'],
  ])('is unpacked again when its tree has %s', async (_title, change, found) => {
    const box = sandbox()
    const archive = tarball(box, 'one')
    await box.converge([archive])
    execFileSync('sh', ['-euc', change], { cwd: box.path('opt/h') })
    const { plan, result } = await box.converge([archive])
    expect(plan.steps.map(({ reason }) => reason)).toEqual([
      `not as it was unpacked (${found}) → unpack h.tgz again`,
    ])
    expect(result.failures).toEqual([])
    expect(box.read('opt/h/bin/hdfs')).toBe('one')
    expect((await box.plan([archive])).steps).toEqual([])
  })

  it('is left alone when files were added to its tree, and when its tree is one that changes', async () => {
    const box = sandbox()
    const archive = tarball(box, 'one')
    await box.converge([archive])
    box.write('opt/h/bin/cache.pyc', 'x')
    expect((await box.plan([archive])).steps).toEqual([])
    const own = { ...archive, path: box.path('opt/own'), id: 'archive:own', changes: 'tasks write there' }
    await box.converge([own])
    box.write('opt/own/bin/hdfs', 'changed')
    expect((await box.plan([own])).steps).toEqual([])
  })

  it('never replaces a tree that Howdah did not unpack', async () => {
    const box = sandbox()
    box.write('opt/h/precious', 'x')
    const plan = await box.plan([tarball(box, 'one')])
    expect(plan.refusals[0]?.message).toContain('was not unpacked by Howdah')
  })
})
