import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { execa } from 'execa'

/** The time of every entry: 2020-01-01T00:00:00Z. Some JVMs and zip tools do not accept 1970. */
const EPOCH = '@1577836800'

/**
 * Packs the directory `root` below `parent` as .tar.gz, so that the same tree always gives the same bytes: sorted
 * names, one time, owner 0, modes without the umask, no name or time in the gzip header. Always gzip, never pigz: they
 * compress to different bytes, and a rebuild on another machine would have another hash.
 * @throws ExecaError when tar or gzip fails, for example on a full disk.
 */
export async function packTree(
  parent: string,
  root: string,
  file: string,
  signal?: AbortSignal,
): Promise<void> {
  await pack(['-I', 'gzip -n', '-cf', file, '-C', parent, root], file, signal)
}

/** Packs `members` below `parent`, in this order and without compression; symbolic links are replaced by their targets. */
export async function packTar(
  parent: string,
  members: readonly string[],
  file: string,
  signal?: AbortSignal,
): Promise<void> {
  await pack(['--dereference', '-cf', file, '-C', parent, ...members], file, signal)
}

async function pack(args: readonly string[], file: string, signal?: AbortSignal): Promise<void> {
  await mkdir(dirname(file), { recursive: true })
  const same = [
    '--sort=name',
    `--mtime=${EPOCH}`,
    '--owner=0',
    '--group=0',
    '--numeric-owner',
    '--format=gnu',
  ]
  const modes = ['--mode=u+rwX,go+rX,go-w', '--hard-dereference']
  await execa('tar', [...same, ...modes, ...args], {
    // GZIP and TAR_OPTIONS have default options of gzip and tar, which must not apply.
    env: { GZIP: undefined, TAR_OPTIONS: undefined, LC_ALL: 'C' },
    ...(signal ? { cancelSignal: signal } : {}),
  })
}
