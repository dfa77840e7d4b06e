import { describe, expect, it } from 'vitest'
import { coreTypes, createRegistry, makePlan } from '../../../provisioners/engine/index.ts'
import type { Unit } from '../../../provisioners/engine/types.ts'
import type { AppHook } from '../../../provisioners/services/apps/hook.ts'
import { appHealthChecks, appPortClashes } from '../../../provisioners/services/apps/index.ts'
import { componentTypes, desire, healthChecks } from '../../../provisioners/services/index.ts'
import { clusterOf } from '../a-context.ts'
import { APPS, appsContext, contentOf, LARGE, onHost, SECRET, SMALL, settingsOf } from './context.ts'

const PROXY = '/etc/nginx/conf.d/howdah.conf'
const registry = createRegistry([...coreTypes, ...componentTypes])

describe('applications', () => {
  it.each([
    ['on hosts of their own', LARGE, ['api1', 'api2', 'ins1']],
    ['all on the master', SMALL, ['one']],
  ])('%s: make a plan that holds together', (_, text, hosts) => {
    const desired = desire(appsContext(`${text}${APPS}`))
    const plan = makePlan({ cluster: 'x', desired, observed: {}, registry })
    expect(
      new Set(
        plan.steps
          .filter((step) => step.component === 'apps' && !step.host.startsWith('sql:'))
          .map(({ host }) => host),
      ),
    ).toEqual(new Set(hosts))
  })

  it('both are installed by hooks on one host, and share the directory of hooks', () => {
    const apps = APPS.replace('package: insights', 'hook: {script: hook.sh}')
    const desired = desire(appsContext(`${SMALL}${apps}`))
    const plan = makePlan({ cluster: 'x', desired, observed: {}, registry })
    expect(plan.steps.map(({ ref }) => ref)).toEqual(
      expect.arrayContaining([
        'one!app-hook:api',
        'one!app-hook:insights',
        'one!directory:/usr/local/lib/howdah/apps',
      ]),
    )
  })

  it('a host with only an application has no resources of Hadoop and no Java', () => {
    const ids = (desire(appsContext(`${LARGE}${APPS}`)).api1 ?? []).map(({ component }) => component)
    expect(new Set(ids)).toEqual(new Set(['system', 'firewall', 'apps']))
  })

  it('without the section, hosts with the role do not change, and there is a warning', () => {
    const context = appsContext(LARGE)
    expect(onHost(context, 'api1')).toEqual([])
    expect(context.cluster.warnings.join('\n')).toMatch(/api1 has the role api, and there is no apps\.api/)
  })

  it('start after the accounts that they log in with, and restart when a file that they read has changed', () => {
    const unit = onHost(appsContext(`${LARGE}${APPS}`), 'api1').find(
      ({ id }) => id === 'unit:data-api',
    ) as Unit
    expect(unit.effective).toEqual([
      '/etc/howdah/apps/api.env',
      '/etc/howdah/apps/api.yml',
      '/etc/howdah/apps/api-result-store.json',
      '/usr/local/lib/howdah/apps/api-hook',
    ])
    expect(unit.after).toEqual(
      expect.arrayContaining([
        'sql:rs:3306!database-user:api',
        'sql:rs:3306!database-user:analytics_api',
        'app-hook:api',
      ]),
    )
  })

  it('get their address from a file that their hook and their unit read', () => {
    const moved = APPS.replace('unit: data-api', 'unit: data-api, port: 8101, upstreams: all')
    const context = appsContext(`${LARGE}${moved}`)
    expect(contentOf(context, 'api1', '/etc/howdah/apps/api.env')).toContain(
      'HOWDAH_LISTEN=0.0.0.0\nHOWDAH_PORT=8101\n',
    )
    const hook = onHost(context, 'api1').find(({ id }) => id === 'app-hook:api') as AppHook
    expect(hook.reads).toContain('/etc/howdah/apps/api.env')
  })

  it('no secret is in a file that others can read, or that a plan shows', () => {
    for (const text of [LARGE, SMALL]) {
      const all = Object.values(desire(appsContext(`${text}${APPS}`))).flat()
      const open = all.filter((one) => one.component === 'apps' && !('sensitive' in one && one.sensitive))
      const said = JSON.stringify(open)
      for (const secret of [JSON.stringify(SECRET).slice(1, -1), 'KEY-API', 'KEY-INSIGHTS']) {
        expect(said).not.toContain(secret)
      }
      const closed = all.filter((one) => one.component === 'apps' && 'sensitive' in one && one.sensitive)
      expect(closed.length).toBeGreaterThan(3)
      for (const one of closed)
        expect(one).toMatchObject({ owner: 'root', mode: expect.stringMatching(/^06[04]0$/) })
    }
  })
})

