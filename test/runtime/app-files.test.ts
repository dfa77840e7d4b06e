import { X509Certificate } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { parseCluster } from '../../provisioners/config/index.ts'
import type { Cluster } from '../../provisioners/config/types.ts'
import { HowdahErrors } from '../../provisioners/errors.ts'
import { appSecrets, readAppFiles } from '../../provisioners/runtime/app-files.ts'
import { Secrets } from '../../provisioners/runtime/secrets.ts'
import { makeCertificates } from '../../provisioners/runtime/self-signed.ts'
import { Redactor } from '../../provisioners/transport/index.ts'

const dir = mkdtempSync(join(tmpdir(), 'howdah-app-files-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))

const around = { home: dir, user: 'ana' }
const clusterOf = (apps: string, serverName = 'api.example.org'): Cluster =>
  parseCluster(
    `name: shop
hosts:
  - {name: m1, address: 10.0.0.1, roles: [master, worker, result-store, api, insights]}
apps:
  api: {serverName: ${serverName}, ${apps}}
`,
    join(dir, 'cluster.yml'),
    around,
  )

async function read(cluster: Cluster) {
  await makeCertificates(cluster)
  const redactor = new Redactor()
  const prompts = { confirm: async () => false, stdin: async () => '' }
  const secrets = new Secrets(cluster.stateDir, redactor, prompts)
  await secrets.load(appSecrets(cluster))
  return { files: readAppFiles(cluster, secrets), redactor }
}

const faultsOf = async (cluster: Cluster): Promise<readonly string[]> => {
  try {
    await read(cluster)
  } catch (error) {
    if (error instanceof HowdahErrors) return error.all.map(({ code, details }) => `${code} ${details.where}`)
    throw error
  }
  return []
}

const MADE = 'tls: {selfSigned: true}'

describe('a certificate that Howdah makes', () => {
  it('is made once, is not readable by others, and its key is a secret of the run', async () => {
    const cluster = clusterOf(MADE)
    const { files, redactor } = await read(cluster)
    const made = files?.certificates.api
    const certificate = new X509Certificate(made?.certificate ?? '')
    expect(certificate.checkHost('api.example.org', { subject: 'never' })).toBe('api.example.org')
    const key = join(cluster.stateDir, 'tls/api.key')
    expect(statSync(key).mode & 0o777).toBe(0o600)
    expect(redactor.redact(`the key ${readFileSync(key, 'utf8')}`)).not.toContain(
      readFileSync(key, 'utf8').split('\n')[1],
    )
    expect((await read(cluster)).files?.certificates.api).toEqual(made)
  })

  it('is made again for another name', async () => {
    const first = (await read(clusterOf(MADE))).files?.certificates.api?.certificate
    const second = (await read(clusterOf(MADE, 'data.example.org'))).files?.certificates.api?.certificate
    expect(second).not.toBe(first)
    expect(new X509Certificate(second ?? '').subjectAltName).toBe('DNS:data.example.org')
  })
})

describe('problems with files of this machine', () => {
  it('are reported together, each with its place', async () => {
    writeFileSync(join(dir, 'hook'), 'echo without a first line\n')
    const key = join(dir, 'a.key')
    writeFileSync(key, 'no key\n', { mode: 0o600 })
    const cluster = clusterOf(
      'port: 8088, tls: {certificate: none.pem, key: {file: a.key}}, hook: {script: hook}',
    )
    expect(await faultsOf(cluster)).toEqual([
      expect.stringMatching(/^APPS_PORT_TAKEN .*cluster\.yml:5:\d+$/),
      `TLS_CERTIFICATE_UNREADABLE ${join(dir, 'none.pem')}`,
      expect.stringMatching(/^APPS_HOOK_FORM .*cluster\.yml:5:\d+$/),
    ])
  })

  it('a key that others can read is refused', async () => {
    writeFileSync(join(dir, 'open.key'), 'x\n', { mode: 0o644 })
    const cluster = clusterOf('tls: {certificate: none.pem, key: {file: open.key}}')
    await expect(read(cluster)).rejects.toMatchObject({ code: 'SECRET_FILE_OPEN' })
  })
})
