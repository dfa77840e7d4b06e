import { describe, expect, it } from 'vitest'
import type { Cluster } from '../../provisioners/config/types.ts'
import type { Desired } from '../../provisioners/engine/types.ts'
import { MARK_FILE, withMarks } from '../../provisioners/runtime/mark.ts'
import { destroyed } from './destroyed.ts'

const cluster = { name: 'c1', hosts: [{ name: 'm1' }, { name: 'w1' }] } as unknown as Cluster

const disk = { type: 'directory', component: 'hdfs' }
const desired = {
  m1: [
    { type: 'archive', id: 'archive:hadoop', path: '/opt/hadoop/3.4.2' },
    { type: 'directory', id: 'directory:/data/nn', path: '/data/nn', data: 'own' },
    { type: 'directory', id: 'directory:/etc/d', path: '/etc/d' },
    { type: 'user', id: 'user:hdfs', name: 'hdfs' },
    { type: 'file', id: 'file:/etc/x', path: "/etc/it's" },
    { type: 'unit', id: 'unit:hdfs-namenode', name: 'hdfs-namenode', content: '[Unit]' },
    { type: 'unit', id: 'unit:mariadb', name: 'mariadb' },
  ],
  w1: [
    { ...disk, id: 'directory:/data/1', path: '/data/1', data: 'shared' },
    { ...disk, id: 'directory:/data/1/hdfs', path: '/data/1/hdfs', data: 'own' },
    {
      type: 'unit',
      id: 'unit:hdfs-datanode',
      name: 'hdfs-datanode',
      content: '[Unit]',
      holds: 'decommission it first',
    },
  ],
  'sql:m1:3306': [{ type: 'x-database', id: 'database:metastore' }],
} as unknown as Desired

describe('the mark of the cluster', () => {
  const marked = withMarks({ m1: [] }, cluster, { id: 'mine', clusterId: 'CID-mine' })

  it.each([false, true])('is removed with the cluster, also where no record names it (data: %s)', (data) => {
    const { steps } = destroyed(cluster, marked, { data })
    expect(steps.find(({ title }) => title === MARK_FILE)?.script).toBe(`rm -f ${MARK_FILE}`)
  })
})

describe('destroy', () => {
  const titles = (data: boolean): string[] =>
    destroyed(cluster, desired, { data }).steps.map((one) => `${one.host} ${one.title}`)
  const script = (title: string): string =>
    destroyed(cluster, desired).steps.find((one) => one.title === title)?.script ?? ''

  it('removes units before their files and software, and no user, data directory or database', () => {
    expect(titles(false)).toEqual([
      'm1 unit hdfs-namenode',
      "m1 /etc/it's",
      'm1 /opt/hadoop/3.4.2',
      'm1 /etc/d',
      'm1 unit mariadb',
      'w1 unit hdfs-datanode',
    ])
    expect(destroyed(cluster, desired).left).toEqual([
      'm1 /var/lib/howdah',
      'm1 data in /data/nn',
      'm1 user hdfs',
      'w1 /var/lib/howdah',
      'w1 /data/1',
      'w1 data in /data/1/hdfs',
    ])
  })

  it('treats data directories and the record of the format as data, and removes the record last', () => {
    const both = titles(true)
    expect(both.filter((title) => !titles(false).includes(title))).toEqual([
      'm1 data in /data/nn',
      'm1 /var/lib/howdah',
      'w1 data in /data/1/hdfs',
      'w1 /var/lib/howdah',
    ])
    expect(both.filter((title) => title.startsWith('m1 ')).at(-1)).toBe('m1 /var/lib/howdah')
    expect(destroyed(cluster, desired, { data: true }).left).toEqual(['m1 user hdfs', 'w1 /data/1'])
  })

  it('names no data directory in any script that runs without --data', () => {
    const scripts = destroyed(cluster, desired).steps.map((one) => one.script)
    expect(scripts.join('\n')).not.toMatch(/\/data|\/var\/lib\/howdah/)
  })

  it('leaves a unit of an OS package running, and stops its own', () => {
    expect(script('unit mariadb')).not.toMatch(/disable|systemctl stop|kill/)
    expect(script('unit mariadb')).toContain('mariadb.service.d/howdah.conf')
    expect(script('unit hdfs-namenode')).toContain('systemctl disable --now hdfs-namenode.service')
    expect(script('unit hdfs-namenode')).not.toMatch(/kill-whom|dev\/null .*disable/)
  })

  it('quotes paths', () => expect(script("/etc/it's")).toBe("rm -f '/etc/it'\\''s'"))

  it('removes what is recorded besides what cluster.yml declares, except accounts', () => {
    const recorded = (component: string, path: string) =>
      ({ type: 'file', id: `file:${path}`, component, about: { path } }) as const
    const record = { w1: [recorded('hive', '/etc/old'), recorded('users', '/etc/sudoers.d/ana')] }
    const removed = destroyed(cluster, desired, { record }).steps.map(({ title }) => title)
    expect(removed).toContain('/etc/old')
    expect(removed).not.toContain('/etc/sudoers.d/ana')
  })

  it('names a host that was removed from cluster.yml, and no other', () => {
    const host = (name: string) => ({
      type: 'x-member',
      id: `member:${name}`,
      component: 'cluster',
      about: { name, address: '10.0.0.9' },
    })
    const record = { m1: [host('w1'), host('w9')] }
    const { left } = destroyed(cluster, desired, { record })
    expect(left.filter((one) => one.includes('host '))).toEqual(['m1 host w9 (10.0.0.9)'])
  })
})
