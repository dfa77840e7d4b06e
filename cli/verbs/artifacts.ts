import { stat } from 'node:fs/promises'
import {
  bundleHash,
  defaultCacheDir,
  listCache,
  prunable,
  prune as pruneCache,
  readBundle,
  verifyCache,
} from '../../provisioners/artifacts/index.ts'
import { EXIT } from '../../provisioners/errors.ts'
import { bundleCluster, clusterArtifacts } from '../../provisioners/operations/artifacts/index.ts'
import type { Console } from '../console.ts'
import { bytes, table } from '../render/text.ts'
import type { Verb } from './context.ts'

const FORMAT = '1.0'

type Row = {
  readonly name: string
  readonly version: string
  readonly sha256: string
  readonly bytes: number
}

const rows = (list: readonly Row[]) =>
  list.map((one) => [one.name, one.version, bytes(one.bytes), one.sha256.slice(0, 16)])

const HEAD = ['name', 'version', 'size', 'sha256']

/** `howdah artifacts bundle`: one file with all that a cluster installs, for a site without internet access. */
export const bundle: Verb<{ readonly file: string; readonly out: string }> = async (
  console,
  { file, out },
) => {
  const lock = await bundleCluster(console.operation(file), out)
  const sha256 = await bundleHash(out, console.signal)
  const size = (await stat(out)).size
  console.result({ formatVersion: FORMAT, file: out, sha256, bytes: size, entries: lock.entries }, () =>
    [
      table(HEAD, rows(lock.entries)),
      '',
      `${out}: ${bytes(size)}, sha256 ${sha256}`,
      `next: howdah bootstrap ${file} --bundle ${out}`,
    ].join('\n'),
  )
  return EXIT.done
}

/** `howdah artifacts list [BUNDLE]`: the files of the cache, or of a bundle. */
export const list: Verb<{ readonly bundle?: string }> = async (console, options) => {
  const held =
    options.bundle === undefined
      ? (await listCache(defaultCacheDir())).map(({ artifact }) => artifact)
      : (await readBundle(options.bundle, console.signal)).entries
  const where = options.bundle ?? defaultCacheDir()
  console.result({ formatVersion: FORMAT, where, artifacts: held }, () => {
    if (held.length === 0) return `nothing in ${where}`
    const sum = held.reduce((total, { bytes: size }) => total + size, 0)
    const origins = held.map(({ origin }, i) => [...(rows(held)[i] ?? []), origin])
    return `${table([...HEAD, 'from'], origins)}\n\n${held.length} files, ${bytes(sum)} in ${where}`
  })
  return EXIT.done
}

/** `howdah artifacts verify`: hashes every file of the cache again; exit 13 when a file has changed. */
export const verify: Verb = async (console) => {
  const cacheDir = defaultCacheDir()
  const { good, damaged } = await verifyCache({ cacheDir, report: console.report, signal: console.signal })
  console.result({ formatVersion: FORMAT, where: cacheDir, good, damaged }, () =>
    [
      ...damaged.map(
        ({ artifact, found }) =>
          `${console.out.red('✗')} ${artifact.file}: sha256 ${found}, expected ${artifact.sha256}`,
      ),
      ...(damaged.length > 0
        ? ['It is made again when it is next needed, or now: howdah artifacts prune --all']
        : []),
      `${good} files unchanged, ${damaged.length} damaged`,
    ].join('\n'),
  )
  return damaged.length > 0 ? EXIT.preflight : EXIT.done
}

export interface PruneOptions {
  readonly files: readonly string[]
  readonly all?: boolean
}

/** Hashes that the given cluster.yml files need; without --all and without files, everything that has an index stays. */
async function wanted(console: Console, { files, all }: PruneOptions): Promise<ReadonlySet<string>> {
  if (files.length === 0 && !all)
    return new Set((await listCache(defaultCacheDir())).map(({ artifact }) => artifact.sha256))
  const needed: string[] = []
  for (const file of files)
    for (const { sha256 } of await clusterArtifacts(console.operation(file))) needed.push(sha256)
  return new Set(needed)
}

/** `howdah artifacts prune [cluster.yml…]`: removes what these clusters do not need, after asking. */
export const prune: Verb<PruneOptions> = async (console, options) => {
  const cacheDir = defaultCacheDir()
  const removable = await prunable(cacheDir, await wanted(console, options))
  const sum = removable.reduce((total, { bytes: size }) => total + size, 0)
  const size = `${removable.length} things, ${bytes(sum)}`
  const about = removable.map(({ what, path, bytes: b }) => `  ${what}  ${bytes(b)}  ${path}`).join('\n')
  const agreed = removable.length > 0 && (await console.consent(`Remove ${size}?`, about))
  if (agreed) await pruneCache(removable)
  console.result({ formatVersion: FORMAT, where: cacheDir, removed: agreed, removable }, () => {
    if (removable.length === 0) return 'nothing to remove'
    return agreed ? `${size} removed` : `${size} can be removed; nothing was removed: add --yes`
  })
  return removable.length === 0 || agreed ? EXIT.done : EXIT.declined
}
