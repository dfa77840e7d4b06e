import type { Console } from '../console.ts'

/** What main.ts hands to each verb: a console for this run. A verb returns the process's exit code. */
export type Verb<Options = object> = (console: Console, options: Options) => Promise<number>
