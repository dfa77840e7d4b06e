/**
 * Bounds on what is read as YAML, so that no file keeps this machine busy, or fills its memory. A file for the largest
 * cluster that Howdah takes is far below each of them.
 */

/** Bytes of a file: room for 3,000 hosts with a line of their own. Beyond it, reading YAML that is wrong everywhere takes minutes. */
export const MOST_BYTES = 1 << 18
/** Levels of lists and maps, those that aliases bring included. */
export const MOST_LEVELS = 64
/** Aliases (`*name`) in a file. */
export const MOST_ALIASES = 1000
/** Values, each alias counted with all that it stands for. */
export const MOST_VALUES = 250_000
/** Entries of one list. */
export const MOST_ENTRIES = 10_000
/** Hosts of a cluster. A range with more members is taken for a typing error. */
export const MOST_HOSTS = 10_000
