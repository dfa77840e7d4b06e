import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { execa } from 'execa'
import { checkCertificate } from '../components/apps/index.ts'
import { HowdahError } from '../errors.ts'
import { type App, appsOf } from '../spec/apps-types.ts'
import type { Cluster } from '../spec/types.ts'

/** Clients refuse certificates that hold for longer than 825 days; a year and a month is what authorities give. */
const DAYS = 397

/** Certificates that Howdah makes, where there is none yet, or one that ends soon or has another name. Throws TLS_OPENSSL. */
export async function makeCertificates(cluster: Cluster): Promise<void> {
  for (const app of appsOf(cluster.apps)) {
    if (app.tls.kind === 'made' && !stillGood(app)) await make(app)
  }
}

const keyPath = ({ tls }: App): string => (tls.key.kind === 'file' ? tls.key.path : '')

function stillGood(app: App): boolean {
  const [certificate, key] = [app.tls.certificate, keyPath(app)]
  if (!existsSync(certificate) || !existsSync(key)) return false
  const read = (path: string): string => readFileSync(path, 'utf8')
  const { faults, warnings } = checkCertificate(read(certificate), read(key), app.serverName, new Date())
  return faults.length === 0 && warnings.length === 0
}

/** The key is never an argument, and lies in a directory that is closed before it is there. */
async function make(app: App): Promise<void> {
  const { certificate } = app.tls
  const key = keyPath(app)
  mkdirSync(dirname(key), { recursive: true, mode: 0o700 })
  const part = `.${process.pid}.part`
  try {
    await execa('openssl', [
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-sha256'],
      ...['-days', String(DAYS), '-subj', `/CN=${app.serverName.slice(0, 64)}`],
      ...['-addext', `subjectAltName=DNS:${app.serverName}`, '-addext', 'extendedKeyUsage=serverAuth'],
      ...['-keyout', `${key}${part}`, '-out', `${certificate}${part}`],
    ])
    renameSync(`${key}${part}`, key)
    renameSync(`${certificate}${part}`, certificate)
  } catch (cause) {
    throw new HowdahError({
      code: 'TLS_OPENSSL',
      exit: 'configuration',
      message: `no certificate could be made for ${app.serverName}: ${said(cause)}`,
      where: certificate,
      expected: 'openssl 1.1.1 or later on this machine',
      next: 'openssl version, or give apps a certificate with its key',
      cause,
    })
  } finally {
    for (const path of [key, certificate]) rmSync(`${path}${part}`, { force: true })
  }
}

function said(cause: unknown): string {
  const { stderr, code } = cause as { stderr?: string; code?: string }
  if (code === 'ENOENT') return 'there is no openssl on this machine'
  return stderr?.trim().split('\n').at(-1) ?? String(cause)
}
