import type { Check, ClockReading, Finding, Seen, World } from '../types.ts'
import { acrossHosts, eachHost, needValue, settingOf, shared, shown, Unread, wholeNumber } from './reading.ts'

/** YARN refuses containers whose token comes from another time, long before this; logs cannot be compared. */
const CLOCK_ERROR_MS = 60_000
const CLOCK_WARNING_MS = 1000

const NTP = {
  where: 'host',
  text: 'apt-get install -y systemd-timesyncd && timedatectl set-ntp true',
} as const

/** How far the clock of a host is from that of this machine; a part of it is the time that the answer travelled. */
const offset = ({ host, here }: ClockReading): number => host - here

function clockOf({ clock }: Seen): ClockReading {
  if (clock === undefined) throw new Unread('the host did not report its time')
  return clock
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`

/** Compares each host with the middle one, which one wrong clock does not move. */
function compareClocks(values: readonly { readonly host: string; readonly value: ClockReading }[]) {
  const sorted = values.map(({ value }) => offset(value)).sort((a, b) => a - b)
  const middle = sorted[Math.floor((sorted.length - 1) / 2)] ?? 0
  return values.flatMap(({ host, value }): Omit<Finding, 'check'>[] => {
    const away = offset(value) - middle
    const sure = Math.abs(away) - value.withinMs
    if (sure < CLOCK_WARNING_MS) return []
    return [
      {
        host,
        severity: sure >= CLOCK_ERROR_MS ? 'error' : 'warning',
        message: 'the clock differs from that of the other hosts',
        evidence: `${seconds(Math.abs(away))} ${away < 0 ? 'behind' : 'ahead'}`,
        fix: NTP,
      },
    ]
  })
}

const clocks: Check = {
  id: 'clocks',
  title: 'the clocks of all hosts agree within a second (an error from a minute on)',
  severities: ['error', 'warning'],
  run: acrossHosts(clockOf, compareClocks),
}

const ntp: Check = {
  id: 'time-service',
  title: 'the clock is synchronised (a container has the clock of its machine)',
  severities: ['warning'],
  run: eachHost((seen) => {
    const container = settingOf(seen, 'time', 'container')
    if (container !== undefined && container !== '' && container !== 'none') return []
    const answer = needValue(seen, 'time', 'synchronized')
    if (answer === 'yes') return []
    if (answer !== 'no') throw new Unread(`timedatectl prints ${shown(answer)}`)
    return [
      {
        severity: 'warning',
        message: 'the clock is not synchronised',
        evidence: 'timedatectl: NTPSynchronized=no',
        fix: NTP,
      },
    ]
  }),
}

/** The zones of hosts, with their offsets: names of one zone differ. */
const zones: Check = {
  id: 'time-zones',
  title: 'all hosts have the same time zone',
  severities: ['warning'],
  run: acrossHosts(
    (seen) => {
      const zone = needValue(seen, 'time', 'zone')
      if (!/^[+-]\d{4}$/.test(zone)) throw new Unread(`date +%z prints ${shown(zone)}`)
      return zone
    },
    (values) => {
      if (new Set(values.map(({ value }) => value)).size < 2) return []
      return values.map(({ host, value }) => ({
        host,
        severity: 'warning',
        message: 'hosts have different time zones, so times in their logs and in schedules differ',
        evidence: `UTC${value}`,
        fix: { where: 'host', text: 'timedatectl set-timezone UTC' },
      }))
    },
  ),
}

const duplicates =
  (severity: 'error' | 'warning', message: string, fix: Finding['fix'], show: (key: string) => string) =>
  (
    values: readonly { readonly host: string; readonly value: readonly string[] }[],
  ): Omit<Finding, 'check'>[] => {
    const groups = shared(values, (value) => value)
    const seen = new Set<string>()
    return groups.flatMap(({ key, hosts }) => {
      const id = hosts.join(' ')
      if (seen.has(id)) return []
      seen.add(id)
      return hosts.map((host) => ({
        host,
        severity,
        message: `${message} ${hosts.join(' and ')}`,
        evidence: show(key),
        ...(fix && { fix }),
      }))
    })
  }

const machineIds: Check = {
  id: 'machine-ids',
  title: 'every host has a machine id of its own',
  severities: ['warning'],
  run: acrossHosts(
    (seen) => {
      const id = needValue(seen, 'identity', 'machine')
      if (!/^[0-9a-f]{32}$/.test(id)) throw new Unread(`/etc/machine-id has ${shown(id)}`)
      return [id]
    },
    duplicates(
      'warning',
      'a copied machine id, which DHCP and the journal take for one machine:',
      {
        where: 'host',
        text: 'rm -f /etc/machine-id /var/lib/dbus/machine-id && systemd-machine-id-setup && reboot',
      },
      (id) => id,
    ),
  ),
}

const hostKeys: Check = {
  id: 'host-keys',
  title: 'every host has SSH host keys of its own',
  severities: ['warning'],
  run: acrossHosts(
    ({ facts }) => facts.hostKeys ?? [],
    duplicates(
      'warning',
      'copied SSH host keys, so that one host can pass for another:',
      {
        where: 'host',
        text: 'rm -f /etc/ssh/ssh_host_* && ssh-keygen -A && systemctl restart ssh',
      },
      (key) => `${key.slice(0, 40)}…`,
    ),
  ),
}

const macs: Check = {
  id: 'network-addresses',
  title: 'every host has a MAC address and an IP address of its own',
  severities: ['error', 'warning'],
  run: (world) => [
    ...acrossHosts(
      (seen) => {
        const mac = settingOf(seen, 'identity', 'mac') ?? ''
        return /^([0-9a-f]{2}:){5}[0-9a-f]{2}$/.test(mac) && mac !== '00:00:00:00:00:00' ? [mac] : []
      },
      duplicates(
        'warning',
        'a copied MAC address, so that packets reach the wrong host:',
        {
          where: 'hand',
          text: 'another MAC address for all but one of them, in the settings of the virtual machines',
        },
        (mac) => mac,
      ),
    )(world),
    ...sameMachine(world),
  ],
}

/** Two entries of cluster.yml that lead to one machine: all by which machines differ is the same. */
const sameMachine = (world: World): readonly Omit<Finding, 'check'>[] =>
  acrossHosts(
    (seen) => {
      const id = needValue(seen, 'identity', 'machine')
      const addresses = [...seen.facts.addresses].sort().join(' ')
      return addresses === '' ? undefined : [`${id} ${addresses} ${(seen.facts.hostKeys ?? []).join(' ')}`]
    },
    duplicates(
      'error',
      'these names of cluster.yml lead to one machine:',
      {
        where: 'hand',
        text: 'the right address for each of them in cluster.yml, or one entry with the roles of both',
      },
      (key) =>
        `addresses ${key
          .split(' ')
          .filter((word) => /^[\d.]+$|:/.test(word))
          .join(', ')}`,
    ),
  )(world).filter(({ severity }) => severity !== 'unchecked')

const mtu: Check = {
  id: 'mtu',
  title: 'the networks of all hosts have the same MTU',
  severities: ['warning'],
  run: acrossHosts(
    (seen) => {
      const found = settingOf(seen, 'identity', 'mtu')
      return found === undefined || found === '' ? undefined : wholeNumber(found, 'the MTU')
    },
    (values) => {
      if (new Set(values.map(({ value }) => value)).size < 2) return []
      return values.map(({ host, value }) => ({
        host,
        severity: 'warning',
        message: 'the MTU differs between hosts, so large packets can get lost',
        evidence: `MTU ${value}`,
        fix: { where: 'hand', text: 'the same MTU on all hosts, in the settings of their networks' },
      }))
    },
  ),
}

/** How hosts differ from each other, and their clocks. */
export const identityChecks: readonly Check[] = [clocks, ntp, zones, machineIds, hostKeys, macs, mtu]
