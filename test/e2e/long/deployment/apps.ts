import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { request } from 'node:https'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import type { Plan } from '../../../../provisioners/engine/types.ts'
import type { AppsStatus } from '../../../../provisioners/operations/apps/index.ts'
import { Authority } from '../../../services/apps/context.ts'
import { expectExit, howdah, onHost, planOf, variant } from '../../support.ts'
import {
  API,
  type AppsSpec,
  FAILING_HOOK,
  INSIGHTS,
  INSIGHTS_PACKAGE,
  NO_INSIGHTS_PACKAGE,
  writeApps,
} from './apps-hooks.ts'

export interface AppsPlace {
  readonly lab: string
  /** cluster.yml of a bootstrapped cluster with hosts api1 (api), ins1 (insights) and rs1 (result-store). */
  readonly file: string
  /** False where only the result store and the applications exist: then the tests do not run `howdah plan`. */
  readonly whole?: boolean
}

/** The Data API and Insights on hosts of their own, with real clients. */
export function appsTests({ lab, file, whole = true }: AppsPlace): void {
  describe('the Data API and Insights on hosts of their own', () => {
    let dir = ''
    let ours = ''
    let both: AppsSpec = {}
    let addresses: Record<string, string> = {}

    /** cluster.yml with these applications. */
    const withApps = (name: string, edit: (apps: AppsSpec) => void = () => undefined): Promise<string> =>
      variant(file, name, (spec) => {
        const apps = structuredClone(both)
        edit(apps)
        spec.apps = apps
      })

    const update = (spec = ours, code = 0) => expectExit(code, ['apps', 'update', '--yes', spec])
    const plan = async (spec = ours): Promise<Plan> =>
      JSON.parse((await expectExit(0, ['apps', 'plan', '--json', spec])).out) as Plan
    const health = async (code: number): Promise<Record<string, string>> => {
      const said = JSON.parse((await expectExit(code, ['apps', 'status', '--json', ours])).out) as AppsStatus
      return Object.fromEntries(said.checks.map(({ name, status, detail }) => [name, `${status}: ${detail}`]))
    }
    const certificate = (name: string): string =>
      join(dirname(file), '.howdah', clusterName(), 'tls', `${name}.crt`)
    const clusterName = (): string => (parse(readFileSync(file, 'utf8')) as { name: string }).name
    const hostOf = (name: string): string => addresses[name === API ? 'api1' : 'ins1'] ?? ''

    /** Runs curl, which trusts only one certificate. */
    async function curl(url: string, ca: string | undefined, ...more: readonly string[]) {
      const { hostname } = new URL(url)
      const target = hostOf(more.includes('--to-api') ? API : hostname)
      const { exitCode, stdout, stderr } = await execa(
        'curl',
        [
          ...['-sS', '--noproxy', '*', '--max-time', '20', '-o', '-', '-w', '\n%{http_code} %{redirect_url}'],
          ...['--resolve', `${hostname}:443:${target}`, '--resolve', `${hostname}:80:${target}`],
          ...[...(ca ? ['--cacert', ca] : []), ...more.filter((one) => one !== '--to-api'), url],
        ],
        { reject: false, timeout: 30_000 },
      )
      const [status = '', ...body] = stdout.split('\n').reverse()
      const [code, redirect] = status.split(' ')
      return { exit: exitCode, code: Number(code), redirect, body: body.reverse().join('\n'), stderr }
    }
    const api = (path: string, ...more: readonly string[]) =>
      curl(`https://${API}${path}`, certificate('api'), ...more)
    const CANNOT_TRUST = 60

    /** Waits until the application answers with this code, at most a minute. */
    async function until(code: number): Promise<void> {
      const end = Date.now() + 60_000
      for (;;) {
        const found = await api('/health/')
        if (found.code === code) return
        if (Date.now() > end) expect(found).toMatchObject({ code })
        await delay(300)
      }
    }

    beforeAll(async () => {
      dir = mkdtempSync(join(tmpdir(), 'howdah-apps-'))
      both = await writeApps(dir)
      await writeFile(join(dir, 'failing-hook.sh'), FAILING_HOOK)
      const spec = parse(readFileSync(file, 'utf8')) as { hosts: { name: string; address: string }[] }
      addresses = Object.fromEntries(spec.hosts.map(({ name, address }) => [name, address]))
      ours = await withApps('with-apps')
      await onHost(
        lab,
        'rs1',
        `mariadb -e "CREATE OR REPLACE TABLE reports.apps_e2e (course_id VARCHAR(99), learners INT);
         INSERT INTO reports.apps_e2e VALUES ('edX/Apps/2026', 42), ('edX/TLS/2026', 7)"`,
      )
      // bootstrap writes the names of the applications into /etc/hosts of every host.
      if (whole) await expectExit(0, ['bootstrap', '--yes', '--verify', 'none', ours])
    })
    afterAll(async () => {
      rmSync(dir, { recursive: true, force: true })
      await onHost(lab, 'rs1', 'mariadb -e "DROP TABLE IF EXISTS reports.apps_e2e"')
      if (whole) await expectExit(0, ['bootstrap', '--yes', '--verify', 'none', file])
    })

    it('are installed by one command, and a second run changes nothing', async () => {
      await update()
      expect((await plan()).steps).toEqual([])
      if (whole) expect((await planOf(ours)).steps).toEqual([])
      expect(await health(0)).toEqual({
        'api-proxy api1': expect.stringMatching(/^pass: TLS as api\.lab\.test/),
        'api api1': expect.stringMatching(/^pass/),
        'insights-proxy ins1': expect.stringMatching(/^pass/),
        'insights ins1': expect.stringMatching(/^pass/),
      })
    })

    it('a host of an application has no Hadoop and no Java', async () => {
      const found = await onHost(
        lab,
        'api1',
        'command -v java hadoop; ls -d /opt/hadoop /etc/hadoop 2>/dev/null; true',
      )
      expect(found).toBe('')
    })

    it('curl gets rows of the result store over TLS, and the account that reads them cannot write', async () => {
      const settings = parse(await onHost(lab, 'ins1', 'cat /etc/howdah/apps/insights.yml'))
      const token = `Authorization: Token ${settings.DATA_API_AUTH_TOKEN}`
      const rows = await api('/api/v0/courses/', '-H', token)
      expect(JSON.parse(rows.body)).toEqual({ 'edX/Apps/2026': 42, 'edX/TLS/2026': 7 })
      expect(JSON.parse((await api('/credentials/')).body)).toEqual([[2]])
      // 1142: the command is denied to this user for this table.
      expect(await api('/write/')).toMatchObject({ code: 403, body: '{"error": 1142}' })
      expect(await api('/api/v0/courses/')).toMatchObject({ code: 401 })
    })

    it('an application may do anything in its own database, and nothing in another', async () => {
      expect(await api('/own/')).toMatchObject({ code: 200 })
      expect(await api('/foreign/')).toMatchObject({ code: 403, body: '{"error": 1142}' })
    })

    it('Insights shows the answer of the Data API, with its certificate and its token', async () => {
      const shown = await curl(`https://${INSIGHTS}/`, certificate('insights'))
      expect(JSON.parse(shown.body)).toEqual({ 'edX/Apps/2026': 42, 'edX/TLS/2026': 7 })
    })

    it("Node's client connects with TLS 1.2 or later", async () => {
      const found = await new Promise<{ code: number | undefined; protocol: string | null }>((done, fail) => {
        const ca = readFileSync(certificate('api'))
        const options = { host: hostOf(API), path: '/health/', servername: API, ca, headers: { host: API } }
        request(options, (response) => {
          const { protocol } = { protocol: (response.socket as import('node:tls').TLSSocket).getProtocol() }
          response.resume().on('end', () => done({ code: response.statusCode, protocol }))
        })
          .on('error', fail)
          .end()
      })
      expect(found).toEqual({ code: 200, protocol: 'TLSv1.3' })
      expect((await api('/health/', '--tls-max', '1.1')).exit).not.toBe(0)
    })

    it('http is redirected to https; headers that a client sets about itself are not passed on', async () => {
      const found = await curl(`http://${API}/a/b?c=d`, undefined)
      expect(found).toMatchObject({ code: 308, redirect: `https://${API}/a/b?c=d` })
      const seen = JSON.parse(
        (await api('/headers/', '-H', 'X-Forwarded-For: 6.6.6.6', '-H', 'X-Forwarded-Proto: http')).body,
      )
      expect(seen).toMatchObject({ host: API, 'x-forwarded-proto': 'https' })
      expect(seen['x-forwarded-for']).not.toContain('6.6.6.6')
    })

    it('a client without the certificate, and another name, are refused', async () => {
      expect((await curl(`https://${API}/`, undefined)).exit).toBe(CANNOT_TRUST)
      expect((await curl('https://other.lab.test/', certificate('api'), '--to-api')).exit).toBe(CANNOT_TRUST)
      expect(await curl('https://other.lab.test/', undefined, '-k', '--to-api')).toMatchObject({ code: 421 })
      expect(await curl('http://other.lab.test/', undefined, '--to-api')).toMatchObject({ code: 421 })
    })

    it('keys and passwords are readable only where they are needed', async () => {
      const modes = await onHost(
        lab,
        'api1',
        `cd /etc/howdah; stat -c '%n %U:%G %a' tls/api.key apps/api.yml apps/api-result-store.json
         su -s /bin/sh nobody -c 'cat apps/api.yml apps/api-result-store.json tls/api.key' 2>/dev/null; true`,
      )
      expect(modes.split('\n')).toEqual([
        'tls/api.key root:root 600',
        'apps/api.yml root:analytics_api 640',
        'apps/api-result-store.json root:analytics_api 640',
      ])
    })

    it('an application that was killed is restarted automatically, and so is the proxy', async () => {
      await onHost(lab, 'api1', 'systemctl kill -s KILL lab-data-api; systemctl kill -s KILL nginx')
      await until(200)
    })

    it('one that is down is a 502 for clients, and named by the health check; update starts it again', async () => {
      await onHost(lab, 'api1', 'systemctl stop lab-data-api')
      await until(502)
      const said = await health(17)
      expect(said['api api1']).toContain('fail: the proxy finds no application on port 8100 (502)')
      expect(said['api-proxy api1']).toMatch(/^pass/)
      expect(said['insights ins1']).toMatch(/^pass/)
      expect((await plan()).steps.map(({ title, action }) => `${action} ${title}`)).toEqual([
        'start unit lab-data-api',
      ])
      await update()
      await until(200)
    })

    it('a hook that fails shows its output, does not change the application, and runs again', async () => {
      const broken = await withApps('broken-hook', ({ api: one }) => {
        if (one) one.hook = { script: join(dir, 'failing-hook.sh') }
      })
      const ran = await howdah(['apps', 'update', '--yes', broken])
      expect([14, 15]).toContain(ran.code)
      expect(ran.out).toContain('no such release: 7.3')
      expect(ran.out).toContain('ended with exit 3')
      expect(ran.out).toContain('repair the script')
      await until(200)
      const again = await plan()
      expect(again.steps.map(({ title }) => title)).toContain('the hook that installs the Data API')
      await update()
      expect((await plan()).steps).toEqual([])
    })

    it('a configuration that nginx refuses is not installed', async () => {
      await onHost(
        lab,
        'api1',
        "echo 'upstream howdah_api { server 127.0.0.1:1; }' >/etc/nginx/conf.d/zz.conf",
      )
      const balanced = await withApps('balanced', ({ api: one }) => {
        if (one) Object.assign(one, { upstreams: 'all', port: 8101 })
      })
      const ran = await howdah(['apps', 'update', '--yes', balanced])
      expect([14, 15]).toContain(ran.code)
      expect(ran.out).toContain('duplicate upstream "howdah_api"')
      expect(ran.out).toContain('the one before is in force')
      await until(200)
      await onHost(lab, 'api1', 'rm /etc/nginx/conf.d/zz.conf')
      await update(balanced)
      expect(await onHost(lab, 'api1', 'ss -ltn "sport = :8101"')).toContain('0.0.0.0:8101')
      await until(200)
      await update()
    })

    it('one from a package of the OS is installed, started and shown like one of a hook', async () => {
      await onHost(lab, 'ins1', INSIGHTS_PACKAGE)
      const packaged = await withApps('packaged', ({ insights }) => {
        delete insights?.hook
        Object.assign(insights ?? {}, { package: 'packaged-insights', unit: 'packaged-insights', port: 8111 })
      })
      expect((await plan(packaged)).steps.map(({ ref }) => ref)).toEqual(
        expect.arrayContaining(['ins1!package:packaged-insights', 'ins1!unit:packaged-insights']),
      )
      await update(packaged)
      expect((await plan(packaged)).steps).toEqual([])
      expect(await onHost(lab, 'ins1', 'ss -ltnp "sport = :8111"')).toContain('python3')
      const shown = await curl(`https://${INSIGHTS}/`, certificate('insights'))
      expect(JSON.parse(shown.body)).toEqual({ 'edX/Apps/2026': 42, 'edX/TLS/2026': 7 })
      await onHost(lab, 'ins1', NO_INSIGHTS_PACKAGE)
      await update()
    })

    describe('with a certificate that is given', () => {
      let authority: Authority
      const path = (name: string): string => join(authority.dir, name)
      const given = (name: string, key = name): Promise<string> =>
        withApps('given', ({ api: one }) => {
          if (one) one.tls = { certificate: path(`${name}.pem`), key: { file: path(`${key}.key`) } }
        })

      beforeAll(async () => {
        authority = await new Authority().make()
        await authority.sign('good', API)
        await authority.sign('soon', API, 10)
        await authority.sign('other', 'other.lab.test')
        await authority.sign('expired', API, -1)
      })
      afterAll(() => rmSync(authority.dir, { recursive: true, force: true }))

      it('one that has expired, is for another name, or has another key is refused before any connection', async () => {
        for (const [name, key, code] of [
          ['expired', 'expired', 'TLS_CERTIFICATE_EXPIRED'],
          ['other', 'other', 'TLS_CERTIFICATE_NAME'],
          ['good', 'other', 'TLS_KEY_MISMATCH'],
        ] as const) {
          const { err } = await expectExit(10, ['apps', 'plan', await given(name, key)])
          expect(err).toContain(code)
        }
      })

      it('a new one is served after one update, to clients that trust its authority', async () => {
        const spec = await given('soon')
        expect((await plan(spec)).warnings.join('\n')).toMatch(/api\.lab\.test ends on .*, in \d+ days/)
        await update(await given('good'))
        expect(await curl(`https://${API}/health/`, path('ca.pem'))).toMatchObject({ exit: 0, code: 200 })
        expect((await curl(`https://${API}/health/`, certificate('api'))).exit).toBe(CANNOT_TRUST)
        expect((await plan(await given('good'))).steps).toEqual([])
        await update()
        expect(await api('/health/')).toMatchObject({ code: 200 })
      })
    })
  })
}
