import type { Check, Found } from '../types.ts'
import { eachHost, needValue, settingOf, shown, Unread } from './reading.ts'

const hostname: Check = {
  id: 'hostname',
  title: 'the name of the machine is its name in cluster.yml',
  severities: ['note'],
  run: eachHost((seen) => {
    const own = needValue(seen, 'names', 'short')
    if (own.split('.')[0] === seen.host.name.split('.')[0]) return []
    return [
      {
        severity: 'note',
        message:
          'the machine has another name than in cluster.yml; Howdah configures the daemons with that of cluster.yml',
        evidence: `uname -n is ${shown(own)}, cluster.yml has ${seen.host.name}`,
        fix: { where: 'host', text: `hostnamectl set-hostname ${seen.host.name}` },
      },
    ]
  }),
}

const nsswitch: Check = {
  id: 'name-sources',
  title: '/etc/nsswitch.conf reads /etc/hosts, and before other sources that know the own name',
  severities: ['error', 'warning'],
  run: eachHost((seen) => {
    const sources = needValue(seen, 'names', 'nsswitch')
    const order = sources.split(/\s+/)
    const files = order.indexOf('files')
    const mine = order.indexOf('myhostname')
    // systemd-resolved reads /etc/hosts itself.
    if (files < 0 && !order.includes('resolve'))
      return [
        {
          severity: 'error',
          message: '/etc/nsswitch.conf does not read /etc/hosts, so the names there have no effect',
          evidence: `hosts: ${shown(sources)}`,
          fix: { where: 'host', text: "sed -i 's/^hosts:[[:space:]]*/&files /' /etc/nsswitch.conf" },
        },
      ]
    if (mine < 0 || mine > files) return []
    return [
      {
        severity: 'warning',
        message:
          '/etc/nsswitch.conf asks myhostname before /etc/hosts, which can give another address for the own name',
        evidence: `hosts: ${shown(sources)}`,
        fix: { where: 'host', text: "sed -i 's/^hosts:[[:space:]]*/&files /' /etc/nsswitch.conf" },
      },
    ]
  }),
}

const resolver: Check = {
  id: 'resolver',
  title: '/etc/resolv.conf has a name server, and systemd-resolved runs where it is named',
  severities: ['warning'],
  run: eachHost((seen): Found[] => {
    const servers = settingOf(seen, 'names', 'nameservers')
    if (servers === undefined) throw new Unread('the host did not report its name servers')
    if (servers === 'unreadable' || servers === '')
      return [
        {
          severity: 'warning',
          message: 'the host has no name server, so it cannot download packages by name',
          evidence:
            servers === ''
              ? '/etc/resolv.conf names none'
              : '/etc/resolv.conf cannot be read, or its link leads nowhere',
          fix: {
            where: 'hand',
            text: 'a line `nameserver ADDRESS` in /etc/resolv.conf, or in the settings of what writes it',
          },
        },
      ]
    const stub = servers.split(' ').includes('127.0.0.53')
    if (!stub || settingOf(seen, 'names', 'resolved') === 'active') return []
    return [
      {
        severity: 'warning',
        message: '/etc/resolv.conf names systemd-resolved, which does not run',
        evidence: `nameserver ${shown(servers)}; systemd-resolved is ${settingOf(seen, 'names', 'resolved') || 'unknown'}`,
        fix: { where: 'host', text: 'systemctl enable --now systemd-resolved' },
      },
    ]
  }),
}

const networkManager: Check = {
  id: 'network-manager',
  title: 'NetworkManager does not take the name of the machine from DHCP or DNS',
  severities: ['note'],
  run: eachHost((seen) => {
    if (settingOf(seen, 'names', 'networkmanager') !== 'active') return []
    const mode = settingOf(seen, 'names', 'hostnamemode') || 'default'
    if (mode === 'none') return []
    return [
      {
        severity: 'note',
        message: 'NetworkManager can change the name of the machine when DHCP or DNS has another',
        evidence: `hostname-mode is ${shown(mode)}`,
        fix: {
          where: 'host',
          text: "printf '[main]\\nhostname-mode=none\\n' >/etc/NetworkManager/conf.d/90-hostname.conf && systemctl reload NetworkManager",
        },
      },
    ]
  }),
}

const cloudInit: Check = {
  id: 'cloud-init',
  title: 'cloud-init does not write /etc/hosts at each start',
  severities: ['warning'],
  run: eachHost((seen, { cluster }) => {
    const managed = settingOf(seen, 'names', 'managehosts')
    const on = /^["']?(true|yes|on|template|localhost)["']?/i.test(managed ?? '')
    if (!on || !cluster.manageHostsFile) return []
    return [
      {
        severity: 'warning',
        message: 'cloud-init writes /etc/hosts again at each start, without the names of the cluster',
        evidence: `manage_etc_hosts: ${shown(managed)}`,
        fix: { where: 'host', text: "echo 'manage_etc_hosts: false' >/etc/cloud/cloud.cfg.d/99-hosts.cfg" },
      },
    ]
  }),
}

/** The own name of a host, and where it reads names from. */
export const nameChecks: readonly Check[] = [hostname, nsswitch, resolver, networkManager, cloudInit]
