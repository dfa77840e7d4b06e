import { join } from 'node:path'

const ROOT = join(import.meta.dirname, '../..')

/**
 * The command that tests of the command line run: the sources in place, or what HOWDAH_BIN names. `make test` names the
 * built one, which starts several times as fast.
 */
export const HOWDAH = process.env.HOWDAH_BIN || join(ROOT, 'bin/howdah')
