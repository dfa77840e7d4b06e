import { Argument, type Command, Option } from 'commander'
import type { Runner } from '../program.ts'
import { addGroup, addVerb, clusterArgument, globalsOf, offering, yesOption } from './parts.ts'

/** `howdah artifacts …`: the software itself, on this machine. */
export function artifactVerbs(program: Command, runner: Runner): void {
  const artifacts = addGroup(program, 'artifacts', {
    summary: 'cache of software (bundle, list, verify, prune)',
    description:
      'The software that clusters are made of is kept in a cache on this machine. These verbs look after the cache, and copy it to places without access to the Internet.',
    examples: [['howdah artifacts list', 'show what the cache holds']],
  })
  addVerb(artifacts, 'bundle', {
    summary: 'write one file with all software of a cluster',
    description:
      'Writes one file with all the software that the cluster installs. With it, howdah bootstrap works without access to the Internet.',
    examples: [
      ['howdah artifacts bundle --out bundle.tar', 'write the bundle here'],
      ['howdah bootstrap --bundle bundle.tar', 'use only this bundle there'],
    ],
  })
    .addArgument(clusterArgument())
    .addOption(
      offering(new Option('-o, --out <bundle>', 'the file to write').default('howdah-bundle.tar'), 'file'),
    )
    .action((file, options, command) =>
      runner(globalsOf(command), async (console) =>
        (await import('../verbs/artifacts.ts')).bundle(console, { file, ...options }),
      ),
    )
  cacheVerbs(artifacts, runner)
}

function cacheVerbs(artifacts: Command, runner: Runner): void {
  addVerb(artifacts, 'list', {
    summary: 'show what the cache holds, or a bundle',
    description: 'Lists the software in the cache of this machine, or in a bundle.',
    examples: [
      ['howdah artifacts list', 'the cache'],
      ['howdah artifacts list bundle.tar', 'a bundle'],
    ],
  })
    .addArgument(offering(new Argument('[bundle]', 'a file that howdah artifacts bundle wrote'), 'file'))
    .action((bundle: string | undefined, _options, command) =>
      runner(globalsOf(command), async (console) =>
        (await import('../verbs/artifacts.ts')).list(console, bundle === undefined ? {} : { bundle }),
      ),
    )
  addVerb(artifacts, 'verify', {
    summary: 'check the hash of every file of the cache',
    description: 'Reads every file of the cache and compares its hash. Exits with 13 when a file is damaged.',
    examples: [['howdah artifacts verify', 'check the whole cache']],
  }).action((_options, command) =>
    runner(globalsOf(command), async (console) =>
      (await import('../verbs/artifacts.ts')).verify(console, {}),
    ),
  )
  addVerb(artifacts, 'prune', {
    summary: 'remove from the cache what is no longer needed',
    description:
      'Removes from the cache what the named clusters do not need, after asking for consent. Without files it removes only what interrupted downloads left.',
    examples: [
      ['howdah artifacts prune', 'only what interrupted downloads left'],
      ['howdah artifacts prune production.yml staging.yml', 'keep what these two clusters need'],
      ['howdah artifacts prune --all', 'empty the cache'],
    ],
  })
    .addArgument(
      offering(new Argument('[files...]', 'files that describe the clusters to keep software for'), 'yml'),
    )
    .option('--all', 'remove everything that no named cluster needs, also when none is named')
    .addOption(yesOption())
    .action((files: string[], options, command) =>
      runner(globalsOf(command), async (console) =>
        (await import('../verbs/artifacts.ts')).prune(console, { files, ...options }),
      ),
    )
}
