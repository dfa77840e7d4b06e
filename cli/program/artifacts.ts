import type { Command } from 'commander'
import type { GlobalOptions } from '../console.ts'
import type { Runner } from '../program.ts'

/** `howdah artifacts …`: the software itself, on this machine. */
export function artifactVerbs(program: Command, runner: Runner): void {
  const globals = (command: Command): GlobalOptions => command.optsWithGlobals()
  const artifacts = program.command('artifacts').description('the software that clusters are made of')
  artifacts
    .command('bundle [file]')
    .description('write one file with all that a cluster installs, for a site without a way out')
    .option('-o, --out <bundle>', 'the file to write', 'howdah-bundle.tar')
    .addHelpText(
      'after',
      '\nExample:\n  howdah artifacts bundle --out bundle.tar\n  howdah bootstrap --bundle bundle.tar     # there: nothing else is used',
    )
    .action((file = 'cluster.yml', options, command) =>
      runner(globals(command), async (console) =>
        (await import('../verbs/artifacts.ts')).bundle(console, { file, ...options }),
      ),
    )
  artifacts
    .command('list [bundle]')
    .description("what this machine's cache holds, or a bundle")
    .action((bundle: string | undefined, _options, command) =>
      runner(globals(command), async (console) =>
        (await import('../verbs/artifacts.ts')).list(console, bundle === undefined ? {} : { bundle }),
      ),
    )
  artifacts
    .command('verify')
    .description('hash every file of the cache anew')
    .action((_options, command) =>
      runner(globals(command), async (console) =>
        (await import('../verbs/artifacts.ts')).verify(console, {}),
      ),
    )
  artifacts
    .command('prune [files...]')
    .description(
      'remove from the cache what these clusters do not need; without any, only halves and leftovers',
    )
    .option('--all', 'remove everything that no cluster named here needs')
    .option('-y, --yes', 'without asking')
    .addHelpText('after', '\nExample:\n  howdah artifacts prune production.yml staging.yml')
    .action((files: string[], options, command) =>
      runner(globals(command), async (console) =>
        (await import('../verbs/artifacts.ts')).prune(console, { files, ...options }),
      ),
    )
}
