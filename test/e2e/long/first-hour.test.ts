import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseDocument } from 'yaml'
import { ensureLabPackages, labDown, labJdk8, labUp } from '../../../lab/index.ts'
import type { Plan } from '../../../provisioners/engine/types.ts'
import { silent } from '../../../provisioners/events.ts'
import { noLab, onHost, ROOT } from '../support.ts'

const LAB = 'firsthour'
const skip = noLab()

/**
 * A new user's first hour: the packed tarball, installed in a directory of its own, and the lines of README's tour. What
 * `howdah init` writes is used as it is, with the login added. Two sources of software are replaced, since tests run
 * without the internet: Apache's mirrors by Maven, and Adoptium's JDK 8 by the lab's. That cluster.yml without them
 * names a pinned JDK is test/services/jdk-builds.test.ts.
 */
describe.skipIf(skip)(`the first hour${skip ? ` (skipped: ${skip})` : ''}`, () => {
  let dir = ''
  let addresses: readonly string[] = []
  let user = ''

  /** Runs the installed command in the user's directory; the exit code must be this one. */
  const howdah = async (code: number, ...args: readonly string[]): Promise<string> =>
    (await both(code, ...args)).stdout

  const both = async (code: number, ...args: readonly string[]) => {
    const { exitCode, stdout, stderr } = await execa(join(dir, 'prefix/bin/howdah'), args, {
      ...{ cwd: join(dir, 'work'), reject: false, timeout: 1_500_000, input: '' },
      env: { NO_COLOR: '1', HOME: join(dir, 'home'), SSH_AUTH_SOCK: '' },
    })
    expect(exitCode, `howdah ${args.join(' ')}\n${stdout.slice(-4000)}\n${stderr.slice(-4000)}`).toBe(code)
    return { stdout, stderr }
  }

  beforeAll(async () => {
    await ensureLabPackages(silent)
    await labDown(LAB)
    const hosts = ['m1', 'w1', 'w2'].map((name) => ({ name, release: 'trixie' as const }))
    const lab = await labUp({ name: LAB, hosts })
    addresses = lab.hosts.map(({ address }) => address)
    user = lab.user
    dir = await mkdtemp(join(tmpdir(), 'howdah-first-hour-'))
    await mkdir(join(dir, 'work'))
    await mkdir(join(dir, 'home/.ssh'), { recursive: true, mode: 0o700 })
    await copyFile(lab.identityFile, join(dir, 'home/.ssh/id_ed25519'))
    await copyFile(lab.knownHosts, join(dir, 'home/.ssh/known_hosts'))
    const { stdout } = await execa('npm', ['pack', '--json', '--pack-destination', dir], { cwd: ROOT })
    const [{ filename }] = JSON.parse(stdout) as [{ filename: string }]
    await execa('npm', ['install', '--global', '--prefix', join(dir, 'prefix'), join(dir, filename)])
  })
  afterAll(async () => {
    await labDown(LAB)
    await rm(dir, { recursive: true, force: true })
  })

  const file = () => join(dir, 'work/cluster.yml')

  it('begins with init, whose file is valid with the login and nothing else', async () => {
    await writeFile(file(), await howdah(0, 'init', '--user', user, ...addresses))
    await howdah(0, 'validate')
    const spec = parseDocument(await readFile(file(), 'utf8'))
    spec.setIn(['ssh', 'identityFiles'], ['~/.ssh/id_ed25519'])
    await writeFile(file(), spec.toString())
    expect(await howdah(0, 'validate')).not.toMatch(/warning/i)
  })

  it('refuses a JDK of a package that Debian does not have, before anything changes', async () => {
    // The lists of a new host may be empty, and prove nothing then.
    for (const host of ['m1', 'w1', 'w2']) await onHost(LAB, host, 'apt-get -qq update')
    const spec = parseDocument(await readFile(file(), 'utf8'))
    spec.setIn(['artifacts', 'provider'], 'maven')
    spec.setIn(['java', 'jdks'], { 8: { package: 'openjdk-8-jdk-headless' } })
    await writeFile(join(dir, 'work/package.yml'), spec.toString())
    const { refusals } = JSON.parse(await howdah(13, 'plan', '--json', 'package.yml')) as Plan
    expect(new Set(refusals.map(({ message }) => message))).toEqual(
      new Set(['the package lists of this host do not have openjdk-8-jdk-headless']),
    )
    expect(refusals.every(({ found }) => /the lists have .*openjdk-\d+-jdk-headless/.test(found))).toBe(true)
    await howdah(13, 'bootstrap', '--yes', 'package.yml')
    expect(await onHost(LAB, 'w1', 'ls -d /opt/hadoop /etc/hadoop 2>/dev/null || echo none')).toBe('none')
  })

  it("ends in a verified cluster, by README's own lines", async () => {
    const jdk = await labJdk8(undefined, silent)
    const spec = parseDocument(await readFile(file(), 'utf8'))
    spec.setIn(['artifacts', 'provider'], 'maven')
    spec.setIn(['java', 'jdks'], { 8: { tarball: jdk.file, sha256: jdk.sha256 } })
    await writeFile(file(), spec.toString())
    await howdah(0, 'plan')
    await howdah(0, 'bootstrap', '--yes')
    expect((await both(0, 'bootstrap')).stderr).toContain('No changes')
    await howdah(0, 'status')
    await howdah(0, 'verify')
  })

  it('shows the rest of the cluster when the sshd of a worker has stopped', async () => {
    await onHost(
      LAB,
      'w2',
      'systemctl stop ssh.socket 2>/dev/null || :; nohup sh -c "sleep 2; systemctl stop ssh" >/dev/null 2>&1 &',
    )
    await new Promise((resolve) => setTimeout(resolve, 5000))
    const plan = JSON.parse(await howdah(15, 'plan', '--json')) as Plan
    expect(plan.unreachable?.map(({ host }) => host)).toEqual(['w2'])
    expect(plan.steps).toEqual([])
    expect(await howdah(15, 'status')).toMatch(/✗ connection to w2/)
    await howdah(0, 'lock', 'status')
    await howdah(0, 'store', 'audit')
    expect(await howdah(15, 'bootstrap', '--yes')).toContain('w2 is not in this plan')
  })
})
