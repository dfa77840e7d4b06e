import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { ensureLabPackages, labDown, labJdk8, labUp } from '../../lab/index.ts'
import type { Lab } from '../../lab/types.ts'
import type { Plan } from '../../provisioners/engine/types.ts'
import { silent } from '../../provisioners/events.ts'
import { type StandIn, withStandIn } from '../stacks/stand-in/server.ts'
import type { Fields } from '../stacks/stand-in/values.ts'
import { noLab, onHost, ROOT } from './support.ts'

const LAB = 'ground'
const skip = noLab()
/** Hosts of the lab by the names of the instances that they stand for. */
const HOSTS: Readonly<Record<string, string>> = {
  'insights-master': 'm1',
  'insights-worker-1': 'w1',
  'insights-worker-2': 'w2',
  'insights-result-store': 'rs1',
  'insights-scheduler': 's1',
}

/** What an operator writes: the ground and how to log in. Hosts are Terraform's to know. */
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
 * The whole way of the ground, with AWS alone played by a stand-in: Terraform applies the stacks, its outputs become
 * hosts, and the hosts are real ones, so that what `plan` then says was read from them.
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
    dir = await mkdtemp(join(tmpdir(), 'howdah-ground-'))
    await copyFile(join(ROOT, 'examples/operator.pub'), join(dir, 'operator.pub'))
    await writeFile(join(dir, 'cluster.yml'), clusterYml(lab, jdk))
    // What the mount script of user_data does on EC2: /data/1 is a volume of its own.
    for (const host of Object.values(HOSTS))
      await onHost(LAB, host, 'mkdir -p /data/1 && mount -t tmpfs volume /data/1')
  })
  afterAll(async () => {
    await labDown(LAB)
    await rm(dir, { recursive: true, force: true })
  })

  /** The instances that the stacks make are the hosts of the lab. */
  const address = ({ tags }: Fields): Fields => {
    const name = (tags as Readonly<Record<string, string>> | undefined)?.Name ?? ''
    const found = lab.hosts.find((host) => host.name === HOSTS[name])?.address
    // An address that is not the lab's must never be reached out to.
    if (found === undefined) throw new Error(`no host of the lab stands for ${name}`)
    return { private_ip: found }
  }

  const type = async (standIn: StandIn, code: number, ...words: readonly string[]): Promise<string> => {
    const { exitCode, stdout, stderr } = await execa(join(ROOT, 'bin/howdah'), words, {
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
      // Without hosts there is nothing to bootstrap, and the error says what to do.
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
})
