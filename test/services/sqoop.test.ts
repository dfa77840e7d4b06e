import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { hive } from '../../provisioners/services/hive/index.ts'
import { sqoop } from '../../provisioners/services/sqoop/index.ts'
import { actionOf, cluster, context, fileAt, host, MASTER } from './store/cluster.ts'
import { filesIn, sandbox } from './store/shell.ts'

const alone = host('s1', ['sqoop'])
const resources = (on = alone) => sqoop.resources(on, context())

describe('sqoop', () => {
  it('is only on its host; hosts that run tasks have the programs of the tasks', () => {
    expect(sqoop.resources(host('w1', ['datanode']), context())).toEqual([])
    const tasks = sqoop.resources(host('w1', ['datanode', 'nodemanager']), context())
    expect(tasks.map(({ id }) => id)).toEqual([
      'directory:/usr/local/lib/howdah/tasks',
      'file:/usr/local/lib/howdah/tasks/mysqldump',
    ])
    const none = context(cluster({ hosts: [host('w1', ['nodemanager'])] }))
    expect(sqoop.resources(host('w1', ['nodemanager']), none)).toEqual([])
  })

  it('declares no resource that Hive declares', () => {
    const master = host('m1', MASTER)
    const ids = [...hive.resources(master, context()), ...resources(master)].map(({ id }) => id)
    expect(ids.length).toBe(new Set(ids).size)
    expect(ids).toContain('archive:extras')
    expect(resources().map(({ id }) => id)).toContain('archive:extras')
  })

  it('puts the commons-cli that works for both before all others, once, and no other jar of Sqoop', () => {
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

  it('sets the variables of Hive if the host has Hive', () => {
    const env = (on: typeof alone) => fileAt(resources(on), '/etc/sqoop/conf/sqoop-env.sh').content
    expect(env(host('m1', MASTER))).toContain('HIVE_CONF_DIR')
    expect(env(alone)).not.toContain('HIVE_CONF_DIR')
  })

  it('gets both drivers instead of any others, and a commons-lang if there is none', () => {
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

  it('gives its jobs their JDK with its own mapred-site, because Hadoop loads sqoop-site earlier', () => {
    const modern = context(
      cluster({
        java: {
          use: { hadoop: 17, hive: 8, sqoop: 8 },
          jdks: { 8: { kind: 'path', home: '/opt/jdk/8' }, 17: { kind: 'path', home: '/opt/jdk/17' } },
        },
      }),
    )
    const found = sqoop.resources(host('m1', MASTER), modern)
    const site = fileAt(found, '/etc/sqoop/hadoop-conf/mapred-site.xml').content
    expect(site).toContain('JAVA_HOME=/opt/jdk/8')
    expect(site).not.toContain('add-opens=java.base')
    expect(site).toContain('<name>mapreduce.framework.name</name>')
    const links = found.flatMap((r) => (r.type === 'symlink' ? [`${r.path} ${r.target}`] : []))
    expect(links).toContain('/etc/sqoop/hadoop-conf/yarn-site.xml /etc/hadoop/conf/yarn-site.xml')
    // Also for a user whose profile sets Hadoop's own directory.
    const box = sandbox()
    const env = fileAt(found, '/etc/sqoop/conf/sqoop-env.sh').content
    const shell = `HADOOP_CONF_DIR=/etc/hadoop/conf\n${env}\necho "$HADOOP_CONF_DIR"`
    expect(box.run(shell).out).toBe(`${box.root}/etc/sqoop/hadoop-conf\n`)
  })

  it("uses Hadoop's own configuration if both run on one JDK", () => {
    const ids = resources().map(({ id }) => id)
    expect(ids.filter((id) => id.includes('hadoop-conf'))).toEqual([])
    expect(fileAt(resources(), '/etc/sqoop/conf/sqoop-env.sh').content).toContain('/etc/hadoop/conf')
  })

  it('is a command for users, which finds everything without a profile', () => {
    const wrapper = fileAt(resources(), '/usr/local/bin/sqoop')
    expect(wrapper.mode).toBe('0755')
    expect(wrapper.content).toContain('/opt/sqoop/current/bin/sqoop')
    expect(wrapper.content).toContain('/opt/jdk/8')
    expect(JSON.stringify(resources())).not.toContain('secret of')
    expect(cluster().lms).toBeDefined()
  })
})
