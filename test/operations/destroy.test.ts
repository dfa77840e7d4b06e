import { describe, expect, it } from 'vitest'
import type { Cluster } from '../../provisioners/config/types.ts'
import type { Desired } from '../../provisioners/engine/types.ts'
import { destroyPlan } from '../../provisioners/operations/destroy/index.ts'

const cluster = {
  name: 'c1',
  directories: { nameDirs: ['/data/nn'], checkpointDir: '/data/snn', ofDaemon: {} },
  hosts: [
    { name: 'm1', daemons: ['namenode', 'secondarynamenode'], dataDirs: [] },
    { name: 'w1', daemons: ['datanode'], dataDirs: ['/data/1', '/data/2'] },
  ],
} as unknown as Cluster

const desired = {
  m1: [
    { type: 'archive', id: 'archive:hadoop', path: '/opt/hadoop/3.4.2' },
    { type: 'directory', id: 'directory:/data/nn', path: '/data/nn' },
    { type: 'user', id: 'user:hdfs', name: 'hdfs' },
    { type: 'file', id: 'file:/etc/x', path: "/etc/it's" },
    { type: 'unit', id: 'unit:hdfs-namenode', name: 'hdfs-namenode', content: '[Unit]' },
    { type: 'unit', id: 'unit:mariadb', name: 'mariadb' },
  ],
  'sql:m1:3306': [{ type: 'x-database', id: 'database:metastore' }],
} as unknown as Desired

describe('destroy', () => {
  const plan = destroyPlan(cluster, desired)
  const titles = (data: boolean): string[] =>
    plan.filter((one) => one.data === data).map((one) => `${one.host} ${one.title}`)

  it('takes units before their files and software, and no user, directory or database', () => {
    expect(titles(false)).toEqual([
      'm1 unit mariadb',
      'm1 unit hdfs-namenode',
      "m1 /etc/it's",
      'm1 /opt/hadoop/3.4.2',
    ])
  })

  it('counts data directories and the record of the format as data', () => {
    expect(titles(true)).toEqual([
      'm1 data in /data/nn',
      'm1 data in /data/snn',
      'm1 /var/lib/howdah',
      'w1 data in /data/1/hdfs',
      'w1 data in /data/1/yarn',
      'w1 data in /data/2/hdfs',
      'w1 data in /data/2/yarn',
      'w1 /var/lib/howdah',
    ])
  })

  it('names no data directory in any script that runs without --data', () => {
    const scripts = plan.filter((one) => !one.data).map((one) => one.script)
    expect(scripts.join('\n')).not.toMatch(/\/data|\/var\/lib\/howdah/)
  })

  it('leaves a unit of an OS package running, and stops its own', () => {
    const script = (title: string): string => plan.find((one) => one.title === title)?.script ?? ''
    expect(script('unit mariadb')).not.toContain('disable')
    expect(script('unit mariadb')).toContain('mariadb.service.d/howdah.conf')
    expect(script('unit hdfs-namenode')).toContain('systemctl disable --now hdfs-namenode.service')
    expect(script('unit hdfs-namenode')).not.toMatch(/kill-whom|dev\/null .*disable/)
  })

  it('quotes paths', () =>
    expect(plan.find((one) => one.title.includes("it's"))?.script).toBe("rm -f '/etc/it'\\''s'"))
})
