import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { hive } from '../../provisioners/components/hive/index.ts'
import { sqoop } from '../../provisioners/components/sqoop/index.ts'
import { actionOf, cluster, context, fileAt, host, MASTER } from './store-cluster.ts'
import { filesIn, sandbox } from './store-shell.ts'

const alone = host('s1', ['sqoop'])
const resources = (on = alone) => sqoop.resources(on, context())

describe('sqoop', () => {
  it('is on its host alone', () => {
    expect(sqoop.resources(host('w1', ['datanode', 'nodemanager']), context())).toEqual([])
  })

  it('shares nothing twice with Hive', () => {
    const master = host('m1', MASTER)
    const ids = [...hive.resources(master, context()), ...resources(master)].map(({ id }) => id)
    expect(ids.length).toBe(new Set(ids).size)
    expect(ids).toContain('archive:extras')
    expect(resources().map(({ id }) => id)).toContain('archive:extras')
  })

  it('puts the commons-cli that serves both before every other, once, and no other jar of Sqoop', () => {
    const { content } = fileAt(resources(), '/etc/sqoop/conf/sqoop-env.sh')
    const box = sandbox()
    const jar = `${box.root}/opt/howdah/extras/repairs/commons-cli-1.5.0.jar`
    const twice = `HADOOP_OPTS=-Dx=y\n${content}\n${content}\necho "$HADOOP_OPTS first=\${HADOOP_USER_CLASSPATH_FIRST:-no}"`
    expect(box.run(twice)).toMatchObject({
      exit: 0,
      out: `-Dx=y -Xbootclasspath/a:${jar} first=no\n`,
      err: '',
    })
  })

  it('names Hive where Hive is', () => {
    const env = (on: typeof alone) => fileAt(resources(on), '/etc/sqoop/conf/sqoop-env.sh').content
    expect(env(host('m1', MASTER))).toContain('HIVE_CONF_DIR')
    expect(env(alone)).not.toContain('HIVE_CONF_DIR')
  })

  it('gets both drivers, in place of any other, and a commons-lang where there is none', () => {
    const box = sandbox()
    const lib = join(box.root, 'opt/sqoop/1.4.7/lib')
    const extras = join(box.root, 'opt/howdah/extras')
    for (const dir of [lib, `${extras}/drivers`, `${extras}/repairs`]) mkdirSync(dir, { recursive: true })
    writeFileSync(join(lib, 'mysql-connector-java-5.1.35.jar'), 'old')
    for (const jar of [
      'drivers/mariadb-java-client-3.4.1.jar',
      'drivers/mysql-connector-j-8.4.0.jar',
      'repairs/commons-lang-2.6.jar',
    ]) {
      writeFileSync(join(extras, jar), jar)
    }
    const { run, probe } = actionOf(resources(), 'action:sqoop-repair')
    for (let n = 0; n < 2; n++) {
      expect(box.run(`set -eu\n${run}`)).toMatchObject({ exit: 0, err: '' })
      expect(filesIn(lib)).toEqual([
        'commons-lang-2.6.jar',
        'mariadb-java-client-3.4.1.jar',
        'mysql-connector-j-8.4.0.jar',
      ])
    }
    expect(box.run(probe).out).toBe('done=yes\n')
  })

  it('is a command for people, which finds all it needs without a profile', () => {
    const wrapper = fileAt(resources(), '/usr/local/bin/sqoop')
    expect(wrapper.mode).toBe('0755')
    expect(wrapper.content).toContain('/opt/sqoop/current/bin/sqoop')
    expect(wrapper.content).toContain('/opt/jdk/8')
    expect(JSON.stringify(resources())).not.toContain('secret of')
    expect(cluster().lms).toBeDefined()
  })
})
