import { directoriesOf, type UsedDirectory } from '../questions.ts'
import type { Check, Found, Seen, World } from '../types.ts'
import { answer, eachHost, linesOf, shown, Unread } from './reading.ts'

/** A directory that is needed, with the nearest one that exists. */
interface Place extends UsedDirectory {
  readonly at: string
  readonly df?: { readonly totalKb: number; readonly freeKb: number }
  /** A total of 0 means that the file system has no fixed number. */
  readonly inodes?: { readonly total: number; readonly free: number }
}

interface Mount {
  readonly path: string
  readonly device: string
  readonly type: string
  readonly options: readonly string[]
}

/** A line of `df -Pk`. The device may have blanks, so the numbers decide. */
function parseDf(line: string): Pick<Place, 'df'> {
  const found = /\s(\d{1,18})\s+(\d{1,18})\s+(\d{1,18})\s+(?:\d+%|-)\s+\//.exec(line)
  return found ? { df: { totalKb: Number(found[1]), freeKb: Number(found[3]) } } : {}
}

function parseInodes(text: string): Pick<Place, 'inodes'> {
  const found = /^(\d{1,18}) (\d{1,18})$/.exec(text.trim())
  return found ? { inodes: { total: Number(found[1]), free: Number(found[2]) } } : {}
}

/** The places of a host's directories. Throws Unread when one is not in the answer. */
function placesOf(seen: Seen, { cluster }: World): Place[] {
  const found = new Map<string, Pick<Place, 'at' | 'df' | 'inodes'>>()
  let dir = ''
  const add = (more: Partial<Place>): void => {
    const known = found.get(dir)
    if (known !== undefined) found.set(dir, { ...known, ...more })
  }
  for (const line of linesOf(seen, 'disks')) {
    const [kind, first = '', second = ''] = line.split('\t')
    if (kind === 'dir') {
      dir = first
      if (second.startsWith('/')) found.set(dir, { at: second })
    } else if (kind === 'df') add(parseDf(line))
    else if (kind === 'inodes') add(parseInodes(first))
  }
  return directoriesOf(seen.host, cluster).map(({ path, use }) => {
    const place = found.get(path)
    if (place === undefined) throw new Unread(`the host did not report ${path}`)
    return { path, use, ...place }
  })
}

const unescaped = (path: string): string =>
  path.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)))

function mountsOf(seen: Seen): Mount[] {
  const mounts = answer(seen, 'mounts')
    .split('\n')
    .flatMap((line): Mount[] => {
      const [device = '', path, type, options = ''] = line.split(' ')
      if (!path?.startsWith('/') || type === undefined) return []
      return [{ path: unescaped(path), device, type, options: options.split(',') }]
    })
  if (!mounts.some(({ path }) => path === '/')) throw new Unread('/proc/mounts has no root')
  return mounts
}

/** The mount that a path is on: the longest path above it, and of those the last. */
function mountOf(path: string, mounts: readonly Mount[]): Mount {
  const above = mounts.filter(
    (mount) => mount.path === '/' || path === mount.path || path.startsWith(`${mount.path}/`),
  )
  return above.reduce(
    (best, mount) => (mount.path.length >= best.path.length ? mount : best),
    above[0] as Mount,
  )
}

const GIB_KB = 1024 * 1024
/** A cluster fills less than this in days, and a full disk of logs or metadata stops daemons. */
const LEAST_FREE_KB = 5 * GIB_KB
const LEAST_INODES = 50_000
const LEAST_INODES_PERCENT = 5

const gib = (kb: number): string => `${(kb / GIB_KB).toFixed(1)} GiB`
const list = (places: readonly Place[]): string => places.map(({ path }) => path).join(', ')

const space: Check = {
  id: 'free-space',
  title: 'at least 5 GiB are free for each directory',
  severities: ['warning'],
  run: eachHost((seen, world) => {
    const places = placesOf(seen, world).filter(({ use }) => use !== 'temporary')
    const short = places.filter((place) => (place.df?.freeKb ?? Number.POSITIVE_INFINITY) < LEAST_FREE_KB)
    const unread = places.filter(({ df }) => df === undefined)
    return [
      ...short.map(
        ({ path, df }): Found => ({
          severity: 'warning',
          message: `little space is free for ${path}`,
          evidence: `${gib(df?.freeKb ?? 0)} of ${gib(df?.totalKb ?? 0)} free`,
          fix: { where: 'hand', text: `a larger disk for ${path}, or another directory in cluster.yml` },
        }),
      ),
      ...notRead(unread, 'df printed nothing for'),
    ]
  }),
}

const notRead = (places: readonly Place[], why: string): Found[] =>
  places.length === 0
    ? []
    : [{ severity: 'unchecked', message: 'this could not be checked', evidence: `${why} ${list(places)}` }]

