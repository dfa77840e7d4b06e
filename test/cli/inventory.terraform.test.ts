import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { loadCluster } from '../../provisioners/config/index.ts'
import { synthesise } from '../../stacks/synth.ts'
import { largeHadoop } from '../stacks/support/infrastructures.ts'
import { runWhole } from '../stacks/support/whole.ts'
import { HOWDAH } from '../support/howdah.ts'

interface Ran {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

let dir = ''
let printed = ''

const run = (args: readonly string[], stdin = ''): Promise<Ran> =>
  new Promise((done) => {
    const child = spawn(HOWDAH, args, {
      cwd: dir,
      env: { ...process.env, NO_COLOR: '1' },
      timeout: 60_000,
    })
    const texts = { out: '', err: '' }
    child.stdout.on('data', (data) => {
      texts.out += data
    })
    child.stderr.on('data', (data) => {
      texts.err += data
    })
    child.on('close', (code) => done({ code, ...texts }))
    child.stdin.end(stdin)
  })

describe('from Terraform to a cluster.yml', () => {
  beforeAll(async () => {
    const outdir = mkdtempSync(join(tmpdir(), 'howdah-inventory-'))
    try {
      const { api: _api, insights: _insights, ...hadoop } = largeHadoop
      synthesise({ ...hadoop, state: { kind: 'local' } }, { outdir })
      const { outputs } = await runWhole(outdir, { unlock: ['insights'] })
      const { howdah } = outputs.insights ?? {}
      printed = JSON.stringify({ howdah: { sensitive: false, value: howdah } })
    } finally {
      rmSync(outdir, { recursive: true })
    }
  }, 180_000)

  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'howdah-inventory-'))
    writeFileSync(join(dir, 'outputs.json'), printed)
    writeFileSync(join(dir, 'cluster.yml'), '# ours\nname: insights\nhdfs: {replication: 2}   # few\n')
  })

  const here = (name: string): string => join(dir, name)

  it('prints a fragment and touches nothing', async () => {
    const { code, out } = await run(['inventory', '--from-terraform', 'outputs.json'])
    expect(code).toBe(0)
    expect(out).toContain('- {name: insights-master, address: 10.20.')
    expect(out).toContain('roles: [client]}')
    expect(readFileSync(here('cluster.yml'), 'utf8')).not.toContain('hosts')
    expect(existsSync(here('.howdah'))).toBe(false)
  })

  it('writes nothing without consent, also not with --json', async () => {
    for (const more of [[], ['--json']]) {
      const { code, err } = await run(['inventory', '--from-terraform', 'outputs.json', '--write', ...more])
      expect(code).toBe(18)
      expect(err).toContain('+ insights-worker-3')
      expect(readFileSync(here('cluster.yml'), 'utf8')).not.toContain('hosts')
    }
  })

  it('writes a file that loads, and nothing the second time', async () => {
    const first = await run(['inventory', '--from-terraform', '-', '--write', '--yes'], printed)
    expect(first.err).toContain('+hosts:')
    expect(first.code).toBe(0)
    expect(first.out).toContain('howdah plan cluster.yml')
    const cluster = await loadCluster(here('cluster.yml'))
    expect(cluster.hosts.map((host) => host.name)).toEqual([
      'insights-master',
      'insights-worker-1',
      'insights-worker-2',
      'insights-worker-3',
      'insights-scheduler',
    ])
    expect(cluster.resultStore?.server).toMatchObject({
      kind: 'external',
      via: 'insights-master',
      port: 3306,
    })
    expect(statSync(cluster.ssh.sshConfigFile ?? '').mode & 0o777).toBe(0o600)
    const text = readFileSync(here('cluster.yml'), 'utf8')
    expect(text.startsWith('# ours\nname: insights\nhdfs: {replication: 2}   # few\n')).toBe(true)
    const second = await run(['inventory', 'cluster.yml', '--from-terraform', 'outputs.json', '--write'])
    expect([second.code, second.out]).toEqual([
      0,
      expect.stringContaining('cluster.yml agrees with Terraform'),
    ])
    expect(readFileSync(here('cluster.yml'), 'utf8')).toBe(text)
  })

  it('shows a missing host as removed', async () => {
    await run(['inventory', '--from-terraform', 'outputs.json', '--write', '--yes'])
    const fewer = JSON.parse(printed)
    fewer.howdah.value.hosts = fewer.howdah.value.hosts.filter(
      (host: { name: string }) => host.name !== 'insights-worker-2',
    )
    writeFileSync(here('outputs.json'), JSON.stringify(fewer))
    const { err } = await run(['inventory', '--from-terraform', 'outputs.json', '--write', '--yes'])
    expect(err).toContain('- insights-worker-2: Terraform no longer has this host')
    const cluster = await loadCluster(here('cluster.yml'))
    expect(cluster.hosts).toHaveLength(4)
  })

  it('with --json gives one document with all of it', async () => {
    const { out } = await run(['inventory', '--from-terraform', 'outputs.json', '--json'])
    const document = JSON.parse(out)
    expect(document).toMatchObject({ formatVersion: '1.0', name: 'insights', ssh: { transport: 'openssh' } })
    expect(document.hosts).toHaveLength(5)
    expect(document.sshConfig).toContain('ProxyCommand')
  })

  it('does not write a file that would not load, and reports its errors', async () => {
    writeFileSync(here('cluster.yml'), 'name: insights\nhdfs: {replication: 9}\n')
    const { code, err } = await run(['inventory', '--from-terraform', 'outputs.json', '--write', '--yes'])
    expect(code).toBe(10)
    expect(err).toMatch(/INVENTORY_WOULD_NOT_LOAD/)
    expect(err).toMatch(/replication/)
    expect(readFileSync(here('cluster.yml'), 'utf8')).not.toContain('hosts')
  })

  it.each([
    ['missing outputs', ['--from-terraform', 'nowhere.json'], 'INVENTORY_UNREADABLE'],
    ['invalid outputs', ['--from-terraform', 'empty.json'], 'INVENTORY_NOT_JSON'],
    [
      'a missing cluster.yml',
      ['none.yml', '--from-terraform', 'outputs.json', '--write'],
      'INVENTORY_NO_CLUSTER',
    ],
  ])('refuses %s', async (_what, args, code) => {
    writeFileSync(here('empty.json'), '')
    const ran = await run(['inventory', ...args])
    expect(ran.code).toBe(10)
    expect(ran.err).toContain(code)
  })

  afterAll(() => rmSync(dir, { recursive: true, force: true }))
})
