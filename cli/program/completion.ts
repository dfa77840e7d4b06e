import { Argument, type Command } from 'commander'
import type { Runner } from '../program.ts'
import { addVerb, globalsOf } from './parts.ts'

/** `howdah completion SHELL`, and the hidden verb that the shells then call at each TAB. */
export function completionVerbs(program: Command, runner: Runner): void {
  addVerb(program, 'completion', {
    summary: 'print a completion script for bash, zsh or fish',
    description:
      'Prints a script that makes your shell complete the verbs, options and values of howdah. The command howdah must be in your PATH.',
    examples: [
      [
        'source <(howdah completion bash)',
        'bash, for this shell only; put the line into ~/.bashrc to keep it',
      ],
      [
        'howdah completion bash > /etc/bash_completion.d/howdah',
        'bash, for all users of this machine (package bash-completion)',
      ],
      ['howdah completion zsh > "${fpath[1]}/_howdah"', 'zsh; start a new shell afterwards'],
      ['howdah completion fish > ~/.config/fish/completions/howdah.fish', 'fish; new shells have it'],
    ],
  })
    .addArgument(new Argument('<shell>', 'the shell you use').choices(['bash', 'zsh', 'fish']))
    .action((shell, _options, command) =>
      runner(globalsOf(command), async (console) => {
        const script = (await import('../completion.ts')).completionScript(shell)
        console.result({ formatVersion: '1.0', shell, script }, () => script.trimEnd())
        return 0
      }),
    )
  program
    .command('complete', { hidden: true })
    .description('print the candidates for the end of a command line (for completion scripts)')
    .argument('[words...]', 'the words after howdah, the last one unfinished')
    .action((words: string[], _options, command) =>
      runner(globalsOf(command), async () => {
        process.stdout.write((await import('../completion.ts')).candidates(program, words))
        return 0
      }),
    )
}
