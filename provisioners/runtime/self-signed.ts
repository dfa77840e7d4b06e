import { X509Certificate } from 'node:crypto'
import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { isIP } from 'node:net'
import { dirname } from 'node:path'
import { execa } from 'execa'
import type { Cluster } from '../config/types.ts'
import { appsOf } from '../config/types-apps.ts'
import { HowdahError } from '../errors.ts'
import { checkCertificate, parseCertificates } from '../services/apps/index.ts'
import { certificateOf, sqlServers } from '../services/result-store/index.ts'

/** Clients refuse certificates that are valid for more than 825 days. Authorities issue them for a year and a month. */
const DAYS = 397

/** A certificate that a server needs: its names and its files. */
interface Wanted {
  /** Names and addresses of the server, its own name first. */
  readonly names: readonly [string, ...string[]]
  readonly certificate: string
  readonly key: string
  /** Where the certificate before it is kept; absent: it is not kept. */
  readonly previous?: string
}

/** Makes the certificates that are missing, expire soon or have other names. Throws TLS_OPENSSL. */
export async function makeCertificates(cluster: Cluster): Promise<void> {
  for (const wanted of [...ofApps(cluster), ...ofDatabases(cluster)]) {
    if (!stillGood(wanted)) await make(wanted)
  }
}

const ofApps = (cluster: Cluster): Wanted[] =>
  appsOf(cluster.apps).flatMap(({ serverName, tls: { kind, certificate, key } }) =>
    kind === 'made' && key.kind === 'file' ? [{ names: [serverName], certificate, key: key.path }] : [],
  )

/** Most clients use the name of the host in cluster.yml. The address is for those that are configured with it. */
const ofDatabases = (cluster: Cluster): Wanted[] =>
  sqlServers(cluster).flatMap(({ server }) => {
    const made = certificateOf(cluster, server)
    if (made === undefined || server.kind !== 'host') return []
    const address = cluster.hosts.find(({ name }) => name === server.host)?.address
    const more = address === undefined || address === server.host ? [] : [address]
    return [{ ...made, key: made.key.path, names: [server.host, ...more] }]
  })

function stillGood({ names, certificate, key }: Wanted): boolean {
  if (!existsSync(certificate) || !existsSync(key)) return false
  const pem = readFileSync(certificate, 'utf8')
  const { faults, warnings } = checkCertificate(pem, readFileSync(key, 'utf8'), names[0], new Date())
  return faults.length === 0 && warnings.length === 0 && names.every((name) => isFor(pem, name))
}

function isFor(pem: string, name: string): boolean {
  const certificate = new X509Certificate(pem)
  const found =
    isIP(name) === 0 ? certificate.checkHost(name, { subject: 'never' }) : certificate.checkIP(name)
  return found !== undefined
}

const alternative = (name: string): string => `${isIP(name) === 0 ? 'DNS' : 'IP'}:${name}`

/** The key is never an argument, and lies in a directory that is closed before it is there. */
async function make({ names, certificate, key, previous }: Wanted): Promise<void> {
  const [name] = names
  mkdirSync(dirname(key), { recursive: true, mode: 0o700 })
  const part = `.${process.pid}.part`
  try {
    await execa('openssl', [
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-sha256'],
      ...['-days', String(DAYS), '-subj', `/CN=${name.slice(0, 64)}`],
      ...['-addext', `subjectAltName=${names.map(alternative).join(',')}`],
      ...['-addext', 'extendedKeyUsage=serverAuth'],
      ...['-keyout', `${key}${part}`, '-out', `${certificate}${part}`],
    ])
    if (previous !== undefined && canBeRead(certificate)) copyFileSync(certificate, previous)
    renameSync(`${key}${part}`, key)
    renameSync(`${certificate}${part}`, certificate)
  } catch (cause) {
    throw new HowdahError({
      code: 'TLS_OPENSSL',
      exit: 'configuration',
      message: `no certificate could be made for ${name}: ${said(cause)}`,
      where: certificate,
      expected: 'openssl 1.1.1 or later on this machine',
      next: `openssl version, or ${previous === undefined ? 'give apps a certificate with its key' : 'leave out `tls: required` of the database server'}`,
      cause,
    })
  } finally {
    for (const path of [key, certificate]) rmSync(`${path}${part}`, { force: true })
  }
}

const canBeRead = (path: string): boolean =>
  existsSync(path) && parseCertificates(readFileSync(path, 'utf8')) !== undefined

function said(cause: unknown): string {
  const { stderr, code } = cause as { stderr?: string; code?: string }
  if (code === 'ENOENT') return 'there is no openssl on this machine'
  return stderr?.trim().split('\n').at(-1) ?? String(cause)
}
