/**
 * `npm run build`: makes dist/, which is what the package holds: the command line, the library with its types, the
 * programs that run as processes of their own, and the files that are read at run time.
 */
import { execFileSync } from 'node:child_process'
import { chmodSync, cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build, type Metafile, type Plugin } from 'esbuild'
import { licencesText } from './licences.ts'
import { writeTypes } from './types.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const DIST = join(ROOT, 'dist')

/** What dist/ holds, by the name of its file; other files of code are chunks, loaded when a verb needs them. */
const ENTRIES = {
  howdah: 'cli/main.ts',
  index: 'provisioners/index.ts',
  'mirror-server': 'lab/software/mirror-server.ts',
}

/** Rooms whose files that are no code are read at run time. */
const ROOMS = ['hadoop-templates', 'provisioners', 'stacks', 'lab']

/** The AWS part: installed by whoever needs it, since it is ten times as big as all the rest. */
const AWS_PART = ['cdktf', 'constructs', '@cdktf/*']

/**
 * ssh2 can do without its native parts, and without these two a package serves every machine. `require` of them fails,
 * as on a machine that could not compile them.
 */
const NATIVE = ['cpu-features', '*.node']

/** Packages of CommonJS use these names, which a module lacks. */
const BANNER = `import { createRequire as howdahRequire } from 'node:module'; const require = howdahRequire(import.meta.url), __dirname = import.meta.dirname, __filename = import.meta.filename;`

/** Our sources, as a bundle needs them. */
const ownSources: Plugin = {
  name: 'own-sources',
  setup({ onLoad }) {
    onLoad({ filter: /\/(cli|lab|stacks|provisioners|hadoop-templates)\/.*\.ts$/ }, ({ path }) => {
      if (path.includes('/node_modules/')) return undefined
      // A synchronous load at first use: to the bundler it is a plain `require`, which it bundles.
      const contents = readFileSync(path, 'utf8').replaceAll('createRequire(import.meta.url)(', 'require(')
      if (contents.includes('import.meta.url') && !path.endsWith('/provisioners/files.ts'))
        throw new Error(`${path} uses import.meta.url: take ownFile of provisioners/files.ts`)
      return { contents, loader: 'ts' }
    })
  },
}

/** zod holds its messages in 50 languages; Howdah has its own messages. */
const noLocales: Plugin = {
  name: 'no-locales',
  setup({ onLoad }) {
    onLoad({ filter: /\/zod\/v4\/locales\/index\.js$/ }, () => ({ contents: 'export {}' }))
  },
}

async function bundle(): Promise<Metafile> {
  const { metafile } = await build({
    entryPoints: ENTRIES,
    outdir: DIST,
    absWorkingDir: ROOT,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.12',
    external: [...AWS_PART, ...NATIVE],
    define: { HOWDAH_BUNDLED: 'true' },
    banner: { js: BANNER },
    plugins: [ownSources, noLocales],
    // Names stay as they are: the stack of a bug must be of use to whoever reads it.
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: 'none',
    metafile: true,
    logLevel: 'warning',
  })
  return metafile
}

/** Every file of the rooms that Git knows, or would take, and that is no code. */
function copyFiles(): void {
  const args = ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--', ...ROOMS]
  const files = execFileSync('git', args, { cwd: ROOT, encoding: 'utf8' }).split('\0')
  for (const file of files) {
    if (file === '' || file.endsWith('.ts')) continue
    mkdirSync(dirname(join(DIST, 'files', file)), { recursive: true })
    cpSync(join(ROOT, file), join(DIST, 'files', file))
  }
}

rmSync(DIST, { recursive: true, force: true })
const metafile = await bundle()
copyFiles()
writeFileSync(join(DIST, 'LICENSES.txt'), licencesText(ROOT, Object.keys(metafile.inputs)))
// A test that only runs the command needs no types, which take longer than all the rest.
if (!process.argv.includes('--no-types')) writeTypes(ROOT, DIST)
chmodSync(join(DIST, 'howdah.js'), 0o755)
