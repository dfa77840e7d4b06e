import { chmod, copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { ensureLabPackages, labDown, labJdk8, labUp } from '../../../lab/index.ts'
import type { Lab } from '../../../lab/types.ts'
import type { Plan } from '../../../provisioners/engine/types.ts'
import { silent } from '../../../provisioners/events.ts'
import { synthesise } from '../../../stacks/synth.ts'
import { filledSeed, infrastructureOf, translated, VPC } from '../../emr/support.ts'
import { type StandIn, withStandIn } from '../../stacks/stand-in/server.ts'
import type { Fields } from '../../stacks/stand-in/values.ts'
import { HOWDAH } from '../../support/howdah.ts'
import { noLab, onHost, ROOT } from '../support.ts'

const LAB = 'infrastructure'
const skip = noLab()
/** Hosts of the lab, by the names of the instances that they replace. */
const HOSTS: Readonly<Record<string, string>> = {
  'insights-master': 'm1',
  'insights-worker-1': 'w1',
  'insights-worker-2': 'w2',
  'insights-result-store': 'rs1',
  'insights-scheduler': 's1',
}

/** The cluster.yml of an operator: the infrastructure and the login. Terraform adds the hosts. */
const clusterYml = (lab: Lab, jdk: { readonly file: string; readonly sha256: string }) =>
  stringify({
    name: 'insights',
    aws: {
      deployment: 'large-hadoop',
      region: 'eu-west-1',
      zones: ['eu-west-1a', 'eu-west-1b'],
      keyPair: { publicKeyFile: 'operator.pub', name: 'operators' },
      fleet: {
        sshUser: lab.user,
        master: { type: 'm7i.xlarge', dataVolumes: [{ size: 100 }] },
        workers: { type: 'm7i.xlarge', count: 2, dataVolumes: [{ size: 100 }] },
      },
      resultStore: { kind: 'host' },
      api: { domain: 'api.insights.example.org', hostedZone: 'insights.example.org' },
      insights: { domain: 'www.insights.example.org', hostedZone: 'insights.example.org' },
    },
    ssh: {
      identityFiles: [lab.identityFile],
      knownHosts: [lab.knownHosts],
      hostKeys: 'strict',
      agent: false,
      config: false,
    },
    java: { jdks: { 8: { tarball: jdk.file, sha256: jdk.sha256 } } },
    artifacts: { provider: 'maven' },
  })

/**
 * From infrastructure to hosts, with a stand-in only for AWS: Terraform applies the stacks, and its outputs become hosts.
 * The hosts are real, so `plan` reads their state.
 */
describe.skipIf(skip)(`from cdktf to a bootstrap plan${skip ? ` (skipped: ${skip})` : ''}`, () => {
  let dir = ''
  let lab: Lab

  beforeAll(async () => {
    await ensureLabPackages(silent)
    await labDown(LAB)
    lab = await labUp({
      name: LAB,
      hosts: Object.values(HOSTS).map((name) => ({ name, release: 'trixie' as const })),
    })
    const jdk = await labJdk8(undefined, silent)
    dir = await mkdtemp(join(tmpdir(), 'howdah-infrastructure-'))
    await copyFile(join(ROOT, 'examples/operator.pub'), join(dir, 'operator.pub'))
    await writeFile(join(dir, 'cluster.yml'), clusterYml(lab, jdk))
    // On EC2 the mount script of user_data does this: /data/1 is a separate volume.
    for (const host of Object.values(HOSTS))
      await onHost(LAB, host, 'mkdir -p /data/1 && mount -t tmpfs volume /data/1')
  })
  afterAll(async () => {
    await labDown(LAB)
    await rm(dir, { recursive: true, force: true })
  })

  /** Maps the instances of the stacks to the hosts of the lab. */
  const address = ({ tags }: Fields): Fields => {
    const name = (tags as Readonly<Record<string, string>> | undefined)?.Name ?? ''
    const found = lab.hosts.find((host) => host.name === HOSTS[name])?.address
    // Never connect to an address outside of the lab.
    if (found === undefined) throw new Error(`no host of the lab stands for ${name}`)
    return { private_ip: found }
  }

  const type = async (standIn: StandIn, code: number, ...words: readonly string[]): Promise<string> => {
    const { exitCode, stdout, stderr } = await execa(HOWDAH, words, {
      cwd: dir,
      reject: false,
      stdin: 'ignore',
      env: { ...standIn.env, NO_COLOR: '1' },
      timeout: 300_000,
    })
    expect(exitCode, `howdah ${words.join(' ')}\n${stdout.slice(-3000)}\n${stderr.slice(-3000)}`).toBe(code)
    return stdout
  }

  it('applies the stacks, writes the hosts into cluster.yml, and plans on them', () =>
    withStandIn({ overrides: { aws_instance: address } }, async (standIn) => {
      // Without hosts there is nothing to bootstrap, and the error has the next command.
      await type(standIn, 10, 'plan')
      await type(standIn, 0, 'synth')
      await standIn.serve(join(dir, 'cdktf.out/stacks/insights/cdk.tf.json'))
      await type(standIn, 0, 'apply', '--yes')
      await type(standIn, 0, 'inventory', '--from-terraform', '--write', '--yes', '--reach', 'direct')
      const text = await readFile(join(dir, 'cluster.yml'), 'utf8')
      for (const { address: where } of lab.hosts) expect(text).toContain(where)
      await type(standIn, 0, 'validate')

      const plan = JSON.parse(await type(standIn, 0, 'plan', '--json')) as Plan
      expect(plan.refusals).toEqual([])
      const hosts = new Set(plan.steps.map(({ ref }) => ref.slice(0, ref.indexOf('!'))))
      for (const host of Object.keys(HOSTS)) expect(hosts).toContain(host)
      expect(plan.steps.map(({ ref }) => ref)).toContain('insights-master!unit:yarn-resourcemanager')
      expect(plan.steps.map(({ ref }) => ref)).toContain('insights-worker-2!unit:hdfs-datanode')
    }))

  it("makes edX's cluster and its users with the old commands, and removes both", async () => {
    const alice = join(dir, 'alice')
    await execa('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', alice])
    const master = await playEmrMaster()
    const userInfo = (state: string): string =>
      filledSeed().replace(
        'user_info: []',
        `user_info: [{name: alice, type: admin, state: ${state}, authorized_keys: ["${pub}"]},
          {name: carol, type: admin, authorized_keys: ["${pub}"]}]`,
      )
    const pub = (await readFile(`${alice}.pub`, 'utf8')).trim()
    const overrides = { aws_emr_cluster: () => ({ master_public_dns: master.address }) }
    await withStandIn({ overrides }, async (standIn) => {
      const known = synthesise(infrastructureOf(translated(userInfo('present'))), {
        outdir: join(dir, 'known'),
      })
      await standIn.serve(...known.stacks.map((id) => join(known.outdir, 'stacks', id, 'cdk.tf.json')))
      const made = async (target: string, text: string): Promise<void> => {
        await writeFile(join(dir, 'legacy.yml'), text)
        const env = {
          ...{ ...standIn.env, NO_COLOR: '1', HOME: master.home, SSH_AUTH_SOCK: '' },
          ...{ EXTRA_VARS: `@${join(dir, 'legacy.yml')}`, VPC_ID: VPC.vpc.id, VPC_CIDR: VPC.vpc.cidr },
        }
        // The command of make, run in the directory of the legacy file, so that nothing is left in the checkout.
        const { stdout: dry } = await execa('make', ['-C', ROOT, '-n', target, 'YES=1'], { env })
        const words = /bin\/howdah (.*)$/m.exec(dry)?.[1]?.trim().split(/ +/) ?? []
        const { exitCode, stdout, stderr } = await execa(HOWDAH, words, {
          ...{ cwd: dir, reject: false, stdin: 'ignore', timeout: 300_000, env },
        })
        expect(
          exitCode,
          `make ${target}: howdah ${words.join(' ')}\n${stdout.slice(-3000)}\n${stderr.slice(-3000)}`,
        ).toBe(0)
      }
      const login = () =>
        execa('ssh', [...master.ssh, '-i', alice, `alice@${master.address}`, 'sudo -n id -un'], {
          reject: false,
          stdin: 'ignore',
        })

      await made('provision.emr', userInfo('present'))
      expect((await login()).stdout).toBe('root')
      const before = standIn.actions.length
      await made('users.update', userInfo('absent'))
      expect(standIn.actions.length).toBe(before)
      expect((await login()).exitCode).toBe(255)
      await made('terminate.emr', userInfo('absent'))
      expect(standIn.actions.slice(before).map(({ verb, type: kind }) => `${verb} ${kind}`)).toContain(
        'delete aws_emr_cluster',
      )
    })
  })

  /** A host of the lab like a master of EMR: with the user hadoop, who has all of sudo, and the operator's key. */
  async function playEmrMaster() {
    const address = lab.hosts.find(({ name }) => name === 's1')?.address ?? ''
    const home = join(dir, 'home')
    await mkdir(join(home, '.ssh'), { recursive: true, mode: 0o700 })
    await copyFile(lab.identityFile, join(home, '.ssh/id_ed25519'))
    await chmod(join(home, '.ssh/id_ed25519'), 0o600)
    const { stdout: key } = await execa('ssh-keygen', ['-y', '-f', lab.identityFile])
    await onHost(
      LAB,
      's1',
      `useradd -m -s /bin/bash hadoop
      install -d -m 0700 -o hadoop -g hadoop /home/hadoop/.ssh
      echo '${key}' >/home/hadoop/.ssh/authorized_keys
      chown hadoop /home/hadoop/.ssh/authorized_keys
      echo 'hadoop ALL=(ALL) NOPASSWD: ALL' >/etc/sudoers.d/hadoop`,
    )
    const options = ['BatchMode=yes', 'IdentitiesOnly=yes', `UserKnownHostsFile=${lab.knownHosts}`]
    return { address, home, ssh: ['-F', 'none', ...options.flatMap((option) => ['-o', option])] }
  }
})