const inodes: Check = {
  id: 'free-inodes',
  title: 'the file systems have free inodes',
  severities: ['warning'],
  run: eachHost((seen, world) => {
    const places = placesOf(seen, world)
    // btrfs and others have no fixed number, and report 0.
    const few = places.filter(({ inodes: of }) => {
      if (of === undefined || of.total === 0) return false
      return of.free < LEAST_INODES && (of.free * 100) / of.total < LEAST_INODES_PERCENT
    })
    const unread = places.filter(({ inodes: of }) => of === undefined)
    return [
      ...few.map(
        ({ path, at, inodes: of }): Found => ({
          severity: 'warning',
          message: `few inodes are free for ${path}`,
          evidence: `${of?.free} of ${of?.total} free`,
          fix: { where: 'host', text: `du --inodes -xS ${at} | sort -n | tail` },
        }),
      ),
      ...notRead(unread, 'stat -f printed no numbers for'),
    ]
  }),
}

const NETWORK = /^(nfs|nfs4|cifs|smb3|9p|fuse\..*|ceph|glusterfs|lustre|afs)$/

function typeFinding(place: Place, { type }: Mount): Found[] {
  const evidence = `${place.path} is on ${type}`
  const fix = {
    where: 'hand',
    text: `a disk of the host for ${place.path}, or another directory in cluster.yml`,
  } as const
  if (place.use === 'temporary') return []
  if (/^(tmpfs|ramfs)$/.test(type))
    return [
      {
        severity: place.use === 'logs' ? 'warning' : 'error',
        message: `${place.path} is in memory, so a restart of the host loses it`,
        evidence,
        fix,
      },
    ]
  if (place.use !== 'data' && place.use !== 'metadata') return []
  if (NETWORK.test(type))
    return [
      {
        severity: 'warning',
        message: `${place.path} is on the network, which is slow and fails with the network`,
        evidence,
        fix,
      },
    ]
  if (type !== 'overlay') return []
  return [
    {
      severity: 'warning',
      message: `${place.path} is on the layer of a container, and is lost with the container`,
      evidence,
      fix,
    },
  ]
}

const fileSystems: Check = {
  id: 'file-systems',
  title: 'data and metadata are on disks: not tmpfs, not overlay, not on the network',
  severities: ['error', 'warning'],
  run: eachHost((seen, world) => {
    const mounts = mountsOf(seen)
    return placesOf(seen, world).flatMap((place) => typeFinding(place, mountOf(place.at, mounts)))
  }),
}

const options: Check = {
  id: 'mount-options',
  title:
    'no directory is mounted read-only, and no native library is on a file system that is mounted noexec',
  severities: ['error', 'warning'],
  run: eachHost((seen, world) => {
    const mounts = mountsOf(seen)
    return placesOf(seen, world).flatMap((place): Found[] => {
      const mount = mountOf(place.at, mounts)
      const evidence = `${mount.path} is mounted ${shown(mount.options.join(','))}`
      if (mount.options.includes('ro'))
        return [
          {
            severity: 'error',
            message: `${place.path} is mounted read-only`,
            evidence,
            fix: { where: 'host', text: `mount -o remount,rw ${mount.path}` },
          },
        ]
      if (!mount.options.includes('noexec') || place.use === 'metadata' || place.use === 'logs') return []
      const fix = { where: 'host', text: `mount -o remount,exec ${mount.path}` } as const
      if (place.use === 'software')
        return [
          {
            severity: 'error',
            message: `programs in ${place.path} cannot run: it is mounted noexec`,
            evidence,
            fix,
          },
        ]
      return [
        {
          severity: 'warning',
          message: `native libraries and commands of jobs in ${place.path} cannot run: it is mounted noexec`,
          evidence,
          fix,
        },
      ]
    })
  }),
}

const dataDisks: Check = {
  id: 'data-disks',
  title: 'data directories are on disks of their own, one each',
  severities: ['warning', 'note'],
  run: eachHost((seen, world) => {
    const mounts = mountsOf(seen)
    const data = placesOf(seen, world).filter(({ use }) => use === 'data')
    const on = data.map((place) => ({ place, mount: mountOf(place.at, mounts) }))
    const root = on.filter(({ mount }) => mount.path === '/')
    const paths = on.map(({ mount }) => mount.path)
    const twice = on.filter(({ mount }, i) => mount.path !== '/' && paths.indexOf(mount.path) !== i)
    return [
      ...root.map(
        ({ place, mount }): Found => ({
          severity: 'note',
          message: `${place.path} is on the disk of the system, which blocks and tasks can fill`,
          evidence: `${place.path} is on ${shown(mount.device)}`,
          fix: {
            where: 'hand',
            text: 'a disk of its own, mounted there; dataDirsMustBeMounts then refuses a plan without it',
          },
        }),
      ),
      ...twice.map(
        ({ place, mount }): Found => ({
          severity: 'warning',
          message: `${place.path} shares its disk with another data directory`,
          evidence: `both are on ${mount.path}`,
          fix: { where: 'hand', text: 'one data directory for each disk' },
        }),
      ),
    ]
  }),
}

/** Directories, the disks below them, and how they are mounted. */
export const diskChecks: readonly Check[] = [space, inodes, fileSystems, options, dataDisks]
