import { link, mkdir, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { hashFile } from './hash.ts'
import type { Artifact } from './types.ts'

/**
 * Writes artifacts in the layout of an Apache mirror, each with its `.sha512`, so that any HTTP server for `dir` is a
 * mirror (for `provider: mirror`, and for hosts that pull). Files are links into the cache. Safe to repeat.
 */
export async function publishMirror(artifacts: readonly Artifact[], dir: string): Promise<void> {
  for (const artifact of artifacts) {
    const target = join(dir, artifact.layoutPath)
    if (await isPublished(artifact.file, target)) continue
    await mkdir(dirname(target), { recursive: true })
    await rm(target, { force: true })
    // A symbolic link where cache and directory are on different file systems.
    await link(artifact.file, target).catch(() => symlink(artifact.file, target))
    const sha512 = await hashFile(target, 'sha512')
    await writeFile(`${target}.sha512`, `${sha512}  ${artifact.fileName}\n`)
  }
}

async function isPublished(file: string, target: string): Promise<boolean> {
  try {
    const [source, published, sum] = await Promise.all([stat(file), stat(target), stat(`${target}.sha512`)])
    return source.ino === published.ino && source.dev === published.dev && sum.size > 0
  } catch {
    return false
  }
}
