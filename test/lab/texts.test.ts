import { describe, expect, it } from 'vitest'
import { aptProxyConf, hostsFile, knownHostsFile, networkUnit, tinyproxyConf } from '../../lab/texts.ts'

const HOSTS = [
  { name: 'm1', address: '10.77.9.11' },
  { name: 'w1', address: '10.77.9.12' },
]

describe('files of a lab', () => {
  it('names every host and the gateway in /etc/hosts, and maps no host to a loopback address', () => {
    const text = hostsFile('10.77.9.1', HOSTS)
    expect(text.split('\n')).toEqual([
      '127.0.0.1 localhost',
      '::1 localhost ip6-localhost ip6-loopback',
      '10.77.9.1 gateway mirror',
      '10.77.9.11 m1',
      '10.77.9.12 w1',
      '',
    ])
  })

  it('has a host by name and address, a line a key, without the comment', () => {
    const keys = ['ssh-ed25519 AAAAed m1\n', 'ecdsa-sha2-nistp256 AAAAec m1\n']
    expect(knownHostsFile([{ name: 'm1', address: '10.77.9.11', publicKeys: keys }])).toBe(
      'm1,10.77.9.11 ssh-ed25519 AAAAed\nm1,10.77.9.11 ecdsa-sha2-nistp256 AAAAec\n',
    )
  })

  it('gives the address to the interface that systemd-nspawn makes', () => {
    expect(networkUnit('10.77.9.11')).toContain('ip address replace 10.77.9.11/24 dev host0\n')
  })

  it('points apt to the proxy for both schemes', () => {
    expect(aptProxyConf('10.77.9.1').match(/http:\/\/10\.77\.9\.1:3128\//g)).toHaveLength(2)
  })

  it('opens the proxy on the bridge only, to the subnet only', () => {
    const lines = tinyproxyConf({ gateway: '10.77.9.1', subnet: '10.77.9.0/24', upstream: undefined }).split(
      '\n',
    )
    expect(lines.filter((line) => line.startsWith('Listen'))).toEqual(['Listen 10.77.9.1'])
    expect(lines.filter((line) => line.startsWith('Allow'))).toEqual(['Allow 10.77.9.0/24'])
    expect(lines.filter((line) => line.startsWith('Upstream'))).toEqual([])
  })

  it('uses the proxy of this machine', () => {
    const conf = tinyproxyConf({
      gateway: '10.77.9.1',
      subnet: '10.77.9.0/24',
      upstream: 'cache.example:8000',
    })
    expect(conf).toContain('\nUpstream http cache.example:8000\n')
  })
})
