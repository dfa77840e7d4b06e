/** The lab's own bridge, and the links on it. */
import { z } from 'zod'
import { HowdahError } from '../../provisioners/errors.ts'
import {
  bridgeName,
  freeSubnet,
  gatewayOf,
  isLinkOfLab,
  subnetNumber,
  subnetOf,
  subnetOrder,
  vethName,
} from '../names.ts'
import { run, succeeds } from '../run.ts'

const links = z.array(z.object({ ifname: z.string() }))
const addresses = z.array(
  z.object({
    ifname: z.string(),
    addr_info: z.array(z.object({ family: z.string(), local: z.string().optional(), prefixlen: z.number() })),
  }),
)
const routes = z.array(z.object({ dst: z.string() }))

async function linkNames(): Promise<string[]> {
  return links.parse(JSON.parse(await run('ip', ['-json', 'link', 'show']))).map(({ ifname }) => ifname)
}

/** IPv4 networks of this machine's addresses and routes, without those of `bridge`. */
async function networksInUse(bridge: string): Promise<string[]> {
  const own = addresses.parse(JSON.parse(await run('ip', ['-json', '-4', 'address', 'show'])))
  const known = routes.parse(JSON.parse(await run('ip', ['-json', '-4', 'route', 'show', 'table', 'main'])))
  const there = own
    .filter(({ ifname }) => ifname !== bridge)
    .flatMap(({ addr_info }) => addr_info.map(({ local, prefixlen }) => `${local}/${prefixlen}`))
  const mine = own
    .filter(({ ifname }) => ifname === bridge)
    .flatMap(({ addr_info }) => addr_info.map(({ local }) => local?.replace(/\.\d+$/, '.0/24')))
  return [...there, ...known.map(({ dst }) => dst).filter((dst) => dst !== 'default' && !mine.includes(dst))]
}

/**
 * A subnet that neither this machine nor another lab (`others`) uses.
 * Throws LAB_SUBNET_TAKEN when the requested subnet, or every subnet, is in use.
 */
export async function chooseSubnet(
  lab: string,
  others: readonly string[],
  requested?: string,
): Promise<string> {
  const order = requested === undefined ? subnetOrder(lab) : [subnetNumber(requested)]
  const n = freeSubnet(order, [...others, ...(await networksInUse(bridgeName(lab)))])
  if (n !== undefined) return subnetOf(n)
  throw new HowdahError({
    code: 'LAB_SUBNET_TAKEN',
    exit: 'preflight',
    message: `${requested ?? 'Every subnet of 10.77.0.0/16'} is in use on this machine`,
    next: requested === undefined ? 'howdah lab status' : 'Leave the subnet out: a free one is chosen.',
  })
}

/** Makes the bridge with this machine's address on it; does nothing when it exists. */
export async function ensureBridge(lab: string, subnet: string, signal?: AbortSignal): Promise<void> {
  const bridge = bridgeName(lab)
  if (!(await linkNames()).includes(bridge)) {
    await run('ip', ['link', 'add', 'name', bridge, 'type', 'bridge'], { signal })
  }
  await run('ip', ['address', 'replace', `${gatewayOf(subnet)}/24`, 'dev', bridge], { signal })
  await run('ip', ['link', 'set', bridge, 'up'], { signal })
}

/** Removes the bridge and every link on it that is the lab's. */
export async function removeLinks(lab: string): Promise<void> {
  for (const link of (await linkNames()).filter((name) => isLinkOfLab(lab, name))) await deleteLink(link)
}

/** Deletes a link if it exists. It may disappear at that moment, together with its host. */
export async function deleteLink(link: string): Promise<void> {
  if (!(await linkNames()).includes(link)) return
  if (await succeeds('ip', ['link', 'delete', link])) return
  if ((await linkNames()).includes(link)) await run('ip', ['link', 'delete', link])
}

/**
 * Drops all frames of a host on the bridge, or forwards them again. Its own link stays up: the host hangs, as when a
 * switch loses power, without an error on either side.
 */
export async function setCut(machine: string, cut: boolean): Promise<void> {
  const veth = vethName(machine)
  if (!(await linkNames()).includes(veth)) {
    throw new HowdahError({
      code: 'LAB_HOST_DOWN',
      exit: 'preflight',
      message: 'The host has no link on the bridge: it is down',
      where: veth,
      next: 'howdah lab up',
    })
  }
  await run('bridge', ['link', 'set', 'dev', veth, 'state', cut ? '0' : '3'])
}
