import { describe, expect, it } from 'vitest'
import { BASE, parse, problemsOf } from './support.ts'

const HOSTS = `${BASE}  - {name: rs1, address: 10.0.0.31, roles: [result-store]}
  - {name: api1, address: 10.0.0.41, roles: [api]}
  - {name: ins1, address: 10.0.0.42, roles: [insights]}
`
const BOTH = HOSTS.replace('[api]', '[api, insights]').replace(/.*ins1.*\n/, '')
const api = (more = ''): string => `  api: {serverName: api.example.org, tls: {selfSigned: true}${more}}\n`
const insights = (more = ''): string =>
  `  insights: {serverName: insights.example.org, tls: {selfSigned: true}${more}}\n`
const codesOf = (text: string): string[] => problemsOf(text).codes.map((code) => code.split(' ')[0] ?? '')

describe('apps', () => {
  it('are resolved with every default', () => {
    const cluster = parse(`${HOSTS}apps:\n${api()}${insights()}`)
    expect(cluster.apps).toEqual({
      apiUrl: 'https://api.example.org/api/v0',
      token: { kind: 'generate', name: 'api-token' },
      api: {
        ...{ name: 'api', serverName: 'api.example.org', port: 8100, healthPath: '/health/', hstsSeconds: 0 },
        ...{ upstreams: 'own', account: 'analytics_api', readsResults: true },
        tls: {
          kind: 'made',
          certificate: '/srv/site/.howdah/insights/tls/api.crt',
          key: { kind: 'file', path: '/srv/site/.howdah/insights/tls/api.key' },
        },
        database: {
          name: 'analytics_api',
          account: { user: 'analytics_api', password: { kind: 'generate', name: 'api-database' } },
        },
        secretKey: { kind: 'generate', name: 'api-secret-key' },
      },
      insights: expect.objectContaining({ port: 8110, account: 'insights', readsResults: true }),
    })
    expect(cluster.warnings.join('\n')).toMatch(/api\.example\.org is self-signed/)
  })

  it('a certificate and a hook are beside cluster.yml', () => {
    const text = `${HOSTS}apps:
  api: {serverName: api.example.org, tls: {certificate: tls/api.pem, key: {file: tls/api.key}}, hook: {script: ./install.sh}}
`
    expect(parse(text).apps?.api).toMatchObject({
      tls: { kind: 'given', certificate: '/srv/site/tls/api.pem', key: { path: '/srv/site/tls/api.key' } },
      hook: { script: '/srv/site/install.sh', timeoutSeconds: 1800 },
    })
  })

  it('without a host are left out with a warning, and without a result store have no database', () => {
    const { apps, warnings } = parse(`${BASE}apps:\n${api()}`)
    expect(apps).toBeUndefined()
    expect(warnings.join('\n')).toContain('no host has the role api, so nothing of apps.api is installed')
    const bare = parse(`${HOSTS.replace(/.*rs1.*\n/, '')}apps:\n${api()}`).apps?.api
    expect(bare?.readsResults).toBe(false)
    expect(bare).not.toHaveProperty('database')
  })

  it('Insights may use an external Data API', () => {
    const text = `${HOSTS}apps:\n${insights(', apiUrl: "https://data.example.org/api/v1"')}`
    expect(parse(text).apps?.apiUrl).toBe('https://data.example.org/api/v1')
  })

  it.each([
    ['no certificate', `${HOSTS}apps:\n${api().replace('selfSigned: true', '')}`, ['SPEC_APP_TLS']],
    [
      'a certificate without a key',
      `${HOSTS}apps:\n${api().replace('selfSigned: true', 'certificate: a.pem')}`,
      ['SPEC_APP_TLS'],
    ],
    [
      'two certificates',
      `${HOSTS}apps:\n${api().replace('selfSigned: true', 'selfSigned: true, certificate: a, key: {file: b}')}`,
      ['SPEC_APP_TLS'],
    ],
    [
      'a key in the file itself',
      `${HOSTS}apps:\n${api().replace('selfSigned: true', 'certificate: a, key: xyz')}`,
      ['SPEC_PLAIN_PASSWORD'],
    ],
    ['hsts with a certificate that nobody trusts', `${HOSTS}apps:\n${api(', hsts: 60')}`, ['SPEC_APP_HSTS']],
    ['the port of the proxy', `${HOSTS}apps:\n${api(', port: 443')}`, ['SPEC_APP_PORT']],
    [
      'the port of the database beside it',
      `${HOSTS.replace('[api]', '[api, lms-database]')}apps:\n${api(', port: 3306')}`,
      ['SPEC_APP_PORT'],
    ],
    [
      'one port for two applications on a host',
      `${BOTH}apps:\n${api(', port: 8110')}${insights()}`,
      ['SPEC_APP_CLASH'],
    ],
    [
      'one account for two applications on a host',
      `${BOTH}apps:\n${api(', account: insights')}${insights()}`,
      ['SPEC_APP_CLASH'],
    ],
    [
      'one name for two applications',
      `${HOSTS}apps:\n${api()}${insights().replace('insights.ex', 'api.ex')}`,
      ['SPEC_APP_CLASH'],
    ],
    [
      'one database for two applications',
      `${HOSTS}apps:\n${api(', database: {name: dashboard}')}${insights()}`,
      ['SPEC_APP_CLASH'],
    ],
    [
      'the database of the results as its own',
      `${HOSTS}apps:\n${api(', database: {name: reports}')}`,
      ['SPEC_APP_CLASH'],
    ],
    [
      "the pipeline's account as its own",
      `${HOSTS}apps:\n${api(', database: {user: pipeline}')}`,
      ['SPEC_APP_CLASH'],
    ],
    [
      'results without a store',
      `${HOSTS.replace(/.*rs1.*\n/, '')}apps:\n${api(', readsResults: true')}`,
      ['SPEC_APP_NO_STORE'],
    ],
    ['Insights without a Data API', `${HOSTS}apps:\n${insights()}`, ['SPEC_APP_NO_API']],
    [
      'an account that is also a user',
      `${HOSTS}apps:\n${api(', account: ana')}users: [{name: ana, authorizedKeys: []}]\n`,
      ['SPEC_APP_CLASH'],
    ],
  ])('refuse %s', (_, text, codes) => {
    expect(codesOf(text)).toEqual(codes)
  })
})
