import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { ensureLabPackages, type Lab, labDown, labSshArgs, labUp } from '../../../lab/index.ts'
import type { Plan } from '../../../provisioners/engine/types.ts'
import { silent } from '../../../provisioners/events.ts'
import type { UserReport } from '../../../provisioners/runtime/types.ts'
import { expectExit, labLogin, noLab, type Ran } from '../support.ts'

const LAB = 'users'
const HOSTS = ['u1', 'u2'] as const
const skip = noLab()

type Entry = Record<string, unknown>
type UsersPlan = Plan & { users: UserReport }

/** Users on real hosts: real keys, real sshd, real sudo. Only GitHub is a stand-in, a server that can fail. */
describe.skipIf(skip)(`users on real hosts${skip ? ` (skipped: ${skip})` : ''}`, () => {
  let lab: Lab
  let dir = ''
  let file = ''
  let github: Server
  let down = false
  const published: Record<string, string> = {}
  /** The present value of `users`. */
  let users: Record<string, Entry> = {}

  const publicKey = (name: string): string => readFileSync(join(dir, `${name}.pub`), 'utf8').trim()
  const makeKey = async (name: string): Promise<void> => {
    await execa('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', `${name}@desk`, '-f', join(dir, name)])
  }

  async function write(changes: Record<string, Entry | undefined> = {}): Promise<void> {
    for (const [name, entry] of Object.entries(changes)) {
      if (entry === undefined) delete users[name]
      else users[name] = entry
    }
    const { port } = github.address() as AddressInfo
    const hosts = lab.hosts.map(({ name, address }, i) => ({
      ...{ name, address, memory: '1GiB' },
      roles: i === 0 ? ['master', 'worker'] : ['client'],
    }))
    const spec = {
      name: LAB,
      hosts,
      ssh: labLogin(lab),
      githubBaseUrl: `http://127.0.0.1:${port}`,
      users: Object.entries(users).map(([name, entry]) => ({ name, ...entry })),
    }
    await writeFile(file, stringify(spec))
  }

  const update = (code = 0): Promise<Ran> => expectExit(code, ['users', 'update', '--yes', file])
  const plan = async (code = 0): Promise<UsersPlan> =>
    JSON.parse((await expectExit(code, ['users', 'plan', '--json', file])).out) as UsersPlan
  const stays = async (): Promise<void> => expect((await plan()).steps).toEqual([])

  /** Logs in as a user, only with their own key. */
  async function login(who: string, command: string, host: string = 'u1', more: readonly string[] = []) {
    const address = lab.hosts.find(({ name }) => name === host)?.address ?? ''
    const options = ['BatchMode=yes', 'IdentitiesOnly=yes', 'StrictHostKeyChecking=yes', 'ConnectTimeout=10']
    const { exitCode, stdout, stderr } = await execa(
      'ssh',
      [
        ...['-F', 'none', '-i', join(dir, who), '-o', `UserKnownHostsFile=${lab.knownHosts}`],
        ...[...options.flatMap((option) => ['-o', option]), ...more, `${who}@${address}`, command],
      ],
      { reject: false, input: '', timeout: 30_000 },
    )
    return { code: exitCode ?? -1, out: stdout.trim(), err: stderr }
  }
  const REFUSED = 255

  /** Runs a shell script as root. Throws when it fails. */
  async function root(host: string, script: string): Promise<string> {
    const [program = 'ssh', ...args] = await labSshArgs(LAB, host)
    const { stdout } = await execa(program, [...args, 'sudo', 'sh', '-s'], { input: script, timeout: 60_000 })
    return stdout
  }

  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'howdah-users-'))
    github = createServer((request, response) => {
      const keys = published[request.url ?? '']
      if (down) response.writeHead(503).end('<html>unicorn</html>')
      else if (keys === undefined) response.writeHead(404).end('Not Found')
      else response.end(keys)
    })
    await new Promise<void>((resolve) => github.listen(0, '127.0.0.1', resolve))
    await Promise.all(['ana', 'bo', 'cy', 'di', 'eve', 'ops'].map(makeKey))
    published['/ana-h.keys'] = `${publicKey('ana').split(' ').slice(0, 2).join(' ')}\n`
    await ensureLabPackages(silent)
    await labDown(LAB)
    lab = await labUp({ name: LAB, hosts: HOSTS.map((name) => ({ name, release: 'trixie' })) })
    file = join(dir, 'cluster.yml')
    // Hosts like EMR's old masters: /etc/sudoers does not include sudoers.d, and there is no rbash.
    await Promise.all(
      HOSTS.map((host) =>
        root(
          host,
          `rm -f /bin/rbash
           { grep -v includedir /etc/sudoers; echo 'ops ALL=(ALL) NOPASSWD: ALL'; } >/etc/sudoers.new
           chmod 0440 /etc/sudoers.new; mv /etc/sudoers.new /etc/sudoers; groupadd -f lab-group`,
        ),
      ),
    )
    users = {
      ana: { type: 'admin', github: 'ana-h' },
      bo: {
        type: 'restricted',
        authorizedKeys: [publicKey('bo')],
        sudoCommands: ['ALL=(root) NOPASSWD: /usr/bin/id'],
      },
      cy: { keySources: [{ file: join(dir, 'cy.pub') }], sudoCommands: [] },
    }
    await write()
  })
  afterAll(async () => {
    github.close()
    await labDown(LAB)
    rmSync(dir, { recursive: true, force: true })
  })

  it('are created on every host, and a second run changes nothing', async () => {
    const first = await plan()
    expect(first.refusals).toEqual([])
    expect(new Set(first.steps.map(({ host }) => host))).toEqual(new Set(HOSTS))
    await update()
    await stays()
    const again = JSON.parse((await expectExit(0, ['users', 'update', '--json', file])).out)
    expect(again.applied).toBeUndefined()
  })

  it('an admin logs in on every host, and may do anything by sudo', async () => {
    for (const host of HOSTS)
      expect(await login('ana', 'sudo -n id -u', host)).toMatchObject({ code: 0, out: '0' })
    const rules = await root('u1', 'stat -c "%U %a" /etc/sudoers.d/edxadmin; visudo -c')
    expect(rules).toContain('root 440')
  })

  it('a restricted user runs the linked command, and nothing else', async () => {
    expect(await login('bo', 'sudo -n /usr/bin/id -u')).toMatchObject({ code: 0, out: '0' })
    const attempts = [
      'ls',
      '/bin/ls',
      'bash',
      '/bin/bash -c id',
      'PATH=/usr/bin ls',
      'export PATH=/usr/bin; ls',
      'echo mine >.profile',
      'echo mine >bin/ls',
      'exec /bin/sh',
      'cd /',
      'sudo -n /usr/bin/whoami',
      'enable -f /x y; command -p id',
    ]
    const ended = await Promise.all(attempts.map((attempt) => login('bo', attempt)))
    expect(attempts.filter((_, i) => ended[i]?.code === 0)).toEqual([])
    // The same at a terminal, where a login shell reads .profile.
    const typed = await execa(
      'ssh',
      [
        ...['-F', 'none', '-i', join(dir, 'bo'), '-o', `UserKnownHostsFile=${lab.knownHosts}`, '-tt'],
        `bo@${lab.hosts[0]?.address}`,
      ],
      { reject: false, input: 'ls /\necho "path is $PATH"\nexit\n', timeout: 30_000 },
    )
    expect(typed.stdout).toMatch(/ls: command not found/)
    expect(typed.stdout).toMatch(/path is \/home\/bo\/bin\r?\n/)
    // And no tunnel through the host.
    const tunnel = await login('bo', '', 'u1', ['-W', '127.0.0.1:22'])
    expect(tunnel.out).not.toContain('SSH-2.0')
  })

  it('a plain user has an account and no sudo', async () => {
    expect(await login('cy', 'id -un; echo "$HOME"')).toMatchObject({ code: 0, out: 'cy\n/home/cy' })
    expect((await login('cy', 'sudo -n true')).code).not.toBe(0)
    const { out } = await login('cy', 'stat -c "%U %a" ~/.ssh ~/.ssh/authorized_keys ~/.bashrc')
    expect(out.split('\n')).toEqual(['cy 700', 'cy 600', 'cy 644'])
  })

  it('keys are where this sshd reads them, authorized_keys2 included', async () => {
    const reads = await root('u1', "sshd -T | sed -n 's/^authorizedkeysfile //p'")
    expect(reads).toContain('.ssh/authorized_keys2')
    await root('u1', 'cmp /home/ana/.ssh/authorized_keys /home/ana/.ssh/authorized_keys2')
    // An old back door is closed: eve's key in the second file.
    await root('u1', `echo '${publicKey('eve')}' >>/home/ana/.ssh/authorized_keys2`)
    expect((await plan()).steps.map(({ ref }) => ref)).toEqual(['u1!authorized-keys:ana'])
    await update()
    expect(await root('u1', 'cat /home/ana/.ssh/*')).not.toContain('eve@desk')
  })

  it('a rule that visudo refuses is never installed, and the user and the line are named', async () => {
    await write({
      bo: { ...users.bo, sudoCommands: ['ALL=(root) NOPASSWD: /usr/bin/id', 'ALL=(root NOPASSWD ls'] },
    })
    const line =
      readFileSync(file, 'utf8')
        .split('\n')
        .findIndex((text) => text.includes('(root NOPASSWD ls')) + 1
    const before = await root('u1', 'cat /etc/sudoers.d/*')
    const { err } = await update(13)
    expect(err).toContain('visudo refuses a rule of bo')
    expect(err).toContain(`cluster.yml:${line}:`)
    expect(err).toContain('ALL=(root NOPASSWD ls')
    expect(await root('u1', 'cat /etc/sudoers.d/*')).toBe(before)
    await write({ bo: { ...users.bo, sudoCommands: ['ALL=(root) NOPASSWD: /usr/bin/id'] } })
  })

  it('when GitHub fails nobody loses access, and a new user is left for later', async () => {
    down = true
    try {
      await write({ di: { github: 'di' } })
      const { err, out } = await update(15)
      expect(err + out).toMatch(/no keys of ana from .*503; using its one key of .*UTC/)
      expect(err + out).toMatch(/left as is di/)
      expect(await root('u1', 'getent passwd di || echo nobody')).toBe('nobody')
      expect((await login('ana', 'true')).code).toBe(0)
      // Another operator has no cached answer, so ana stays unchanged.
      await rm(join(dir, '.howdah', LAB, 'keys'), { recursive: true })
      await update(15)
      expect((await login('ana', 'sudo -n true')).code).toBe(0)
      // An additional key removes no other.
      await write({ ana: { ...users.ana, authorizedKeys: [publicKey('eve')] } })
      await update(15)
      expect((await login('ana', 'true')).code).toBe(0)
      expect(await root('u1', 'cat /home/ana/.ssh/authorized_keys')).toContain('eve@desk')
    } finally {
      down = false
    }
    await write({ ana: { type: 'admin', github: 'ana-h' }, di: undefined })
    await update()
    expect(await root('u1', 'cat /home/ana/.ssh/authorized_keys')).not.toContain('eve@desk')
    await stays()
  })

  it('the last login of Howdah is not removed', async () => {
    for (const last of [
      { type: 'plain', github: 'ana-h' },
      { state: 'absent' },
      { ...users.ana, expires: '2020-01-01' },
    ]) {
      await write({ ana: last })
      const { err } = await update(13)
      expect(err).toMatch(/nobody could administer this host any more: ana/)
    }
    expect((await login('ana', 'sudo -n true')).code).toBe(0)
    await write({ ana: { type: 'admin', github: 'ana-h' }, ops: { state: 'absent' } })
    expect((await update(10)).err).toContain('ops is who Howdah logs in as on u1, u2')
    // Howdah may log in as an admin. The key that it logged in with stays.
    await write({ ops: { type: 'admin', authorizedKeys: [publicKey('ops')] } })
    const { warnings } = await plan()
    expect(warnings.join('\n')).toMatch(/ops keeps SHA256:\S+ .*Howdah logs in here by one of them/)
    await update()
    await stays()
    expect((await login('ops', 'sudo -n true')).code).toBe(0)
    // As a plain user the account would have no sudo for Howdah.
    await write({ ops: { type: 'plain', authorizedKeys: [publicKey('ops')] } })
    expect((await update(13)).err).toContain('would lose sudo')
    // Removed from the list, the account stays unchanged, and is reported as unknown.
    await write({ ops: undefined })
    expect((await plan()).users.unknown.map(({ name }) => name)).toEqual(['ops', 'ops'])
    await Promise.all(HOSTS.map((host) => root(host, 'gpasswd -d ops edxadmin')))
  })

  it('memberships of other users stay, and users who are not in cluster.yml are named', async () => {
    await root(
      'u2',
      'usermod -aG lab-group,adm ana; useradd -m eve; usermod -aG edxadmin eve; echo "ghost ALL=(ALL) ALL" >/etc/sudoers.d/howdah-user-ghost',
    )
    const { users, warnings } = await plan()
    expect(users.unknown).toEqual([
      { host: 'u2', name: 'eve', why: 'in the group edxadmin' },
      { host: 'u2', name: 'ghost', why: 'rules in /etc/sudoers.d/howdah-user-ghost' },
    ])
    expect(warnings.join('\n')).toContain('u2: not in cluster.yml: eve')
    await root('u2', 'gpasswd -d ana edxadmin')
    await update()
    expect((await root('u2', 'id -Gn ana')).split(' ').sort()).toEqual([
      'adm',
      'ana',
      'edxadmin',
      'lab-group',
    ])
    await write({
      ...{ cy: { type: 'admin', authorizedKeys: [publicKey('cy')] }, ana: { github: 'ana-h' } },
      ...{ eve: { state: 'absent' }, ghost: { state: 'absent' } },
    })
    await update()
    expect((await root('u2', 'id -Gn ana')).split(' ').sort()).toEqual(['adm', 'ana', 'lab-group'])
    expect(await root('u2', 'ls /etc/sudoers.d; getent passwd eve || echo nobody')).toMatch(
      /^(?!.*ghost)[\s\S]*nobody$/,
    )
    await stays()
  })

  it('an account expires on its day, and is enabled again', async () => {
    await write({ ana: { github: 'ana-h', expires: '2020-01-01' } })
    await update()
    await stays()
    expect((await login('ana', 'true')).code).not.toBe(0)
    await write({ ana: { github: 'ana-h', expires: '2999-12-31' } })
    await update()
    expect(await root('u1', 'chage -l ana')).toContain('Dec 31, 2999')
    expect((await login('ana', 'true')).code).toBe(0)
  })

  it('a restricted user becomes free and a free one restricted, whatever was prepared before', async () => {
    await login('ana', 'mkdir -p bin; cp /bin/ls bin/mine; echo "PATH=/usr/bin:/bin" >.bash_profile')
    await write({
      bo: { authorizedKeys: [publicKey('bo')] },
      ana: { type: 'restricted', github: 'ana-h', links: ['id'] },
    })
    await update()
    await stays()
    expect((await login('bo', 'ls -d / && echo mine >~/note && cat ~/note')).out).toBe('/\nmine')
    expect(await root('u1', 'ls /etc/sudoers.d')).not.toContain('howdah-user-bo')
    expect(await login('ana', 'id -un')).toMatchObject({ code: 0, out: 'ana' })
    for (const attempt of ['ls', 'mine', 'bin.before/mine'])
      expect((await login('ana', attempt)).code).not.toBe(0)
    expect(await root('u1', 'ls -A /home/ana')).not.toContain('.bash_profile')
  })

  it('a removed user leaves nothing: account, home, rules, sessions', async () => {
    const asleep = login('bo', 'touch /tmp/of-bo; sleep 300')
    await root('u1', 'for i in $(seq 100); do pgrep -u bo sleep && exit 0; sleep 0.1; done; exit 1')
    await write({ bo: { state: 'absent' }, ana: { state: 'absent' } })
    const { steps } = await plan()
    const going = steps.find(({ ref }) => ref === 'u1!user:bo')
    expect(going).toMatchObject({ action: 'remove' })
    expect(going?.reason).toMatch(/the home \/home\/bo with \d+ MB.*running processes/)
    await update()
    expect((await asleep).code).not.toBe(0)
    for (const host of HOSTS) {
      const left = await root(
        host,
        'getent passwd bo ana; getent group bo ana; ls -d /home/bo /home/ana /tmp/of-bo /etc/sudoers.d/howdah-user-* 2>/dev/null; grep -E "(^|[:,])(ana|bo)" /etc/group /etc/gshadow; exit 0',
      )
      expect(left).toBe('')
    }
    expect((await login('bo', 'true')).code).toBe(REFUSED)
    expect((await login('cy', 'sudo -n true')).code).toBe(0)
    await stays()
  })
})