describe('settings', () => {
  it('of the Data API: both databases, and the token, with any characters in a password', () => {
    const { DATABASES, ...rest } = settingsOf(appsContext(`${LARGE}${APPS}`), 'api1', 'api')
    expect(DATABASES).toEqual({
      default: expect.objectContaining({ NAME: 'analytics_api', USER: 'analytics_api', PASSWORD: SECRET }),
      reports: {
        ...{ ENGINE: 'django.db.backends.mysql', NAME: 'reports', USER: 'api' },
        ...{ PASSWORD: SECRET, HOST: 'rs', PORT: '3306' },
      },
    })
    expect(rest).toMatchObject({ ANALYTICS_DATABASE: 'reports', API_AUTH_TOKEN: SECRET, SECRET_KEY: SECRET })
  })

  it('of Insights: the address of the Data API, and its certificate', () => {
    const made = APPS.replace('{certificate: api.pem, key: {file: api.key}}', '{selfSigned: true}')
    expect(settingsOf(appsContext(`${LARGE}${made}`), 'ins1', 'insights')).toMatchObject({
      DATA_API_URL: 'https://api.example.org/api/v0',
      DATA_API_AUTH_TOKEN: SECRET,
      DATA_API_CA: '/etc/howdah/apps/insights-api-ca.pem',
    })
    // The host's own authorities verify a certificate that the operator supplies.
    expect(settingsOf(appsContext(`${LARGE}${APPS}`), 'ins1', 'insights')).not.toHaveProperty('DATA_API_CA')
  })

  it('only an application that reads results gets the account for that', () => {
    const file = (text: string) =>
      JSON.parse(contentOf(appsContext(text), 'ins1', '/etc/howdah/apps/insights-result-store.json'))
    expect(file(`${LARGE}${APPS}`)).toEqual({
      ...{ host: 'rs', port: 3306, username: 'api', password: SECRET, database: 'reports' },
    })
    const without = APPS.replace('package: insights', 'readsResults: false')
    expect(() => file(`${LARGE}${without}`)).toThrow('has no')
    expect(settingsOf(appsContext(`${LARGE}${without}`), 'ins1', 'insights').DATABASES).not.toHaveProperty(
      'reports',
    )
  })

  const TLS = 'resultStore: {tls: required}\n'
  const AUTHORITY = '/etc/howdah/apps/api-result-store-ca.pem'
  const proved = (own?: string) => ({
    authorities: { 'sql:rs:3306': { trusted: 'CERT-STORE\n', ...(own && { own }) } },
  })

  it('of a store that requires TLS name the certificate that it is verified with', () => {
    const context = appsContext(`${LARGE}${TLS}${APPS}`, proved('CERT-STORE\n'))
    const options = { ssl_mode: 'VERIFY_IDENTITY', ssl: { ca: AUTHORITY } }
    const { DATABASES } = settingsOf(context, 'api1', 'api')
    expect(DATABASES).toMatchObject({ default: { OPTIONS: options }, reports: { OPTIONS: options } })
    expect(contentOf(context, 'api1', AUTHORITY)).toBe('CERT-STORE\n')
    const json = contentOf(context, 'api1', '/etc/howdah/apps/api-result-store.json')
    expect(JSON.parse(json)).toMatchObject({ tls: 'required', ca: AUTHORITY })
    // A new certificate restarts it.
    const unit = onHost(context, 'api1').find(({ id }) => id === 'unit:data-api')
    expect((unit as unknown as Unit).effective).toContain(AUTHORITY)
  })

  it('of an external store verify its certificate if there is an authority, and otherwise only require TLS', () => {
    const store = (more: string) =>
      `resultStore: {external: {address: db.example.org, ${more}, admin: {user: root, password: {env: A}}}}\n`
    const large = LARGE.replace(', roles: [result-store]', ', roles: [client]')
    const by = { authorities: { 'sql:db.example.org:3306': { trusted: 'BUNDLE\n' } } }
    const withCa = appsContext(`${large}${store('ca: ca.pem')}${APPS}`, by)
    expect(contentOf(withCa, 'api1', AUTHORITY)).toBe('BUNDLE\n')
    expect(settingsOf(withCa, 'api1', 'api').DATABASES).toMatchObject({
      reports: { HOST: 'db.example.org', OPTIONS: { ssl_mode: 'VERIFY_IDENTITY', ssl: { ca: AUTHORITY } } },
    })
    const without = appsContext(`${large}${store('tls: required')}${APPS}`)
    expect(settingsOf(without, 'api1', 'api').DATABASES).toMatchObject({
      reports: { OPTIONS: { ssl_mode: 'REQUIRED' } },
    })
    expect(() => contentOf(without, 'api1', AUTHORITY)).toThrow('has no')
  })

  it('the pipeline cannot access the databases of applications', () => {
    const pipeline = (desire(appsContext(`${LARGE}${APPS}`))['sql:rs:3306'] ?? []).find(
      ({ id }) => id === 'database-user:pipeline',
    )
    expect(pipeline).toMatchObject({
      grants: expect.arrayContaining([
        { privileges: ['SHOW VIEW'], on: 'analytics_api' },
        { privileges: ['SHOW VIEW'], on: 'dashboard' },
      ]),
    })
  })
})

