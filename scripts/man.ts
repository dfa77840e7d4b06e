/** `npm run man`: writes man/howdah.1 from the texts of the command line. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { manPage } from '../cli/man.ts'
import { buildProgram } from '../cli/program.ts'

const directory = join(import.meta.dirname, '../man')
mkdirSync(directory, { recursive: true })
writeFileSync(join(directory, 'howdah.1'), manPage(buildProgram(async () => {})))
