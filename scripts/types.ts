import { createHash } from 'node:crypto'
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { execa } from 'execa'

/** What the types are made from: the sources below the library's door, the compiler and its options. */
function inputsOf(root: string): string[] {
  const sources = ['provisioners', 'hadoop-templates'].flatMap((room) =>
    readdirSync(join(root, room), { recursive: true, encoding: 'utf8' }).map((file) => join(room, file)),
  )
  return [
    ...sources.filter((file) => file.endsWith('.ts')).sort(),
    ...['package-lock.json', 'tsconfig.json', 'tsconfig.library.json', 'scripts/types.ts'],
  ]
}

/**
 * Writes the types of the library as one file that needs no other package but `@types/node`. They take the compiler
 * most of a minute, so they are kept, and made again when a source has changed.
 */
export async function writeTypes(root: string, out: string): Promise<void> {
  const hash = createHash('sha256')
  for (const file of inputsOf(root)) hash.update(`\0${file}\0`).update(readFileSync(join(root, file)))
  const kept = join(root, '.cache/types', `${hash.digest('hex').slice(0, 16)}.d.ts`)
  if (!existsSync(kept)) {
    mkdirSync(dirname(kept), { recursive: true })
    const options = ['--project', 'tsconfig.library.json', '--no-check', '--no-banner', '--silent']
    // Under another name first: what was interrupted is not taken for the types.
    const draft = `${kept.slice(0, -'.d.ts'.length)}.${process.pid}.d.ts`
    const args = [...options, '-o', draft, 'provisioners/index.ts']
    await execa('dts-bundle-generator', args, { cwd: root, preferLocal: true, stderr: 'inherit' })
    renameSync(draft, kept)
  }
  copyFileSync(kept, out)
}
