import { describe, expect, it } from 'vitest'
import { parseCluster, trackingDirectory } from '../../provisioners/config/index.ts'
import type { Cluster } from '../../provisioners/config/types.ts'

const HOSTS = `name: t
hosts:
  - {name: m1, address: 10.0.0.1, roles: [master, worker]}
  - {name: app1, address: 10.0.0.2, roles: [lms]}
  - {name: app2, address: 10.0.0.3, roles: [lms]}
ssh: {user: ana}
`
const parse = (more: string): Cluster =>
  parseCluster(HOSTS + more, '/cfg/cluster.yml', { home: '/home/ana', user: 'ana' })

describe('trackingLogs', () => {
  it('has the defaults of the guide, and a host of the LMS is outside of the cluster', () => {
    const cluster = parse('trackingLogs: {sources: [{host: app1}]}\n')
    expect(cluster.trackingLogs).toEqual({
      sources: [{ name: 'app1', host: 'app1', directory: '/edx/var/log/tracking', live: 'tracking.log' }],
      ...{ to: '/data/tracking', everyMinutes: 15, stallSeconds: 15, rotate: { manage: true, keep: 16_000 } },
    })
    expect(cluster.hosts[1]?.daemons).toEqual(['lms'])
  })

  it('gives the directory of the logs to its readers, whether Howdah ships them or not', () => {
    expect(trackingDirectory(parse(''))).toBe('/data/tracking')
    expect(trackingDirectory(parse('trackingLogs: {to: /logs/edx, sources: [{host: app1}]}\n'))).toBe(
      '/logs/edx',
    )
  })

  it.each([
    ['{sources: [{host: app}]}', 'SPEC_UNKNOWN_HOST', /trackingLogs.*"app", and no host has that name/],
    [
      '{sources: [{host: app1}, {host: app1, directory: /b}]}',
      'SPEC_LOGS_TWICE',
      /is called app1, as is the one at/,
    ],
    [
      '{sources: [{host: app1}, {host: app1, name: x}]}',
      'SPEC_LOGS_TWICE',
      /is app1:\/edx\/var\/log\/tracking\/tracking.log/,
    ],
    ['{sources: []}', undefined, /one source or more/],
    ['{to: /data/.hidden, sources: [{host: app1}]}', undefined, /no part of it hidden/],
    ['{to: "/data/a b", sources: [{host: app1}]}', undefined, /no part of it hidden/],
    ['{sources: [{host: app1, name: a_b}]}', undefined, /letters, digits and dashes/],
    ['{keep: 0, sources: [{host: app1}]}', undefined, /1 or more/],
    ['{rotate: {su: "root;id x"}, sources: [{host: app1}]}', undefined, /a user and a group/],
  ])('%s is refused, with its place', (text, code, message) => {
    let error: unknown
    try {
      parse(`trackingLogs: ${text}\n`)
    } catch (thrown) {
      error = thrown
    }
    const details = (
      error as { details: { message: string; expected?: string; where: string; code: string } }
    ).details
    expect(`${details.message} ${details.expected}`).toMatch(message)
    expect(details.where).toMatch(/cluster\.yml:7:\d+/)
    if (code !== undefined) expect(details.code).toBe(code)
  })
})
