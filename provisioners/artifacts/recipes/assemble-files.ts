import { chmod, cp, mkdir, readdir, rename, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'

/** Names of the jars in a directory, sorted. */
export async function jars(directory: string): Promise<readonly string[]> {
  return (await readdir(directory)).filter((name) => name.endsWith('.jar')).sort()
}

/** Moves a file or directory into a directory, which is created. */
export async function moveInto(path: string, directory: string): Promise<void> {
  await mkdir(directory, { recursive: true })
  await rename(path, join(directory, basename(path)))
}

/**
 * Copies the folders into the tree, one after the other. Modes are set here, since a checkout on another file system,
 * or an npm package, may have lost them.
 */
export async function addLaunchers(folders: readonly string[], tree: string): Promise<void> {
  for (const folder of folders) await cp(folder, tree, { recursive: true })
  const bin = join(tree, 'bin')
  for (const name of await readdir(bin))
    if ((await stat(join(bin, name))).isFile()) await chmod(join(bin, name), 0o755)
}
