import { readdirSync } from 'node:fs'
import { type Complete, type Command as Completed, script as printScript, RootCommand } from '@bomb.sh/tab'
import type { Command, Option } from 'commander'
import { type Hint, hintOf } from './program/parts.ts'

/**
 * Shell completion. The scripts and the matching come from @bomb.sh/tab. Its tree is built from commander's, and its
 * printed output is collected. No verb is loaded, since the shell waits at each TAB.
 */

/** bash-completion has this function; without that package, this one reads the COMP_WORDS variable. */
const BASH_WORDS = `if ! type _get_comp_words_by_ref >/dev/null 2>&1; then
    _get_comp_words_by_ref() {
        cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]}
        words=("\${COMP_WORDS[@]}") cword=$COMP_CWORD
    }
fi
`

/** The completion script of a shell. It calls `howdah complete` at each TAB. */
export function completionScript(shell: 'bash' | 'zsh' | 'fish'): string {
  const text = printed(() => printScript(shell, 'howdah', 'howdah'))
  // Read-only variables would make a second `source` of the script fail.
  return shell === 'bash' ? BASH_WORDS + text.replaceAll(/^readonly /gm, '') : text
}

/** The last line of a completion, a bit mask: 4 stops the shell from adding files, 2 from adding a space. */
const NO_FILES = ':4\n'
const NO_FILES_NO_SPACE = ':6\n'

/** The candidates for the last argument of `howdah WORDS`, in the format of the scripts. */
export function candidates(program: Command, words: readonly string[]): string {
  const last = words.at(-1) ?? ''
  const before = wordsBefore(program, words.slice(0, -1))
  const root = treeOf(program, last.replace(/^--[^=]*=/, ''))
  const answer = printed(() => root.parse([...before, last]))
  const values = answer.split('\n').filter((line) => line !== '' && !line.startsWith(':'))
  // A directory is only the beginning of a path, so no space follows it.
  const unfinished = values.length > 0 && values.every((line) => line.split('\t')[0]?.endsWith('/'))
  return unfinished ? answer.replace(NO_FILES, NO_FILES_NO_SPACE) : answer
}

/** The finished words as @bomb.sh/tab reads them: `--x=1` is two words, and the values of a variadic option are left out. */
function wordsBefore(program: Command, finished: readonly string[]): string[] {
  const words = finished.flatMap((word) => /^(--[^=]+)=(.*)$/s.exec(word)?.slice(1, 3) ?? [word])
  const flag = words.findLastIndex((word) => word.startsWith('-'))
  const option = optionsAt(program, words).find(({ long, short }) =>
    [long, short].includes(words[flag] ?? ''),
  )
  return option?.variadic ? words.slice(0, flag + 1) : words
}

/** The options of the verb that these words lead to. */
function optionsAt(program: Command, words: readonly string[]): readonly Option[] {
  let command = program
  for (const word of words) command = command.commands.find((sub) => sub.name() === word) ?? command
  return command.options
}

/** The tree of verbs for @bomb.sh/tab. `partial` is the word at the cursor, for paths. */
function treeOf(program: Command, partial: string): RootCommand {
  const root = new RootCommand()
  fill(root, program, partial)
  const addBelow = (parent: Command, path: string): void => {
    for (const command of parent.createHelp().visibleCommands(parent)) {
      const full = `${path}${command.name()}`
      const added = root.command(full, command.summary() || command.description())
      fill(added, command, partial)
      if (command.name() === 'help') added.argument('verb', offer(namesBelow(parent), partial))
      addBelow(command, `${full} `)
    }
  }
  addBelow(program, '')
  return root
}

const namesBelow = (parent: Command): string[] =>
  parent
    .createHelp()
    .visibleCommands(parent)
    .map((command) => command.name())

function fill(target: Completed, command: Command, partial: string): void {
  const help = command.createHelp()
  for (const option of [...help.visibleOptions(command), ...help.visibleGlobalOptions(command)]) {
    const name = option.long?.slice(2) ?? option.name()
    const short = option.short?.slice(1)
    const valued = option.required || option.optional
    if (valued) target.option(name, option.description, offer(hintOf(option), partial), short)
    else target.option(name, option.description, short)
  }
  if (command.name() === 'help') return
  for (const argument of command.registeredArguments)
    target.argument(argument.name(), offer(hintOf(argument), partial), argument.variadic)
}

const offer =
  (hint: Hint | undefined, partial: string) =>
  (complete: Complete): void => {
    const values = typeof hint === 'string' ? paths(hint, partial) : (hint ?? [])
    for (const value of values) complete(value, '')
  }

/** Names without a character that is special to a shell. */
const PLAIN = /^[\p{L}\p{N}_.,@%+-]+$/u

/** Directories, and files of that kind, whose path begins with `partial`. */
function paths(kind: 'yml' | 'file' | 'directory', partial: string): string[] {
  const directory = partial.slice(0, partial.lastIndexOf('/') + 1)
  const start = partial.slice(directory.length)
  const wanted = (name: string): boolean => kind === 'file' || (kind === 'yml' && /\.ya?ml$/.test(name))
  return entries(directory === '' ? '.' : directory)
    .filter(({ name }) => name.startsWith(start) && name.startsWith('.') === start.startsWith('.'))
    .filter((entry) => PLAIN.test(entry.name) && (entry.isDirectory() || wanted(entry.name)))
    .map((entry) => `${directory}${entry.name}${entry.isDirectory() ? '/' : ''}`)
    .sort()
}

function entries(directory: string): readonly { readonly name: string; isDirectory(): boolean }[] {
  try {
    return readdirSync(directory, { withFileTypes: true })
  } catch {
    // An unreadable directory has no candidates.
    return []
  }
}

/** The output of a function of @bomb.sh/tab, which prints its result and does not return it. */
function printed(print: () => void): string {
  const log = console.log
  const lines: string[] = []
  console.log = (line: unknown) => void lines.push(`${line}\n`)
  try {
    print()
  } finally {
    console.log = log
  }
  return lines.join('')
}
