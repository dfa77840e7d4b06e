/** The files of a lab, as text. */
import { PROXY_PORT } from './types.ts'

export interface NamedAddress {
  readonly name: string
  readonly address: string
}

/** /etc/hosts of every host of a lab, the only way to resolve names there. */
export function hostsFile(gateway: string, hosts: readonly NamedAddress[]): string {
  const lines = [
    '127.0.0.1 localhost',
    '::1 localhost ip6-localhost ip6-loopback',
    `${gateway} gateway mirror`,
    ...hosts.map(({ name, address }) => `${address} ${name}`),
  ]
  return `${lines.join('\n')}\n`
}

/** One line for each public key, so that strict host key checking works from the first connection. */
export function knownHostsFile(
  hosts: readonly (NamedAddress & { readonly publicKeys: readonly string[] })[],
): string {
  const lines = hosts.flatMap(({ name, address, publicKeys }) =>
    publicKeys.map((key) => `${name},${address} ${key.trim().split(' ').slice(0, 2).join(' ')}`),
  )
  return `${lines.join('\n')}\n`
}

/** The static address of a host. A plain unit, which needs no network daemon and does not wait for one. */
export function networkUnit(address: string): string {
  return `[Unit]
Description=Address of this lab host
DefaultDependencies=no
Before=network.target
Wants=network.target

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/usr/sbin/ip link set host0 up
ExecStart=/usr/sbin/ip address replace ${address}/24 dev host0

[Install]
WantedBy=multi-user.target
`
}

export function sourcesList(mirror: string, release: string): string {
  return `deb ${mirror} ${release} main\n`
}

/** apt on a host uses the lab's package proxy: a host has no other access to the internet. */
export function aptProxyConf(gateway: string): string {
  const proxy = `http://${gateway}:${PROXY_PORT}/`
  return `Acquire::http::Proxy "${proxy}";\nAcquire::https::Proxy "${proxy}";\n`
}

/** Part of the base tree. A mirror may be late, so that its Release files have expired. */
export const APT_CONF = `Acquire::Check-Valid-Until "false";
Acquire::Languages "none";
APT::Install-Recommends "false";
`

export interface ProxyConf {
  readonly gateway: string
  readonly subnet: string
  /** `host:port` of the proxy of this machine's apt. */
  readonly upstream: string | undefined
}

/** The configuration of a lab's tinyproxy: it listens on the lab's bridge, and serves only its subnet. */
export function tinyproxyConf({ gateway, subnet, upstream }: ProxyConf): string {
  const lines = [
    'User nobody',
    'Group nogroup',
    `Listen ${gateway}`,
    `Port ${PROXY_PORT}`,
    `Allow ${subnet}`,
    'Timeout 600',
    'MaxClients 200',
    'LogLevel Warning',
    'DisableViaHeader Yes',
    'ConnectPort 443',
    ...(upstream === undefined ? [] : [`Upstream http ${upstream}`]),
  ]
  return `${lines.join('\n')}\n`
}
