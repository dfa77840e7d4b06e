/** Names and addresses of a lab. All derive from its name, so that it can be removed without its state. */
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { HowdahError } from '../provisioners/errors.ts'

const NAME = /^[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?$/
const SUBNET = /^10\.77\.(\d{1,3})\.0\/24$/
/** The addresses below are reserved for the gateway and other needs of a lab. */
const FIRST_HOST = 11
export const MAX_HOSTS = 99

/** Throws LAB_NAME unless `name` is a host label of at most 32 characters. It becomes a directory name. */
export function checkName(what: 'lab' | 'host' | 'snapshot', name: string): void {
  if (NAME.test(name)) return
  throw new HowdahError({
    code: 'LAB_NAME',
    exit: 'preflight',
    message: `"${name}" cannot be the name of a ${what}`,
    found: name,
    expected: 'small letters, digits and hyphens, 32 at most',
    next: `Choose another name, for example "${what === 'host' ? 'm1' : 'demo'}".`,
  })
}

/**
 * Short and unique: systemd-nspawn cuts the veth's name `vb-<machine>` at 15 characters, so two labs must differ in
 * the first 12 characters of the machine's name.
 */
export function bridgeName(lab: string): string {
  return `hw${createHash('sha256').update(lab).digest('hex').slice(0, 6)}`
}

/** Machine name of the host at `index` (from 0): `hw3fa9c1-01`. */
export function machineName(lab: string, index: number): string {
  return `${bridgeName(lab)}-${String(index + 1).padStart(2, '0')}`
}

export const vethName = (machine: string): string => `vb-${machine}`

/** True for the links of this lab and of no other. */
export function isLinkOfLab(lab: string, link: string): boolean {
  return link === bridgeName(lab) || link.startsWith(`${vethName(bridgeName(lab))}-`)
}

/** The third number of `10.77.<n>.0/24`. Throws LAB_SUBNET for anything else. */
export function subnetNumber(subnet: string): number {
  const n = Number(SUBNET.exec(subnet)?.[1] ?? Number.NaN)
  if (n >= 0 && n <= 255) return n
  throw new HowdahError({
    code: 'LAB_SUBNET',
    exit: 'preflight',
    message: `"${subnet}" cannot be the subnet of a lab`,
    found: subnet,
    expected: '10.77.<n>.0/24',
    next: 'Leave the subnet out: a free one is chosen.',
  })
}

export const subnetOf = (n: number): string => `10.77.${n}.0/24`
export const gatewayOf = (subnet: string): string => `10.77.${subnetNumber(subnet)}.1`

export function hostAddress(subnet: string, index: number): string {
  return `10.77.${subnetNumber(subnet)}.${FIRST_HOST + index}`
}

/** The order in which subnets are tried. It begins at the name's hash, so that a lab tends to keep its subnet. */
export function subnetOrder(lab: string): number[] {
  const first = createHash('sha256').update(`subnet ${lab}`).digest().readUInt16BE(0) % 250
  return Array.from({ length: 250 }, (_, i) => ((first + i) % 250) + 1)
}

/** First number of `order` that overlaps none of `taken` (addresses or networks in CIDR form). */
export function freeSubnet(order: readonly number[], taken: readonly string[]): number | undefined {
  return order.find((n) => !taken.some((cidr) => overlaps(`10.77.${n}.0`, 24, cidr)))
}

function toNumber(address: string): number {
  return address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)
}

function overlaps(network: string, bits: number, cidr: string): boolean {
  const [address = '', width = '32'] = cidr.split('/')
  const shared = 2 ** (32 - Math.min(bits, Number(width)))
  return Math.floor(toNumber(network) / shared) === Math.floor(toNumber(address) / shared)
}

/** The directory of all labs: HOWDAH_LAB_ROOT, or /var/lib/howdah/lab. */
export const labRoot = (): string => process.env.HOWDAH_LAB_ROOT ?? '/var/lib/howdah/lab'
export const stateDirOf = (lab: string): string => join(labRoot(), lab)

/** `<cache>/lab`, where base trees and the JDK are kept between labs. */
export function labCache(cacheDir?: string): string {
  return join(cacheDir ?? process.env.HOWDAH_CACHE ?? '/var/cache/howdah', 'lab')
}
