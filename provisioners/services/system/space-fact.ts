import type { Archive, Fact } from '../../engine/types.ts'
import { ARCHIVE_MARKER } from '../../engine/types.ts'
import { sh } from '../../shell.ts'

/** A tarball and its unpacked files need about this many times the size of the tarball. */
const TIMES = 3
/** Space that must stay free for logs and for the system. */
const SPARE_MB = 500

const NEAREST = `while [ ! -d "$dir" ]; do dir=\${dir%/*}; dir=\${dir:-/}; done`

/**
 * Shell that prints `space=enough`, or the numbers. Only archives that are not unpacked yet count, so a full disk does
 * not block a complete installation. For a directory that does not exist yet, its nearest parent counts.
 */
export function spaceScript(
  directory: string,
  archives: readonly Pick<Archive, 'path' | 'sha256' | 'bytes'>[],
): string {
  return [
    'need=0',
    ...archives.map(
      ({ path, sha256, bytes }) =>
        sh`grep -qs ${sha256} ${`${path}/${ARCHIVE_MARKER}`} || need=$((need + ${Math.ceil((bytes * TIMES) / 2 ** 20)}))`,
    ),
    'if [ "$need" -eq 0 ]; then echo space=enough; exit 0; fi',
    `need=$((need + ${SPARE_MB}))`,
    sh`dir=${directory}`,
    NEAREST,
    '# shellcheck disable=SC2046 # several words on purpose',
    'set -- $(df -Pm "$dir" | tail -n 1)',
    'if [ "$4" -ge "$need" ]; then echo space=enough; exit 0; fi',
    'echo "space=$4 MiB free on $6, and $need MiB needed"',
  ].join('\n')
}

/** The free space for the archives that must be unpacked below the installation directory. */
export const spaceFact = (host: string, directory: string, archives: readonly Archive[]): Fact => ({
  type: 'fact',
  id: 'fact:space',
  component: 'system',
  title: `free space for ${directory}`,
  script: spaceScript(directory, archives),
  must: [
    {
      key: 'space',
      oneOf: ['enough'],
      message: `the disk of ${host} is too full for ${directory}: {value}`,
      next: `free some space on ${host}, or set directories.install to a larger disk`,
    },
  ],
})
