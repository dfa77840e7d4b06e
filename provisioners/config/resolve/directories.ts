import { CATALOG } from '../../catalog/index.ts'
import type { Path } from '../document/document.ts'
import { has } from '../placed.ts'
import type { Directories, Host } from '../types.ts'
import type { ResolveContext } from './context.ts'
import type { DraftHost } from './hosts.ts'

interface Place {
  readonly dir: string
  readonly what: string
  readonly path: Path
}

/** No directory of a host may contain another: a removal or a full disk in one would affect the other. */
export function checkDirectories(
  hosts: readonly Host[],
  drafts: readonly DraftHost[],
  directories: Directories,
  context: ResolveContext,
): void {
  hosts.forEach((host, i) => {
    const draft = drafts[i]
    if (draft === undefined) return
    const places = placesOf(host, draft, directories).map((place) => ({ ...place, below: below(place.dir) }))
    places.forEach((place, k) => {
      const clash = places.slice(0, k).find((other) => touches(place.below, other.below))
      if (clash !== undefined) report(draft.input.name, place, clash, context)
    })
  })
}

function placesOf(host: Host, draft: DraftHost, directories: Directories): Place[] {
  const places: Place[] = []
  if (has(host, 'namenode')) {
    directories.nameDirs.forEach((dir, i) => {
      places.push({ dir, what: 'NameNode metadata', path: ['directories', 'name', i] })
    })
  }
  if (has(host, 'secondarynamenode')) {
    const path = ['directories', 'checkpoint']
    places.push({ dir: directories.checkpointDir, what: "the SecondaryNameNode's checkpoint", path })
  }
  for (const daemon of host.daemons) {
    const { directory, title } = CATALOG[daemon]
    const dir = directories.ofDaemon[daemon]
    if (directory === undefined || dir === undefined) continue
    places.push({ dir, what: `the data of ${title}`, path: ['directories', directory.field] })
  }
  host.dataDirs.forEach((dir, i) => {
    places.push({ dir, what: 'data', path: [...draft.path, 'dataDirs', i] })
  })
  return places
}

/** What every path inside a directory begins with. */
const below = (dir: string): string => `${dir.replace(/\/+$/, '')}/`

const touches = (a: string, b: string): boolean => a.startsWith(b) || b.startsWith(a)

function report(host: string, place: Place, clash: Place, { problems }: ResolveContext): void {
  const same = place.dir.replace(/\/+$/, '') === clash.dir.replace(/\/+$/, '')
  problems.add({
    code: 'SPEC_DIRECTORIES_CLASH',
    path: place.path,
    message: same
      ? `${place.dir} is both ${clash.what} and ${place.what} on ${host}`
      : `${place.dir} (${place.what}) and ${clash.dir} (${clash.what}) lie in one another on ${host}`,
    found: place.dir,
    expected: 'directories apart from each other',
    next: 'give each its own directory, such as /data/1, /data/2, /data/nn',
  })
}
