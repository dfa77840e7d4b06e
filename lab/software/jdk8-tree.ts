/** Makes one self-contained directory from Debian's packages, which spread a JDK over /usr and /etc. */
import { cp, readdir, readlink, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { certificatesOf, trustStore } from './truststore.ts'

const LEFT_OUT = ['man', 'jre/man', 'docs', 'src.zip', 'demo', 'sample']
const CACERTS = 'jre/lib/security/cacerts'

/**
 * Moves the JDK of the extracted packages in `tree` to `home`: links into /etc become their files, and `cacerts`, which
 * Debian makes at installation, is made from the certificates in `pem`.
 */
export async function makeStandalone(tree: string, home: string, pem: string): Promise<void> {
  const jvm = join(tree, 'usr/lib/jvm')
  const entries = await readdir(jvm, { withFileTypes: true })
  const jdk = entries.find((entry) => entry.isDirectory())?.name
  if (jdk === undefined) throw new Error(`no JDK in ${jvm}`)
  await rename(join(jvm, jdk), home)
  for (const path of LEFT_OUT) await rm(join(home, path), { recursive: true, force: true })
  await rm(join(home, CACERTS), { force: true })
  await writeFile(join(home, CACERTS), trustStore(certificatesOf(pem)), { mode: 0o644 })
  await replaceLinks(home, tree)
}

async function replaceLinks(dir: string, tree: string): Promise<void> {
  for (const entry of await readdir(dir, { withFileTypes: true })) {
    const path = join(dir, entry.name)
    if (entry.isDirectory()) await replaceLinks(path, tree)
    else if (entry.isSymbolicLink()) await replaceLink(path, tree)
  }
}

async function replaceLink(path: string, tree: string): Promise<void> {
  const target = await readlink(path)
  if (target.startsWith('/')) {
    await rm(path)
    // A target that no package contains (settings of other packages) is not needed on a host either.
    await cp(join(tree, target), path, { recursive: true, dereference: true }).catch(ignoreMissing)
    return
  }
  await stat(path).catch(() => rm(path))
}

function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error
}
