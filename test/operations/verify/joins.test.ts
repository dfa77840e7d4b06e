import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { joinFiles } from '../../../provisioners/operations/verify/joins.ts'
import { clusterOf, FIVE } from '../../services/a-context.ts'
import { scratch } from '../../support/scratch.ts'

/** A JDK or a JRE of programs that log their calls. */
function java(home: string, compiler: boolean): void {
  mkdirSync(join(home, 'bin'), { recursive: true })
  if (!compiler) return
  for (const name of ['javac', 'jar']) {
    writeFileSync(join(home, 'bin', name), `#!/bin/sh\necho "$0" >>called\n`, { mode: 0o755 })
  }
}

/** The script that compiles the function of the joins, with these homes of Hive's and of Sqoop's Java. */
function compile(hive: string, sqoop: string) {
  const dir = scratch('howdah-joins-')
  const cluster = clusterOf(
    FIVE.replace('hadoop: 17, hive: 8, sqoop: 8', 'hadoop: 17, hive: 8, sqoop: 11').replace(
      '8: {path: /opt/jdk/8}',
      `8: {path: ${hive}}, 11: {path: ${sqoop}}`,
    ),
  )
  const script = joinFiles(cluster, { database: 'd', settings: {} })
  const { status, stderr } = spawnSync('sh', ['-c', script], { cwd: dir, encoding: 'utf8' })
  return { status, stderr, called: () => readFileSync(join(dir, 'called'), 'utf8').trim().split('\n') }
}

describe('the function of the joins', () => {
  it("is compiled by Hive's JDK, and by Sqoop's where Hive runs on a JRE", () => {
    const root = scratch('howdah-jdk-')
    const [jdk, jre, other] = [join(root, 'jdk'), join(root, 'jre'), join(root, 'other')] as const
    java(jdk, true)
    java(jre, false)
    java(other, true)
    expect(compile(jdk, other).called()).toEqual([`${jdk}/bin/javac`, `${jdk}/bin/jar`])
    expect(compile(jre, other).called()).toEqual([`${other}/bin/javac`, `${other}/bin/jar`])
  })

  it('names both homes when neither has a compiler', () => {
    const { status, stderr } = compile('/no/hive', '/no/sqoop')
    expect(status).toBe(1)
    expect(stderr).toContain('no javac in /no/hive or /no/sqoop')
    expect(stderr).toContain('install a JDK')
  })
})
