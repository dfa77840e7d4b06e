import { sha256 } from './hash.ts'
import { markerContent } from './resources/archive.ts'
import { FILE_KEY } from './resources/unit.ts'
import { ARCHIVE_MARKER, type CoreResource, type HostObserved, type Resource, type World } from './types.ts'

/** The kernel's own limit of links in a row. */
const MAX_LINKS = 40

/** The path that `path` leads to through links that the plan wants, deepest first. */
function followLinks(path: string, links: ReadonlyMap<string, string>): string {
  let now = path
  for (let n = 0; n < MAX_LINKS; n++) {
    const next = followOne(now, links)
    if (next === undefined) return now
    now = next
  }
  return now
}

function followOne(path: string, links: ReadonlyMap<string, string>): string | undefined {
  for (let end = path.length; end > 0; end = path.lastIndexOf('/', end - 1)) {
    const head = path.slice(0, end)
    const target = links.get(head)
    if (target === undefined) continue
    const base = target.startsWith('/') ? target : `${head.slice(0, head.lastIndexOf('/'))}/${target}`
    return base + path.slice(end)
  }
  return undefined
}

/** The files of a host after the plan: the wanted ones, else those that exist now. */
export function worldOf(resources: readonly Resource[], observed: HostObserved | undefined): World {
  const wanted = new Map<string, string>()
  const links = new Map<string, string>()
  const present = new Map<string, string>()
  for (const resource of resources as readonly CoreResource[]) {
    if (resource.type === 'file') wanted.set(resource.path, sha256(resource.content))
    if (resource.type === 'symlink') links.set(resource.path, resource.target)
    if (resource.type === 'archive') {
      wanted.set(`${resource.path}/${ARCHIVE_MARKER}`, sha256(markerContent(resource)))
    }
  }
  for (const state of Object.values(observed?.states ?? {})) {
    for (const [key, value] of Object.entries(state)) {
      if (key.startsWith(FILE_KEY) && value !== 'absent') present.set(key.slice(FILE_KEY.length), value)
    }
  }
  return {
    fileSha256(path) {
      const real = followLinks(path, links)
      return wanted.get(real) ?? present.get(path) ?? present.get(real)
    },
  }
}
