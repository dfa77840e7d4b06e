import { link, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  ensureLabPackages,
  findSnapshot,
  type Lab,
  labBoot,
  labCut,
  labDown,
  labJdk8,
  labKill,
  labSnapshot,
  labSshArgs,
  labStatus,
  labUp,
  removeSnapshots,
} from '../../../lab/index.ts'
import { sshArgs } from '../../../lab/ssh.ts'
import { silent } from '../../../provisioners/events.ts'
import { childOf, inhabitants, lockFiles, NOTHING, namespacesOf, traces } from '../../lab/traces.ts'

const isRoot = process.platform === 'linux' && process.getuid?.() === 0
const title = isRoot ? 'lab' : 'lab (skipped: it needs Linux and root)'

const A = {
  name: 'e2e-lab-a',
  hosts: [
    { name: 'm1', release: 'trixie' },
    { name: 'db', release: 'sid' },
  ],
} as const
const B = {
  name: 'e2e-lab-b',
  hosts: [
    { name: 'm1', release: 'trixie' },
    { name: 'w1', release: 'trixie' },
  ],
} as const

async function exec(argv: readonly string[], command: string, input = '') {
  const [program = '', ...args] = argv
  const result = await execa(program, [...args, command], { reject: false, input, timeout: 300_000 })
  return { code: result.exitCode, out: result.stdout, err: result.stderr }
}

const on = async (lab: string, host: string, command: string, input?: string) =>
  exec(await labSshArgs(lab, host), command, input)

/** The output of a command that must succeed. */
async function ask(lab: string, host: string, command: string): Promise<string> {
  const said = await on(lab, host, command)
  expect(said, command).toMatchObject({ code: 0 })
  return said.out.trim()
}

/** Starts a lab in a separate process, which prints one line per event on stdout. */
function upElsewhere(options: typeof A | typeof B) {
  const module = new URL('../../../lab/index.ts', import.meta.url).href
  const arguments_ = `${JSON.stringify(options)}, (event) => console.log(event.type)`
  const script = `import(${JSON.stringify(module)}).then((lab) => lab.labUp(${arguments_}))`
  const cwd = fileURLToPath(new URL('../../..', import.meta.url))
  return execa(process.execPath, ['--import', 'tsx', '--eval', script], { cwd, timeout: 300_000 })
}

