import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { generateDtsBundle } from 'dts-bundle-generator'

/** Writes the types of the library as one file, `index.d.ts`, that needs no package but `@types/node`. */
export function writeTypes(root: string, dir: string): void {
  const entry = {
    filePath: join(root, 'provisioners/index.ts'),
    // Types that no public type names are left out, and so are those of mysql2, ssh2 and zod.
    output: { exportReferencedTypes: false, noBanner: true },
    // `npm run types` has checked them.
    noCheck: true,
  }
  const [types = ''] = generateDtsBundle([entry], {
    preferredConfigPath: join(root, 'tsconfig.library.json'),
  })
  writeFileSync(join(dir, 'index.d.ts'), types)
}
