import { serverOn } from '../../../services/result-store/index.ts'
import { isClusterHost } from '../../../services/support/index.ts'
import type { Check, Found, Seen, World } from '../types.ts'
import { answer, eachHost, linesOf, settingOf, shown } from './reading.ts'

/** Fails when the question was not answered, also where every value may be absent. */
const answered = (seen: Seen, question: string): void => void answer(seen, question)

const selinux: Check = {
  id: 'selinux',
  title: 'SELinux does not enforce rules that nobody wrote for these daemons',
  severities: ['warning'],
  run: eachHost((seen) => {
    answered(seen, 'firewall')
    if (settingOf(seen, 'firewall', 'selinux') !== '1') return []
    return [
      {
        severity: 'warning',
        message: 'SELinux enforces its rules, and Howdah is not tested with them',
        evidence: '/sys/fs/selinux/enforce is 1',
        fix: {
          where: 'host',
          text: "setenforce 0 && sed -i 's/^SELINUX=.*/SELINUX=permissive/' /etc/selinux/config",
        },
      },
    ]
  }),
}

const apparmor: Check = {
  id: 'apparmor',
  title: 'profiles of AppArmor that are enforced for the database server or the proxy',
  severities: ['note'],
  run: eachHost((seen, { cluster }) => {
    const profiles = linesOf(seen, 'firewall').flatMap((line) =>
      line.startsWith('apparmor=') && line.includes('(enforce)') ? line.slice(9).split(' ')[0] : [],
    )
    if (
      profiles.length === 0 ||
      (serverOn(cluster, seen.host.name) === undefined && cluster.apps === undefined)
    )
      return []
    return [
      {
        severity: 'note',
        message:
          'AppArmor restricts programs that Howdah installs to the directories of their packages, which Howdah uses',
        evidence: shown(profiles.join(', ')),
      },
    ]
  }),
}

/** A command for each other host, so that all ports are open between hosts of the cluster, and to nobody else. */
function allow({ cluster }: World, seen: Seen, command: (address: string) => string): string {
  const others = cluster.hosts.filter(({ name }) => name !== seen.host.name)
  return others.map(({ address }) => command(address)).join(' && ')
}

const firewall: Check = {
  id: 'firewall',
  title: 'no firewall drops packets between hosts of the cluster',
  severities: ['warning'],
  run: eachHost((seen, world) => {
    answered(seen, 'firewall')
    if (!isClusterHost(seen.host) && serverOn(world.cluster, seen.host.name) === undefined) return []
    const one = (evidence: string, text: string): Found[] => [
      {
        severity: 'warning',
        message:
          'a firewall is active; hosts of the cluster must reach each other on the ports of all daemons',
        evidence,
        fix: { where: 'host', text: text === '' ? 'true' : text },
      },
    ]
    if (settingOf(seen, 'firewall', 'firewalld') === 'active') {
      const command = (address: string): string =>
        `firewall-cmd --permanent --zone=trusted --add-source=${address}`
      return one('firewalld is active', `${allow(world, seen, command)} && firewall-cmd --reload`)
    }
    if (/^Status: active/.test(settingOf(seen, 'firewall', 'ufw') ?? ''))
      return one(
        'ufw is active',
        allow(world, seen, (address) => `ufw allow from ${address}`),
      )
    const rules = settingOf(seen, 'firewall', 'nft')
    if (rules === 'drops')
      return one('rules of nftables or iptables drop incoming packets', 'nft list ruleset')
    if (rules !== 'unreadable') return []
    return [
      {
        severity: 'unchecked',
        message: 'this could not be checked',
        evidence: 'the rules of the firewall cannot be read',
      },
    ]
  }),
}

const unattended: Check = {
  id: 'unattended-upgrades',
  title: 'whether packages are upgraded automatically',
  severities: ['note'],
  run: eachHost((seen) => {
    answered(seen, 'updates')
    if (!/^["']?[1-9]/.test(settingOf(seen, 'updates', 'unattended') ?? '')) return []
    return [
      {
        severity: 'note',
        message:
          'unattended-upgrades installs new packages of JDKs and database servers, and restarts the server, at a time that nobody chose',
        evidence: 'APT::Periodic::Unattended-Upgrade is on',
        fix: {
          where: 'host',
          text: "apt-mark hold $(dpkg-query -W -f='${Package}\\n' 'openjdk-*' 'mariadb-server*' 'mysql-server*')",
        },
      },
    ]
  }),
}

const needrestart: Check = {
  id: 'needrestart',
  title: 'needrestart does not restart daemons of Hadoop',
  severities: ['warning', 'note'],
  run: eachHost((seen) => {
    answered(seen, 'updates')
    if (
      settingOf(seen, 'updates', 'needrestart') !== 'installed' ||
      settingOf(seen, 'updates', 'spared') === 'yes'
    )
      return []
    const automatic = /^["']?a/.test(settingOf(seen, 'updates', 'mode') ?? '')
    return [
      {
        severity: automatic ? 'warning' : 'note',
        message: automatic
          ? 'needrestart restarts daemons of Hadoop after an upgrade of a library, on all hosts at the same time'
          : 'needrestart offers to restart daemons of Hadoop after an upgrade of a library',
        evidence: `mode ${shown(settingOf(seen, 'updates', 'mode') ?? 'of the package')}`,
        fix: {
          where: 'host',
          text: "echo '$nrconf{override_rc}{qr(^(hdfs|yarn|mapred|hive)-)} = 0;' >/etc/needrestart/conf.d/90-hadoop.conf",
        },
      },
    ]
  }),
}

/** What restricts daemons, and what changes hosts without anybody. */
export const securityChecks: readonly Check[] = [selinux, apparmor, firewall, unattended, needrestart]
