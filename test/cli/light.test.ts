import { readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '../..')

/** What a module imports when it is loaded: not its types, and not what its functions import later. */
function importsOf(file: string): string[] {
  const statements = readFileSync(file, 'utf8').matchAll(
    /^(?:import|export) (?!type )[^'\n(]*?(?:\{[^}]*\} )?from '([^']+)'/gm,
  )
  return [...statements].map(([, from = '']) => from)
}

/** Every module that is loaded with this one: files of the project, and packages by name. */
function loadedWith(file: string, seen = new Set<string>()): Set<string> {
  seen.add(relative(ROOT, file))
  for (const from of importsOf(file)) {
    if (!from.startsWith('.')) seen.add(from)
    else if (!seen.has(relative(ROOT, join(dirname(file), from)))) loadedWith(join(dirname(file), from), seen)
  }
  return seen
}

it('help and completion load no verb, and nothing heavy', () => {
  const loaded = [...loadedWith(join(ROOT, 'cli/program.ts')), ...loadedWith(join(ROOT, 'cli/completion.ts'))]
  const others = [...new Set(loaded)].filter((name) => !/^(cli\/(program|completion)\b|node:)/.test(name))
  expect(others.sort()).toEqual([
    '@bomb.sh/tab',
    'commander',
    'provisioners/config/document/bounds.ts',
    'provisioners/config/document/paths.ts',
    'provisioners/config/document/ranges.ts',
    'provisioners/config/infrastructure/types.ts',
    'provisioners/config/versions/profiles.ts',
    'provisioners/errors.ts',
    'provisioners/files.ts',
  ])
})
