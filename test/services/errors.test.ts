import { describe, expect, it } from 'vitest'
import type { Host } from '../../provisioners/config/types.ts'
import { HowdahError } from '../../provisioners/errors.ts'
import { dialectOf } from '../../provisioners/services/hive/jdbc.ts'
import { desire } from '../../provisioners/services/index.ts'
import { driverJar, REPAIRS } from '../../provisioners/services/repairs/index.ts'
import { primaryHost } from '../../provisioners/services/support/hosts.ts'
import { heapOf, jdkOf } from '../../provisioners/services/support/java.ts'
import { clusterOf, contextOf, FIVE } from './a-context.ts'

/** Errors that the checks of cluster.yml prevent. Each test makes a cluster that no cluster.yml can describe. */

const cluster = clusterOf(FIVE)
const thrown = (run: () => unknown): HowdahError => {
  try {
    run()
  } catch (error) {
    if (error instanceof HowdahError) return error
    throw error
  }
  throw new Error('nothing was thrown')
}

it('a daemon that no host has is reported, with the missing role', () => {
  expect(thrown(() => primaryHost(cluster, 'jobtracker'))).toMatchObject({
    code: 'COMPONENT_NO_HOST',
    exitCode: 10,
    details: { where: '/cfg/cluster.yml', next: 'give a host the role jobtracker' },
  })
})

it('a JDK without a source is reported, with the field to add', () => {
  expect(thrown(() => jdkOf(cluster, 11))).toMatchObject({
    code: 'COMPONENT_NO_JDK',
    exitCode: 10,
    details: { where: '/cfg/cluster.yml', expected: 'java.jdks.11' },
  })
})

it('a daemon without a heap is reported, with its host', () => {
  const context = { ...contextOf(FIVE), sizing: {} }
  const error = thrown(() => heapOf(context, cluster.hosts[0] as Host, 'namenode'))
  expect(error).toMatchObject({ code: 'COMPONENT_NO_HEAP', exitCode: 1 })
  expect(error.message).toBe('sizing gave no heap for namenode on m1')
})

describe('software that was not resolved', () => {
  const code = 'COMPONENT_NO_ARTIFACT'
  it.each(['hadoop', 'hive', 'sqoop', 'extras'] as const)('%s', (name) => {
    const context = contextOf(FIVE)
    const { [name]: _, ...artifacts } = context.artifacts
    const error = thrown(() => desire({ ...context, artifacts }))
    expect(error).toMatchObject({ code, exitCode: 1 })
    expect(error.message).toMatch(new RegExp(name, 'i'))
  })

  it('a JDK that comes as a tarball', () => {
    const tarball = `{tarball: 'https://example.org/jdk17.tar.gz', sha256: ${'a'.repeat(64)}}`
    const context = contextOf(FIVE.replace('{package: openjdk-17-jdk-headless}', tarball))
    const error = thrown(() => desire({ ...context, jdkArtifacts: {} }))
    expect(error).toMatchObject({ code, exitCode: 1, message: 'the tarball of JDK 17 was not resolved' })
  })
})

describe('a driver', () => {
  it('of a software that has none is a bug', () => {
    expect(thrown(() => driverJar('hadoop', 'mariadb', cluster))).toMatchObject({
      code: 'COMPONENT_NO_DRIVER',
      exitCode: 1,
      message: `the table of repairs has no driver of mariadb for hadoop ${cluster.versions.hadoop}`,
    })
  })

  it('without a dialect is a bug, and each driver of the repairs has one', () => {
    const error = thrown(() => dialectOf('postgresql-42.jar'))
    expect(error).toMatchObject({ code: 'COMPONENT_NO_DIALECT', exitCode: 1 })
    expect(error.message).toContain('postgresql-42.jar')
    const actions = REPAIRS.filter(({ component }) => component === 'hive').flatMap(
      (repair) => repair.actions,
    )
    const jars = actions.flatMap((action) => (action.kind === 'driver' ? [action.jar] : []))
    expect(jars.length).toBeGreaterThan(1)
    for (const jar of jars) expect(dialectOf(jar)).toBeDefined()
  })
})
