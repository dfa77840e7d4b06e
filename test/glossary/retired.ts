/** A word or phrase that the project no longer uses. CONTRIBUTING.md has the glossary that these come from. */
export interface Retired {
  /** Matched against text in small letters, with camelCase and snake_case split into words. */
  readonly pattern: RegExp
  /** What to write, or how to rewrite the sentence. */
  readonly instead: string
}

const word = (pattern: string): RegExp => new RegExp(`\\b(?:${pattern})\\b`, 'g')

/** Verbs after which "is to" means "must". Not a list of all verbs: "the link is to m1" is right. */
const AFTER_IS_TO = [
  ...['be', 'become', 'begin', 'bring', 'come', 'do', 'find', 'end', 'get', 'give', 'go', 'have'],
  ...[
    'hold',
    'keep',
    'lie',
    'listen',
    'log',
    'make',
    'put',
    'reach',
    'read',
    'run',
    'say',
    'see',
    'show',
    'start',
    'stay',
    'stop',
    'take',
  ],
  ...['trust', 'try', 'use', 'write'],
].join('|')

export const RETIRED: readonly Retired[] = [
  { pattern: word('grounds?'), instead: 'infrastructure' },
  { pattern: word('people|persons?'), instead: 'user, users' },
  { pattern: word('his|hers?|he|she|him|himself|herself'), instead: 'their, they; or repeat the noun' },
  { pattern: word('deeds?'), instead: 'action' },
  { pattern: word('survey(?:s|ed|ing)?'), instead: 'observe, observation' },
  { pattern: word('gaz(?:e|es|ed|ing)'), instead: 'observe' },
  { pattern: word('(?:a|the|another|one) look(?! ?(?:up|at))'), instead: 'check, attention' },
  { pattern: word('look(?:s|ed) at'), instead: 'observe, read, check' },
  { pattern: word('tells?|told|telling'), instead: 'report, show, say; render for text that is made' },
  { pattern: word('undertakings?'), instead: 'run' },
  { pattern: word('component rooms?'), instead: 'service folder' },
  { pattern: word('the spec'), instead: 'cluster.yml; configuration, for what was read from it' },
  { pattern: word('troubles?'), instead: 'error, cause' },
  {
    pattern: word('(?:last|own|other|its|their) words?'),
    instead: 'output, message; "the last lines of its log"',
  },
  { pattern: word('(?<!const )words? of|no word'), instead: 'message, text, output' },
  { pattern: word('(?:network|bucket|base|server|store|cluster|emr) places'), instead: 'references' },
  { pattern: word("(?:tak(?:e|es|en|ing)|took)(?: [\\w'`.-]+){0,3} away"), instead: 'remove' },
  { pattern: word('(?:is|are|was|were|be|been|being) gone'), instead: 'missing, removed, no longer exists' },
  { pattern: word(`(?:is|are|was|were) to (?:${AFTER_IS_TO})`), instead: 'must, will, should' },
  { pattern: word('by (?:itself|themselves|himself|herself)'), instead: 'alone, automatically, on its own' },
  { pattern: word('(?:speaks?|spoke) of'), instead: 'name, mention' },
  { pattern: word('(?:knows?|knew|known) of'), instead: 'know, have a record of' },
  { pattern: word('stands?(?!-)(?! (?:in|alone|by|for))|stood'), instead: 'be, exist; or name what it does' },
  { pattern: word('(?:says?|said) of'), instead: 'say about; or turn the sentence round' },
  { pattern: word('anew'), instead: 'again, new' },
  { pattern: /[,;] but (?:by|with)\b/g, instead: 'except by, except with' },
  { pattern: word('(?:lays?|laid|laying)(?: \\w+)? out'), instead: 'create; synthesise, for stacks' },
  { pattern: word('judg(?:e|es|ed|ing)'), instead: 'check, validate' },
  { pattern: word('ways? out'), instead: 'internet access; or the remedy' },
  { pattern: word('without a word'), instead: 'silently, without a warning' },
  { pattern: word('(?:is|are) (?:yours|theirs|ours) to'), instead: 'you must, you can' },
  {
    pattern: /(?<!there )\b(?:is|are|was|were) no (?!longer|more|less|one|two)[a-z]/g,
    instead: 'is not a …',
  },
]

/** Text as the patterns see it, line by line: `groundOf_hosts` reads "ground of hosts". */
export const plainText = (text: string): string =>
  text
    .replaceAll(/([a-z\d])([A-Z])/g, '$1 $2')
    .replaceAll('_', ' ')
    .toLowerCase()

export interface Hit {
  /** The line of the text, from 1. */
  readonly line: number
  readonly found: string
  readonly instead: string
}

/** Every retired word in a text, by line. */
export function retiredIn(text: string): readonly Hit[] {
  const plain = plainText(text)
  const lineAt = (index: number): number => plain.slice(0, index).split('\n').length
  return RETIRED.flatMap(({ pattern, instead }) =>
    [...plain.matchAll(pattern)].map(({ 0: found, index }) => ({ line: lineAt(index), found, instead })),
  ).sort((a, b) => a.line - b.line)
}
