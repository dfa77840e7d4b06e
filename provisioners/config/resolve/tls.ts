import { isIP } from 'node:net'
import type { Path } from '../document/document.ts'
import type { DatabaseServer, DatabaseTls } from '../types.ts'
import { defined, localPath, type ResolveContext } from './context.ts'

type External = Extract<DatabaseServer, { kind: 'external' }>

interface TlsInput {
  readonly address: string
  readonly tls?: DatabaseTls | undefined
  readonly ca?: string | undefined
}

/** How connections to an external server are encrypted; `at` is the path of its section. */
export function resolveTls(
  { address, tls, ca }: TlsInput,
  at: Path,
  context: ResolveContext,
): Pick<External, 'tls' | 'ca'> {
  if (ca === undefined) return { tls: tls ?? 'preferred' }
  if (tls !== undefined && tls !== 'required') {
    context.problems.add({
      code: 'SPEC_TLS_AND_CA',
      path: [...at, 'tls'],
      message: `tls is ${tls}, and ca wants the server to prove who it is, which takes TLS`,
      found: tls,
      expected: 'required, or no ca',
      next: 'write `tls: required`, or leave it out',
    })
  }
  if (isIP(address) !== 0) {
    context.problems.add({
      code: 'SPEC_CA_NEEDS_NAME',
      path: [...at, 'address'],
      message: `the server is to prove by ca that it is ${address}, and certificates are made out to names`,
      found: address,
      expected: 'the name in its certificate',
      next: 'write the name as address, or leave out ca',
    })
  }
  context.problems.warn(
    [...at, 'ca'],
    'ca is asked for by connections of this machine and of the Data API and Insights; the JDBC drivers of Hive and Sqoop encrypt, and take any certificate',
  )
  return { tls: 'required', ca: localPath(ca, context) }
}

/** Two sections that name one server must have the same settings, since both use the same connections. */
export function checkSameTls(
  servers: Readonly<Record<string, DatabaseServer | undefined>>,
  context: ResolveContext,
): void {
  const seen = new Map<string, { readonly section: string; readonly server: External }>()
  for (const [section, server] of Object.entries(servers)) {
    if (server?.kind !== 'external') continue
    const place = `${server.address}:${server.port}`
    const first = seen.get(place)
    if (first === undefined) seen.set(place, { section, server })
    else if (first.server.tls !== server.tls || first.server.ca !== server.ca) {
      context.problems.add({
        code: 'SPEC_TWO_TLS',
        path: [section, 'external'],
        at: 'key',
        message: `${section} and ${first.section} are on the same server ${place}, and differ in tls or ca`,
        found: said(server),
        expected: said(first.server),
        next: 'write the same tls and ca in both sections',
      })
    }
  }
}

const said = (server: External): string =>
  Object.entries(defined({ tls: server.tls, ca: server.ca }))
    .map(([key, value]) => `${key}: ${value}`)
    .join(', ')
