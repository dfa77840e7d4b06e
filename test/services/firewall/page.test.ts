import { readFileSync, writeFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { CATALOG, DAEMONS } from '../../../provisioners/catalog/index.ts'
import { portsOfHost } from '../../../provisioners/services/firewall/ports.ts'
import { contextOf, FIVE, QUORUM, SEED } from '../a-context.ts'

const PAGE = 'docs/security.md'
const BLOCK = /<!-- ports -->\n[\s\S]*<!-- \/ports -->/
const REACH = { cluster: 'hosts of the cluster', users: 'and `access.from`', everybody: 'everybody' } as const

const APPS = `
name: apps
hosts:
  - {name: m1, address: 10.0.0.1, roles: [master, worker, result-store, api, insights], memory: 12GiB}
artifacts: {provider: maven}
java: {jdks: {8: {path: /opt/jdk/8}}}
apps:
  api: {serverName: api.example.org, tls: {selfSigned: true}, unit: api}
  insights: {serverName: insights.example.org, tls: {selfSigned: true}, unit: insights}
`

/** Every port, with the numbers that it has by default in each generation. */
function table(): string {
  const rows = new Map<string, { numbers: Set<string>; reach: keyof typeof REACH; risk: string }>()
  for (const text of [SEED, FIVE, QUORUM, APPS]) {
    const context = contextOf(text)
    for (const host of context.cluster.hosts) {
      for (const { from, to, title, reach, risk } of portsOfHost(host, context)) {
        const row = rows.get(title) ?? { numbers: new Set<string>(), reach, risk }
        rows.set(title, row)
        row.numbers.add(from === to ? `${from}` : `${from}–${to}`)
      }
    }
  }
  const lines = [...rows].map(([title, { numbers, reach, risk }]) => {
    const sorted = [...numbers].sort((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10))
    return `| ${sorted.join(', ')} | ${title} | ${REACH[reach]} | ${risk} |`
  })
  const first = (line: string): number => Number.parseInt(line.slice(2), 10)
  return [
    '| TCP | what | who reaches it | what somebody could do there |',
    '|---|---|---|---|',
    ...lines.sort((a, b) => first(a) - first(b)),
  ].join('\n')
}

it('docs/security.md has the ports of the catalogue (UPDATE_DOCS=1 writes them again)', () => {
  const block = `<!-- ports -->\n${table()}\n<!-- /ports -->`
  const page = readFileSync(PAGE, 'utf8')
  if (process.env.UPDATE_DOCS === '1')
    writeFileSync(
      PAGE,
      page.replace(BLOCK, () => block),
    )
  expect(BLOCK.exec(readFileSync(PAGE, 'utf8'))?.[0]).toBe(block)
})

it('every port of the catalogue says what somebody could do there, as a sentence', () => {
  const ports = DAEMONS.flatMap((daemon) => CATALOG[daemon].process?.ports ?? [])
  expect(ports.length).toBeGreaterThan(20)
  for (const { title, risk } of ports) expect(risk, title).toMatch(/^[A-Z].*\.$/)
  // What only daemons use is not open to users.
  const closed = ports.filter(({ reach }) => reach === undefined).map(({ title }) => title)
  expect(closed).toEqual(
    expect.arrayContaining([
      'admin port of the ResourceManager',
      'RPC of the NodeManager',
      'RPC of the DataNode',
    ]),
  )
})
