import { mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, it } from 'vitest'
import { expectExit, onHost, planOf, variant } from '../support.ts'

interface Place {
  readonly lab: string
  file: string
}

interface Spec {
  hosts: { name: string; address: string; roles: string[]; ssh?: { user?: string } }[]
  ssh: Record<string, unknown>
  java: { jdks: Record<string, unknown> }
}

const steps = async (file: string): Promise<string[]> => (await planOf(file)).steps.map(({ ref }) => ref)

/** Bootstraps with a fault on a host. It must be refused with exit 13, and must change nothing. Returns the error. */
async function refused(place: Place, host: string, fault: string, repair: string): Promise<string> {
  const before = await steps(place.file)
  await onHost(place.lab, host, fault)
  try {
    const { err } = await expectExit(13, ['bootstrap', '--yes', place.file])
    return err
  } finally {
    await onHost(place.lab, host, repair)
    expect(await steps(place.file)).toEqual(before)
  }
}

/** Input that must be refused before anything is changed. Runs on bare hosts. */
export function badInputTests(place: Place): void {
  it('an unreachable host: exit 11, with its address, before anything is changed', async () => {
    const file = await variant(place.file, 'unreachable', (spec) => {
      const { hosts, ssh } = spec as unknown as Spec
      const [first] = hosts
      hosts.push({
        name: 'w9',
        address: (first?.address ?? '').replace(/\d+$/, '250'),
        roles: ['hiveserver2'],
      })
      ssh.connectTimeout = 3
    })
    const { err } = await expectExit(11, ['bootstrap', '--yes', file])
    expect(err).toMatch(/w9/)
    expect(err).toMatch(/\.250/)
  })

  it('sudo with a wrong password: exit 12; with the right one the plan is the same', async () => {
    const wrong = join(await mkdtemp(join(tmpdir(), 'howdah-e2e-')), 'wrong')
    await writeFile(wrong, 'certainly-not-it\n', { mode: 0o600 })
    const as = (password: string) =>
      variant(place.file, 'sudo-password', (spec) => {
        const { ssh, hosts } = spec as unknown as Spec
        Object.assign(ssh, { user: 'opspw', sudoPassword: { file: password } })
        for (const host of hosts) delete host.ssh
      })
    const { err } = await expectExit(12, ['bootstrap', '--yes', await as(wrong)])
    expect(err).toContain('SUDO_PASSWORD_WRONG')
    expect(err).not.toContain('certainly-not-it')
    const right = await as(join(dirname(place.file), 'opspw.password'))
    // The other login gets an HDFS home too. Everything else is equal.
    const plain = (refs: readonly string[]) => refs.filter((ref) => !ref.includes('/user/opspw'))
    expect(plain(await steps(right))).toEqual(await steps(place.file))
  })

  it('a changed host key: exit 12, both fingerprints and the repair', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'howdah-e2e-'))
    const file = await variant(place.file, 'host-key', (spec) => {
      const { hosts, ssh } = spec as unknown as Spec
      const [first] = hosts
      // A well-formed ed25519 key that no host has.
      const key = Buffer.concat([
        Buffer.from([0, 0, 0, 11]),
        Buffer.from('ssh-ed25519'),
        Buffer.from([0, 0, 0, 32]),
        Buffer.alloc(32, 7),
      ])
      ssh.knownHosts = [join(dir, 'known_hosts')]
      ssh.hostKeys = 'strict'
      void writeFile(join(dir, 'known_hosts'), `${first?.address} ssh-ed25519 ${key.toString('base64')}\n`)
    })
    const { err } = await expectExit(12, ['plan', file])
    expect(err).toContain('SSH_HOST_KEY_CHANGED')
    expect(err.match(/SHA256:/g)?.length).toBeGreaterThanOrEqual(2)
    expect(err).toMatch(/ssh-keygen .*-R/)
  })

  it('no Java at the path in cluster.yml: exit 13', async () => {
    const file = await variant(place.file, 'no-java', (spec) => {
      ;(spec as unknown as Spec).java.jdks = { '8': { path: '/usr/lib/jvm/none' } }
    })
    const { err } = await expectExit(13, ['bootstrap', '--yes', file])
    expect(err).toContain('/usr/lib/jvm/none')
  })

  it('a busy port 8020: exit 13, with the process that holds it', async () => {
    const err = await refused(
      place,
      'm1',
      'systemd-run -q --unit=thief systemd-socket-activate -l 8020 cat; until ss -ltn | grep -q :8020; do :; done',
      'systemctl stop thief',
    )
    expect(err).toContain('8020')
  })

  it('a full disk: exit 13, with the figures', async () => {
    const err = await refused(
      place,
      'w1',
      'mkdir -p /opt; mount -t tmpfs -o size=20m none /opt',
      'umount /opt',
    )
    expect(err).toContain('/opt')
  })

  const version = (dir: string, id: string) =>
    `mkdir -p ${dir}/current; echo clusterID=${id} > ${dir}/current/VERSION`

  it('a NameNode directory with another clusterID: exit 13, both ids', async () => {
    const err = await refused(place, 'm1', version('/data/nn', 'CID-stranger'), 'rm -rf /data')
    expect(err).toContain('CID-stranger')
  })

  it('a DataNode directory with another clusterID: exit 13, both ids', async () => {
    const err = await refused(place, 'w2', version('/data/1/hdfs', 'CID-stranger'), 'rm -rf /data')
    expect(err).toContain('CID-stranger')
  })

  it('a DataNode with blocks of this cluster while the NameNode is empty: never formatted', async () => {
    const { cluster } = await planOf(place.file)
    const drawn = await readFile(join(dirname(place.file), '.howdah', cluster, 'cluster-id'), 'utf8')
    const clusterId = `CID-${drawn.split('\n')[0]}`
    const err = await refused(place, 'w2', version('/data/1/hdfs', clusterId), 'rm -rf /data')
    expect(err).toContain(`w2:/data/1/hdfs holds blocks of clusterID ${clusterId}`)
  })

  it('a name directory or a record of a format on any host: never formatted, with the place', async () => {
    const left = await refused(place, 'rs1', version('/data/nn', 'CID-former'), 'rm -rf /data')
    expect(left).toContain('rs1:/data/nn holds metadata of clusterID CID-former')
    const record = '/var/lib/howdah/hdfs-format.json'
    const fault = `mkdir -p /var/lib/howdah; echo '{"clusterId": "CID-former"}' >${record}`
    expect(await refused(place, 'w1', fault, 'rm -rf /var/lib/howdah')).toContain(`w1:${record}`)
  })

  it('a host with the mark of another cluster: exit 13, both names and how to adopt it', async () => {
    const fault = "mkdir -p /var/lib/howdah; printf 'id=42\\nname=theirs\\n' >/var/lib/howdah/cluster"
    const err = await refused(place, 'w2', fault, 'rm -rf /var/lib/howdah')
    expect(err).toContain('w2 belongs to theirs (id 42)')
    expect(err).toContain('howdah bootstrap --adopt w2')
  })
}
