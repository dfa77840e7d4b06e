import { join } from 'node:path'
import { rolldown } from 'rolldown'
import { dts } from 'rolldown-plugin-dts'

/** Writes the types of the library as one file, `index.d.ts`, that needs no package but `@types/node`. */
export async function writeTypes(root: string, dir: string): Promise<void> {
  const bundle = await rolldown({
    cwd: root,
    input: { index: join(root, 'provisioners/index.ts') },
    // What a public type does not name is dropped, and with it the types of mysql2, ssh2 and zod.
    external: /^[a-z@]/,
    checks: { bundlerTimings: false },
    plugins: [dts({ cwd: root, tsconfig: join(root, 'tsconfig.library.json'), dtsOnly: true })],
  })
  await bundle.write({ dir })
  await bundle.close()
}
