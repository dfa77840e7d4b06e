import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fields } from '../../provisioners/config/describe/fields.ts'
import { schemaAt } from '../../provisioners/config/describe/json-schema.ts'
import {
  DEPLOYMENTS,
  initTemplate,
  jsonSchema,
  loadCluster,
  loadInfrastructure,
  sizeCluster,
} from '../../provisioners/config/index.ts'
import { infrastructure, parse } from './support.ts'

const root = join(import.meta.dirname, '../..')

describe('the JSON Schema', () => {
  const schema = jsonSchema()

  it('is draft-07, closed, and allows $schema', () => {
    expect(schema.$schema).toBe('http://json-schema.org/draft-07/schema#')
    expect(schema.additionalProperties).toBe(false)
    expect(schema.required).toEqual(['name'])
    expect(schema.anyOf).toEqual([{ required: ['hosts'] }, { required: ['aws'] }])
    expect(schema.properties?.$schema).toBeDefined()
  })

  it('describes every field', () => {
    const bare: string[] = []
    const look = (node: unknown, path: string): void => {
      if (typeof node !== 'object' || node === null) return
      const {
        properties = {},
        items,
        anyOf = [],
      } = node as { properties?: object; items?: unknown; anyOf?: unknown[] }
      for (const [name, member] of Object.entries(properties)) {
        if (!(member as { description?: string }).description) bare.push(`${path}.${name}`)
        look(member, `${path}.${name}`)
      }
      look(items, `${path}[]`)
      for (const branch of anyOf) look(branch, path)
    }
    look(schema, '')
    for (const [name, definition] of Object.entries(schema.definitions ?? {})) look(definition, name)
    expect(bare).toEqual([])
  })

  it('refers to its own definition where a value may contain itself, and describes that like the rest', () => {
    const deep = ['aws', 'emr', 'configurations', 0, 'configurations', 0, 'configurations', 0, 'properties']
    expect(schemaAt(deep)?.description).toBe('Properties, as EMR takes them.')
    expect(schemaAt(deep.slice(0, -1))?.description).toBe('A classification with its properties.')
    const texts = JSON.stringify(schema).match(/#\/definitions\/\w+/g) ?? []
    expect(texts.length).toBeGreaterThan(1)
    for (const text of new Set(texts)) expect(schema.definitions).toHaveProperty(text.split('/')[2] ?? '')
    const listed = fields().filter(({ path }) => path.includes('.configurations.configurations'))
    expect(listed.map(({ path }) => path.split('.configurations.configurations')[1])).toEqual([
      '',
      '.classification',
      '.properties',
      '.configurations',
    ])
    expect(listed.at(-1)?.type).toBe('list of maps')
  })

  it('uses only keywords of draft-07', () => {
    expect(JSON.stringify(schema)).not.toMatch(
      /"(\$defs|prefixItems|unevaluatedProperties|dependentRequired|\$dynamicRef)"/,
    )
  })
})

describe('init', () => {
  const options = { name: 'insights', user: 'ops' }

  it('begins with the lines that editors read', () => {
    const [first, second] = initTemplate({ ...options, hosts: [] }).split('\n')
    expect(first).toBe('# yaml-language-server: $schema=./howdah.schema.json')
    expect(second).toBe('# $schema: ./howdah.schema.json')
  })

  it('gives each host its role and its login', () => {
    const text = initTemplate({ ...options, hosts: ['ops@10.0.0.1', '10.0.0.2:2222', 'root@w.example.org'] })
    const { hosts } = parse(text)
    expect(
      hosts.map(({ name, address, roles, ssh }) => [name, address, roles.join(), ssh.user, ssh.port]),
    ).toEqual([
      ['m1', '10.0.0.1', 'master,result-store', 'ops', 22],
      ['w1', '10.0.0.2', 'worker', 'ops', 2222],
      ['w2', 'w.example.org', 'worker', 'root', 22],
    ])
  })

  it('is valid for any hosts', () => {
    const octet = fc.integer({ min: 1, max: 250 })
    const address = fc.tuple(octet, octet).map(([a, b]) => `10.1.${a}.${b}`)
    fc.assert(
      fc.property(
        fc.uniqueArray(address, { maxLength: 12 }),
        fc.option(fc.constant('ann'), { nil: undefined }),
        (hosts, user) => {
          const text = initTemplate({ name: 'site-1', hosts, ...(user === undefined ? {} : { user }) })
          expect(parse(text).hosts).toHaveLength(hosts.length === 0 ? 4 : hosts.length)
        },
      ),
      { numRuns: 40 },
    )
  })

  it('is still valid when every comment that is YAML becomes a part of the file', () => {
    const text = initTemplate({ ...options, hosts: ['10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.4'] })
    const opened = text
      .split('\n')
      .map((line) => (/^ *# ( *[a-zA-Z0-9-]+:( |$).*)$/.test(line) ? line.replace('# ', '') : line))
      .filter((line) => !/^(\$schema|yaml-language-server):/.test(line))
    const uncommented = opened.filter((line) => !/^ *#/.test(line)).length
    expect(uncommented).toBeGreaterThan(30)
    // The master has the role result-store, so the section of it finds its server.
    expect(parse(opened.join('\n')).lms?.server.kind).toBe('external')
  })
})

describe('examples', async () => {
  const names = (await readdir(join(root, 'examples'))).filter((name) => name.endsWith('.yml'))

  it('are all here', () => {
    expect(names.sort()).toEqual(
      expect.arrayContaining(['large-hadoop.yml', 'mirror-air-gap.yml', 'single-server.yml', 'small.yml']),
    )
    expect(names.filter((name) => name.startsWith('aws-'))).toHaveLength(5)
  })

  it.each(names.filter((name) => name.startsWith('aws-')))(
    '%s is valid, and has no warning',
    async (name) => {
      const file = join(root, 'examples', name)
      expect(await readFile(file, 'utf8')).toMatch(/^# yaml-language-server: \$schema=/)
      const made = await loadInfrastructure(file, { today: '2026-11-24' })
      expect(made.warnings).toEqual([])
      expect(made.keyPair.kind).not.toBe('none')
    },
  )

  it('show every deployment of AWS', async () => {
    const infrastructures = await Promise.all(
      ['small-emr', 'large-emr', 'large-hadoop', 'single-server', 'existing-vpc'].map((name) =>
        loadInfrastructure(join(root, `examples/aws-${name}.yml`)),
      ),
    )
    expect(new Set(infrastructures.map(({ deployment }) => deployment))).toEqual(new Set(DEPLOYMENTS))
    expect(infrastructures.map(({ network }) => network.kind)).toContain('existing')
    expect(infrastructures[1]?.tags.CostCenter).toBe('0042')
  })

  it.each(names.filter((name) => !name.startsWith('aws-')))(
    '%s is valid, has no warning, and can be sized',
    async (name) => {
      const file = join(root, 'examples', name)
      expect(await readFile(file, 'utf8')).toMatch(/^# yaml-language-server: \$schema=/)
      const cluster = await loadCluster(file)
      expect(cluster.warnings).toEqual([])
      expect(Object.keys(sizeCluster(cluster, {}))).toHaveLength(cluster.hosts.length)
    },
  )

  it('show Hive and Sqoop with the ResourceManager, and a separate database', async () => {
    const { hosts, resultStore, replication } = await loadCluster(join(root, 'examples/large-hadoop.yml'))
    const master = hosts.find((host) => host.daemons.includes('resourcemanager'))
    expect(master?.daemons).toEqual(expect.arrayContaining(['hive-metastore', 'hiveserver2', 'sqoop']))
    expect(hosts.filter((host) => host.daemons.includes('datanode'))).toHaveLength(40)
    expect(resultStore?.server).toMatchObject({ kind: 'host', host: 'reports', flavor: 'mysql' })
    expect(replication).toBe(3)
  })
})

describe('init of an infrastructure', () => {
  it.each(DEPLOYMENTS)(
    'of %s is valid, also when every comment that is YAML becomes a part of the file',
    (deployment) => {
      const text = initTemplate({ name: 'insights', hosts: [], aws: deployment })
      expect(text.split('\n')[0]).toBe('# yaml-language-server: $schema=./howdah.schema.json')
      // Howdah logs in to the hosts of these two.
      const keyPair = ['large-hadoop', 'single-server'].includes(deployment) ? 'public-key' : 'none'
      expect(infrastructure(text)).toMatchObject({ deployment, keyPair: { kind: keyPair } })
      const opened = text
        .split('\n')
        .map((line) => (/^ +# ( *[a-zA-Z]+:( .*)?)$/.test(line) ? line.replace('# ', '') : line))
        .join('\n')
      expect(infrastructure(opened)).toMatchObject({
        deployment,
        keyPair: { kind: 'public-key' },
        state: { kind: 's3' },
      })
    },
  )
})
