import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { parse } from 'yaml'
import type { Resource } from '../../../provisioners/engine/types.ts'
import { desire } from '../../../provisioners/services/index.ts'
import type { ComponentContext } from '../../../provisioners/services/types.ts'
import { contextOf, FIVE, ONE } from '../a-context.ts'

export const APPS = `
apps:
  api: {serverName: api.example.org, tls: {certificate: api.pem, key: {file: api.key}}, unit: data-api, hook: {script: hook.sh}}
  insights: {serverName: insights.example.org, tls: {selfSigned: true}, package: insights}
`

/** Two hosts of the Data API and one of Insights, outside of the cluster. */
export const LARGE = FIVE.replace(
  'ssh: {user: ana}',
  `  - {name: 'api[1-2]', address: '10.0.0.[31-32]', roles: [api]}
  - {name: ins1, address: 10.0.0.41, roles: [insights]}
  - {name: sch1, address: 10.0.0.51, roles: [scheduler]}
ssh: {user: ana}`,
)

/** All on the master. */
export const SMALL = ONE.replace('result-store]', 'result-store, api, insights]')

/** A secret with characters that every file format must escape. */
export const SECRET = `pa'ss: "word" #\\ é`

export const appsContext = (text: string, more: Partial<ComponentContext> = {}): ComponentContext => ({
  ...contextOf(text),
  secret: () => SECRET,
  apps: {
    certificates: {
      api: { certificate: 'CERT-API\n', key: 'KEY-API\n' },
      insights: { certificate: 'CERT-INSIGHTS\n', key: 'KEY-INSIGHTS\n' },
    },
    hooks: { api: '#!/bin/sh\nexit 0\n', insights: '#!/bin/sh\nexit 0\n' },
    warnings: [],
  },
  ...more,
})

export const onHost = (context: ComponentContext, host: string): readonly Resource[] =>
  (desire(context)[host] ?? []).filter(({ component }) => component === 'apps')

export function contentOf(context: ComponentContext, host: string, path: string): string {
  const found = onHost(context, host).find(({ id }) => id === `file:${path}`)
  if (!found || !('content' in found)) throw new Error(`${host} has no ${path}`)
  return String(found.content)
}

export const settingsOf = (context: ComponentContext, host: string, name: string) =>
  parse(contentOf(context, host, `/etc/howdah/apps/${name}.yml`)) as Record<string, Record<string, object>>

/** Certificates made by openssl: an authority, and a certificate that it signs. */
export class Authority {
  readonly dir = mkdtempSync(join(tmpdir(), 'howdah-ca-'))
  readonly read = (name: string): string => readFileSync(join(this.dir, name), 'utf8')
  readonly openssl = (...args: readonly string[]) => execa('openssl', args, { cwd: this.dir })

  async make(): Promise<this> {
    await this.openssl(...REQUEST, '-x509', '-days', '90', '-keyout', 'ca.key', '-out', 'ca.pem')
    return this
  }

  async sign(name: string, host: string, days = 90): Promise<void> {
    await this.openssl(...REQUEST, '-keyout', `${name}.key`, '-out', `${name}.csr`)
    writeFileSync(join(this.dir, `${name}.ext`), `subjectAltName=DNS:${host}\n`)
    await this.openssl(
      ...['x509', '-req', '-in', `${name}.csr`, '-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial'],
      ...['-days', String(days), '-extfile', `${name}.ext`, '-out', `${name}.pem`],
    )
  }
}

const REQUEST = ['req', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-subj', '/CN=test']