describe.skipIf(!isRoot)(title, () => {
  let a: Lab
  let b: Lab

  beforeAll(async () => {
    await ensureLabPackages(silent)
    await Promise.all([labDown(A.name), labDown(B.name)])
    expect(await traces(A.name)).toEqual(NOTHING)
    ;[a, b] = await Promise.all([labUp(A, silent), labUp(B, silent)])
  })

  afterAll(async () => {
    await Promise.all([labDown(A.name), labDown(B.name)])
  })

  it('starts two labs side by side, each on its own bridge and subnet', async () => {
    expect(a.bridge).not.toBe(b.bridge)
    expect(a.subnet).not.toBe(b.subnet)
    for (const lab of [a, b]) {
      const { whole } = (await labStatus(lab.name))[0] as { whole: boolean }
      expect(whole).toBe(true)
      // Later tests expect that these are removed, so they must exist now.
      for (const [kind, found] of Object.entries(await traces(lab.name))) expect(found, kind).not.toEqual([])
    }
  })

  it('has hosts with systemd as PID 1, names, and machine ids of their own', async () => {
    const ids = new Set<string>()
    for (const lab of [a, b]) {
      for (const { name } of lab.hosts) {
        const out = await ask(lab.name, name, 'hostname; cat /proc/1/comm; systemctl is-system-running')
        expect(out.split('\n')).toEqual([name, 'systemd', 'running'])
        ids.add(await ask(lab.name, name, 'cat /etc/machine-id'))
      }
    }
    expect(ids.size).toBe(4)
    expect(await ask(A.name, 'm1', 'getent hosts db')).toContain(a.hosts[1]?.address)
    expect(await ask(A.name, 'm1', '. /etc/os-release; echo $VERSION_CODENAME')).toBe('trixie')
  })

  it('accepts logins with host keys that are checked from the first one, and not with those of another host', async () => {
    expect(await ask(A.name, 'm1', 'id -un')).toBe('ops')
    const [m1] = a.hosts
    const refused = await exec(sshArgs({ ...a, knownHosts: b.knownHosts }, m1?.address ?? ''), 'id -un')
    expect(refused).toMatchObject({ code: 255, out: '' })
    expect(refused.err).toContain('Host key verification failed')
    const stranger = await exec(sshArgs({ ...a, identityFile: b.identityFile }, m1?.address ?? ''), 'id -un')
    expect(stranger).toMatchObject({ code: 255, out: '' })
  })

  it('keeps its keys and its password from others', async () => {
    const mode = async (file: string) => ((await stat(file)).mode & 0o777).toString(8)
    expect(await mode(a.stateDir)).toBe('700')
    expect(await mode(a.identityFile)).toBe('600')
    expect(await mode(join(a.stateDir, 'opspw.password'))).toBe('600')
  })

  it('has a user with sudo, and one whose sudo asks for a password', async () => {
    expect(await ask(A.name, 'db', 'sudo -n id -un')).toBe('root')
    const argv = await labSshArgs(A.name, 'db', 'opspw')
    expect((await exec(argv, 'sudo -n id -un')).code).not.toBe(0)
    expect((await exec(argv, "sudo -S -p '' id -un", 'wrong\n')).code).not.toBe(0)
    const password = await readFile(join(a.stateDir, 'opspw.password'), 'utf8')
    expect(await exec(argv, "sudo -S -p '' id -un", password)).toMatchObject({ code: 0, out: 'root' })
  })

  it('lets hosts install packages through its proxy, and gives no other internet access', async () => {
    // The base tree has the package lists of its day. The mirror may have removed packages since then.
    const install = (host: string, name: string) =>
      ask(
        A.name,
        host,
        `said=$(sudo sh -c 'apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qqy install ${name}' 2>&1) && echo installed || echo "$said" | tail -n 20`,
      )
    expect(await Promise.all([install('m1', 'mariadb-server'), install('db', 'mysql-server')])).toEqual([
      'installed',
      'installed',
    ])
    expect(await ask(A.name, 'm1', "sudo mariadb -Nse 'select version()'")).toMatch(/^11\.\d+\.\d+-MariaDB/)
    expect(await ask(A.name, 'db', "sudo mysql -Nse 'select version()'")).toMatch(/^[89]\.\d+\.\d+/)
    expect(await ask(B.name, 'w1', 'sudo apt-get -qq update && echo fresh')).toBe('fresh')
    expect(await ask(B.name, 'w1', 'ip route show default')).toBe('')
  })

  it('serves artifacts to hosts, also with ranges', async () => {
    await writeFile(join(b.stateDir, 'mirror/greeting'), 'hello from the mirror')
    expect(await ask(B.name, 'w1', `curl -fsS ${b.mirrorUrl}/greeting`)).toBe('hello from the mirror')
    expect(await ask(B.name, 'w1', 'curl -fsS -r 6- http://mirror:8642/greeting')).toBe('from the mirror')
    expect((await on(B.name, 'w1', `curl -fsS ${b.mirrorUrl}/state.json`)).code).toBe(22)
  })

  it('has a JDK 8 that runs on trixie from its tarball alone, and is built once', async () => {
    const jdk = await labJdk8(undefined, silent)
    const events: string[] = []
    expect(await labJdk8(undefined, ({ type }) => events.push(type))).toEqual(jdk)
    expect(events).toEqual([])
    const name = basename(jdk.file)
    await link(jdk.file, join(b.stateDir, 'mirror', name))
    const java = `/tmp/jdk-${jdk.version}/bin`
    await ask(B.name, 'm1', `cd /tmp && curl -fsSO ${b.mirrorUrl}/${name} && tar xzf ${name}`)
    expect(await ask(B.name, 'm1', `sha256sum /tmp/${name}`)).toContain(jdk.sha256)
    expect(await ask(B.name, 'm1', `${java}/java -version 2>&1`)).toContain(
      `"${jdk.version.replace('8u', '1.8.0_')}"`,
    )
    const hello = 'public class Hello { public static void main(String[] a) { System.out.println(6 * 7); } }'
    const compile = `cd /tmp && cat > Hello.java && ${java}/javac Hello.java && ${java}/java Hello`
    expect(await on(B.name, 'm1', compile, hello)).toMatchObject({ code: 0, out: '42' })
    // keytool checks the store's digest.
    const store = `/tmp/jdk-${jdk.version}/jre/lib/security/cacerts`
    const list = `${java}/keytool -list -keystore ${store} -storepass changeit | grep -c trustedCertEntry`
    expect(Number(await ask(B.name, 'm1', list))).toBeGreaterThan(50)
    expect(
      await ask(
        B.name,
        'm1',
        `find /tmp/jdk-${jdk.version} -lname '/*'; find -L /tmp/jdk-${jdk.version} -type l`,
      ),
    ).toBe('')
  })

  it('does not change a lab that runs completely', async () => {
    expect(await labUp(A, silent)).toEqual(a)
    await expect(labUp({ ...A, hosts: [A.hosts[0]] }, silent)).rejects.toMatchObject({
      code: 'LAB_DIFFERENT',
    })
  })

  it('starts a killed host again with its files and its host key', async () => {
    await ask(B.name, 'w1', 'echo kept > kept && sync')
    await labKill(B.name, 'w1')
    expect((await on(B.name, 'w1', 'true')).code).toBe(255)
    expect((await labStatus(B.name))[0]).toMatchObject({ whole: false })
    await labBoot(B.name, 'w1')
    expect(await ask(B.name, 'w1', 'cat kept')).toBe('kept')
    expect((await labStatus(B.name))[0]).toMatchObject({ whole: true })
  })

  it('keeps its hosts as a snapshot, and starts from it under another name', async () => {
    const [from, to, key] = ['e2e-lab-c', 'e2e-lab-d', 'sources-of-this-test']
    const cacheDir = await mkdtemp('/var/tmp/howdah-snapshots-')
    try {
      await Promise.all([labDown(from), labDown(to)])
      const first = await labUp({ name: from, hosts: [{ name: 'm1', release: 'trixie' }] }, silent)
      await ask(from, 'm1', 'echo kept > kept; sudo rm /etc/motd; sudo mkdir /srv/made')
      const hostKey = await ask(from, 'm1', 'cat /etc/ssh/ssh_host_ed25519_key.pub')
      await writeFile(join(first.stateDir, 'cluster.yml'), `identityFiles: [${first.identityFile}]\n`)
      await labSnapshot(from, { name: 'kept', key, cacheDir }, silent)
      // The lab continues on top of its snapshot.
      expect(await ask(from, 'm1', 'cat kept; echo later > later; systemctl is-system-running')).toBe(
        'kept\nrunning',
      )
      const snapshot = await findSnapshot('kept', key, cacheDir)
      const options = { name: to, hosts: snapshot.hosts, from: snapshot }
      await expect(labUp(options, silent)).rejects.toMatchObject({ code: 'LAB_SUBNET_TAKEN' })
      await labDown(from)
      const again = await labUp(options, silent)
      expect(again.subnet).toBe(first.subnet)
      // Changes before the snapshot are there, and those after it are not.
      expect(await ask(to, 'm1', 'cat kept; ls -d /srv/made; ls later /etc/motd 2>/dev/null || :')).toBe(
        'kept\n/srv/made',
      )
      expect(await ask(to, 'm1', 'cat /etc/ssh/ssh_host_ed25519_key.pub')).toBe(hostKey)
      expect(await readFile(join(again.stateDir, 'cluster.yml'), 'utf8')).toContain(again.identityFile)
      // A lab uses the snapshot, so it cannot be removed before the lab.
      expect(await removeSnapshots('kept', undefined, cacheDir)).toBe(0)
      await labDown(to)
      expect(await removeSnapshots('kept', undefined, cacheDir)).toBe(1)
      expect([await traces(from), await traces(to)]).toEqual([NOTHING, NOTHING])
    } finally {
      await Promise.all([labDown(from), labDown(to)])
      await rm(cacheDir, { recursive: true, force: true })
    }
  })

  it('lets a host reboot itself', async () => {
    const boot = () => on(B.name, 'w1', 'cat /proc/sys/kernel/random/boot_id')
    const before = (await boot()).out
    await on(B.name, 'w1', 'sudo systemctl reboot')
    await expect.poll(async () => ((await boot()).out || before) !== before, { timeout: 60_000 }).toBe(true)
    expect((await labStatus(B.name))[0]).toMatchObject({ whole: true })
  })

  it('cuts a host off silently, and connects it again', async () => {
    const argv = await labSshArgs(B.name, 'w1')
    await labCut(B.name, 'w1', true)
    const cut = await exec(argv, 'true')
    expect(cut.code).toBe(255)
    expect(cut.err).toMatch(/timed out|No route to host/)
    await labCut(B.name, 'w1', false)
    await expect.poll(async () => (await exec(argv, 'true')).code, { timeout: 30_000 }).toBe(0)
  })

  it('starts its services again when they were killed', async () => {
    const pid = (name: string) =>
      readFile(join(b.stateDir, name), 'utf8').then((text) => Number(text.split(' ')[0]))
    process.kill(await pid('proxy.pid'), 'SIGKILL')
    process.kill(await pid('mirror.pid'), 'SIGKILL')
    await expect.poll(async () => (await labStatus(B.name))[0]?.whole).toBe(false)
    await labUp(B, silent)
    expect((await labStatus(B.name))[0]).toMatchObject({
      whole: true,
      proxyRunning: true,
      mirrorRunning: true,
    })
    expect(await ask(B.name, 'w1', `curl -fsS ${b.mirrorUrl}/greeting`)).toBe('hello from the mirror')
  })

  it('is removed completely, and leaves the other lab running', async () => {
    const [namespaces, locks] = [await namespacesOf(a), await lockFiles(a)]
    expect((await inhabitants(namespaces)).length).toBeGreaterThan(4)
    await labDown(A.name)
    expect(await traces(A.name)).toEqual(NOTHING)
    expect(await inhabitants(namespaces)).toEqual([])
    const left = await readdir('/run/systemd/nspawn/locks')
    expect(left.filter((lock) => locks.includes(lock))).toEqual([])
    await expect(labStatus(A.name)).rejects.toMatchObject({ code: 'LAB_UNKNOWN' })
    expect(await ask(B.name, 'm1', 'systemctl is-system-running')).toBe('running')
    await labDown(A.name)
  })

  it('cleans a lab that lost its state and whose container manager was killed', async () => {
    const { lab } = (await labStatus(B.name))[0] as { lab: Lab }
    const namespaces = await namespacesOf(lab)
    const loop = lab.hosts[0]?.pid as number
    const nspawn = await childOf(loop)
    process.kill(loop, 'SIGKILL')
    process.kill(nspawn, 'SIGKILL')
    await execa('umount', ['--lazy', join(b.stateDir, 'hosts/w1/root')])
    await rm(join(b.stateDir, 'hosts/w1/pid'))
    await rm(join(b.stateDir, 'state.json'))
    expect((await inhabitants(namespaces)).length).toBeGreaterThan(4)
    await labDown(B.name)
    expect(await traces(B.name)).toEqual(NOTHING)
    expect(await inhabitants(namespaces)).toEqual([])
  })

  it('can be interrupted at any event, continues when started again, and stays when the command ends', async () => {
    for (const stop of ['phase', 'host']) {
      const abort = new AbortController()
      const raising = labUp(A, ({ type }) => type === stop && abort.abort(), abort.signal)
      await expect(raising).rejects.toMatchObject({ code: 'LAB_INTERRUPTED', exitCode: 130 })
    }
    await upElsewhere(A)
    expect((await labStatus(A.name))[0]).toMatchObject({ whole: true })
    expect(await ask(A.name, 'db', 'sudo -n id -un')).toBe('root')
    await labDown(A.name)
    expect(await traces(A.name)).toEqual(NOTHING)
  })

  it.each(['phase', 'host'])(
    'goes down after the command that raised it was killed at its first %s',
    async (stop) => {
      const raising = upElsewhere(B)
      raising.stdout.on('data', (said) => String(said).includes(stop) && raising.kill('SIGKILL'))
      await expect(raising).rejects.toMatchObject({ signal: 'SIGKILL' })
      const before = await traces(B.name)
      expect(before.files).not.toEqual([])
      if (stop === 'host') expect(before.mounts).not.toEqual([])
      await labDown(B.name)
      expect(await traces(B.name)).toEqual(NOTHING)
    },
  )

  it('is removed when it is only half started', async () => {
    const abort = new AbortController()
    const raising = labUp(B, ({ type }) => type === 'host' && abort.abort(), abort.signal)
    await expect(raising).rejects.toMatchObject({ code: 'LAB_INTERRUPTED' })
    await labDown(B.name)
    expect(await traces(B.name)).toEqual(NOTHING)
  })
})