describe('the proxy', () => {
  it('serves the application of its own host, or balances between all hosts', () => {
    const own = contentOf(appsContext(`${LARGE}${APPS}`), 'api1', PROXY)
    expect(own.match(/^ {4}server .*$/gm)).toEqual([
      '    server 127.0.0.1:8100 max_fails=3 fail_timeout=10s;',
    ])
    const all = contentOf(
      appsContext(`${LARGE}${APPS.replace('unit: data-api', 'upstreams: all')}`),
      'api2',
      PROXY,
    )
    expect(all.match(/^ {4}server .*$/gm)).toEqual([
      '    server 10.0.0.31:8100 max_fails=3 fail_timeout=10s;',
      '    server 127.0.0.1:8100 max_fails=3 fail_timeout=10s;',
    ])
  })

  it('serves both applications of a host, each with its own certificate', () => {
    const conf = contentOf(appsContext(`${SMALL}${APPS}`), 'one', PROXY)
    for (const name of ['api', 'insights']) {
      expect(conf).toContain(
        `server_name ${name}.example.org;\n    server_tokens off;\n    ssl_certificate /etc/howdah/tls/${name}.crt;`,
      )
    }
  })

  it('sends HSTS only if cluster.yml sets it', () => {
    const conf = (apps: string) => contentOf(appsContext(`${LARGE}${apps}`), 'api1', PROXY)
    expect(conf(APPS)).not.toContain('Strict-Transport-Security')
    expect(conf(APPS.replace('unit: data-api', 'hsts: 31536000'))).toContain('"max-age=31536000" always')
  })

  it('and the application behind it are checked by name, on each host', () => {
    const context = appsContext(`${LARGE}${APPS}`)
    const names = appHealthChecks(context).map(({ name }) => name)
    expect(names).toEqual([
      'api-proxy api1',
      'api api1',
      'api-proxy api2',
      'api api2',
      'insights-proxy ins1',
      'insights ins1',
    ])
    expect(healthChecks(context).map(({ name }) => name)).toEqual(expect.arrayContaining(names))
  })

  it('and its application cannot use a port of a daemon on their host', () => {
    expect(appPortClashes(clusterOf(`${SMALL}${APPS}`))).toEqual([])
    const [clash, ...rest] = appPortClashes(
      clusterOf(`${SMALL}${APPS.replace('unit: data-api', 'port: 8088')}`),
    )
    expect(clash?.details).toMatchObject({
      code: 'APPS_PORT_TAKEN',
      message: 'port 8088 of one is used by apps.api and by the web page of the ResourceManager',
      where: expect.stringMatching(/^\/cfg\/cluster\.yml:\d+:\d+$/),
    })
    expect(rest).toEqual([])
    // On a host without daemons it may have any port.
    expect(appPortClashes(clusterOf(`${LARGE}${APPS.replace('unit: data-api', 'port: 8088')}`))).toEqual([])
  })
})
