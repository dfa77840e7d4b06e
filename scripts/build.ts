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

/** The entry files of dist/, by name. Other files of code are chunks, which are loaded when a verb needs them. */
const ENTRIES = {
  howdah: 'cli/main.ts',
  index: 'provisioners/index.ts',
  'mirror-server': 'lab/software/mirror-server.ts',
}

/** Folders with files other than code that Howdah reads at run time. */
const ROOMS = ['hadoop-templates', 'provisioners', 'stacks', 'lab']

/** The AWS part. Users install it when they need it, since it is ten times as big as all the rest. */
const AWS_PART = ['cdktf', 'constructs', '@cdktf/*']

/**
 * ssh2 works without its native parts, and without them one package works on every machine. `require` of them fails,
 * as on a machine that could not compile them.
 */
const NATIVE = ['cpu-features', '*.node']

/** CommonJS packages use these names, which a module does not have. */
const BANNER = `import { createRequire as howdahRequire } from 'node:module'; const require = howdahRequire(import.meta.url), __dirname = import.meta.dirname, __filename = import.meta.filename;`

/** Howdah's sources, as a bundle needs them. */
const ownSources: Plugin = {
  name: 'own-sources',
  setup({ onLoad }) {
    onLoad({ filter: /\/(cli|lab|stacks|provisioners|hadoop-templates)\/.*\.ts$/ }, ({ path }) => {
      if (path.includes('/node_modules/')) return undefined
      // A synchronous load at first use. The bundler sees a plain `require`, and bundles its file.
      const contents = readFileSync(path, 'utf8').replaceAll('createRequire(import.meta.url)(', 'require(')
      if (contents.includes('import.meta.url') && !path.endsWith('/provisioners/files.ts'))
        throw new Error(`${path} uses import.meta.url: use ownFile of provisioners/files.ts`)
      return { contents, loader: 'ts' }
    })
  },
}

/** zod has messages in 50 languages, and Howdah uses its own. */
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
    // Names are not shortened, so that the stack trace of a bug can be read.
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: 'none',
    metafile: true,
    logLevel: 'warning',
  })
  return metafile
}

/** The files of these folders that are not code, and that Git tracks or would add. */
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
// Tests that only run the command do not need the types, which take longer than all the rest.
if (!process.argv.includes('--no-types')) writeTypes(ROOT, DIST)
chmodSync(join(DIST, 'howdah.js'), 0o755)
