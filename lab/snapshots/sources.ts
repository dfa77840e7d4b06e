/** The hash of the sources that made a cluster: a snapshot is valid until they change. */
import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { BUNDLED, packageRoot } from '../../provisioners/files.ts'

/** The sources that change a host; proofs and translations do not. A packed Howdah has no sources. */
const SOURCES = BUNDLED
  ? ['dist', 'package.json']
  : ['hadoop-templates', 'lab', 'provisioners', 'package-lock.json']
const WITHOUT = /^provisioners\/(emr|operations\/(verify|pipeline))(\/|\.ts$|$)/

async function filesBelow(root: string, path: string): Promise<string[]> {
  if (WITHOUT.test(path)) return []
  const entries = await readdir(join(root, path), { withFileTypes: true }).catch(() => undefined)
  if (entries === undefined) return [path]
  const lists = await Promise.all(entries.map(({ name }) => filesBelow(root, `${path}/${name}`)))
  return lists.flat()
}

/** SHA-256 over the names and contents of all sources that change a cluster's hosts, in hexadecimal. */
export async function sourcesKey(root: string = packageRoot()): Promise<string> {
  const files = (await Promise.all(SOURCES.map((path) => filesBelow(root, path)))).flat().sort()
  const hash = createHash('sha256')
  for (const file of files) {
    const content = await readFile(join(root, file)).catch(() => Buffer.alloc(0))
    hash.update(`${file}\0${content.length}\0`).update(content)
  }
  return hash.digest('hex')
}
