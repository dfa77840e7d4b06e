import { describe, expect, it } from 'vitest'
import { parseListening, parseMemory, parseMounts } from '../../provisioners/engine/host-facts.ts'

describe('host facts', () => {
  it('memory is the smallest of that of the host and the limits of the control groups', () => {
    const total = 'MemTotal:       8388608 kB\n'
    expect(parseMemory(total)).toBe(8192)
    expect(parseMemory(`${total}max\n9223372036854771712\n`)).toBe(8192)
    expect(parseMemory(`${total}max\n2147483648\n`)).toBe(2048)
  })

  it('listening ports, by ss', () => {
    const text = [
      'LISTEN 0 128 0.0.0.0:22 0.0.0.0:* users:(("sshd",pid=1,fd=3))',
      'LISTEN 0 128 [::]:22 [::]:* users:(("sshd",pid=1,fd=4))',
      'LISTEN 0 50 *:8020 *:* users:(("java",pid=9,fd=3),("java",pid=9,fd=5))',
      'LISTEN 0 50 [::ffff:127.0.0.1]:9000 *:*',
    ].join('\n')
    expect(parseListening(text)).toEqual([
      { port: 22, process: 'sshd' },
      { port: 8020, process: 'java' },
      { port: 9000, process: '' },
    ])
  })

  it('listening ports, from /proc/net', () => {
    expect(parseListening('proc 0100007F:1F90\nproc 00000000000000000000000000000000:0016\n')).toEqual([
      { port: 22, process: '' },
      { port: 8080, process: '' },
    ])
  })

  it('mounts, with odd names, the options of the last one over a path', () => {
    const df = [
      'Filesystem 1048576-blocks Used Available Capacity Mounted on',
      '/dev/vda 1000 400 600 40% /',
      '/dev/my disk 10 1 9 10% /data one',
    ].join('\n')
    const mounts =
      '/dev/vda / ext4 rw 0 0\n/dev/x /data\\040one xfs rw 0 0\n/dev/y /data\\040one xfs ro,noatime 0 0\n'
    expect(parseMounts(df, mounts)).toEqual([
      { path: '/', freeMb: 600, sizeMb: 1000, options: 'rw' },
      { path: '/data one', freeMb: 9, sizeMb: 10, options: 'ro,noatime' },
    ])
  })
})
