import type { ErrorEntries } from './types.ts'

/** What can go wrong while software is fetched and checked. */
export const ARTIFACTS_ERRORS = {
  ARTIFACT_VERSION: {
    exit: 'configuration',
    meaning: 'The version cannot be a release of this software.',
    remedy: 'Correct `versions` in cluster.yml.',
  },
  ARTIFACT_NO_RECIPE: {
    exit: 'configuration',
    meaning: 'Howdah cannot assemble this version from a Maven repository.',
    remedy: 'Use one of the versions that the error lists, or use `provider: mirror` or `provider: file`.',
  },
  ARTIFACT_NOT_FOUND: {
    exit: 'preflight',
    meaning: 'None of the mirrors that were tried has the file.',
    remedy: 'Add `https://archive.apache.org/dist` to `artifacts.mirrors`: older releases are only there.',
  },
  ARTIFACT_NETWORK: {
    exit: 'connection',
    meaning: 'The file could not be fetched because its server did not answer.',
    remedy: "Check the address and this machine's access to the network, then run the command again.",
  },
  ARTIFACT_DISK: {
    exit: 'preflight',
    meaning: 'A download cannot be written to this machine.',
    remedy: 'Free some space, or set `HOWDAH_CACHE` to a directory on another disk.',
  },
  ARTIFACT_CACHE: {
    exit: 'preflight',
    meaning: 'The artifact cache cannot be read.',
    remedy: 'Remove the file that the error names, or set `HOWDAH_CACHE` to a directory that you may write.',
  },
  ARTIFACT_UNREADABLE: {
    exit: 'preflight',
    meaning: 'A file that `artifacts.files` names cannot be read.',
    remedy: 'Look at it with `ls -l FILE`, and give yourself permission to read it.',
  },
  ARTIFACT_BAD_CHECKSUM: {
    exit: 'configuration',
    meaning: 'A checksum in cluster.yml does not have the form of its algorithm.',
    remedy: 'Copy the whole checksum: 64 hexadecimal digits for SHA-256, 128 for SHA-512.',
  },
  ARTIFACT_NO_CHECKSUM: {
    exit: 'preflight',
    meaning: 'No checksum is published for a file, so it is not used.',
    remedy:
      'Set `artifacts.keys` so that its signature is checked, or name the file with a checksum by `provider: file`.',
  },
  ARTIFACT_CHECKSUM: {
    exit: 'preflight',
    meaning: 'The checksum of a file differs from the published or pinned one.',
    remedy: 'Compare the checksum with the one that the project publishes, and use another mirror.',
  },
  ARTIFACT_SOURCE: {
    exit: 'preflight',
    meaning: 'The source of the pipeline cannot be read, or is not a Python package.',
    remedy: 'Correct `pipeline.source`: the address and the ref, or the path of the tarball.',
  },
  ARTIFACT_WHEELS: {
    exit: 'preflight',
    meaning: 'The wheelhouse lacks a package that Howdah needs to make a virtualenv of Python 2.7.',
    remedy: 'Run the command that the error gives: it downloads what is missing.',
  },
  ARTIFACT_UNPACK: {
    exit: 'preflight',
    meaning: 'A package of Debian cannot be unpacked on this machine.',
    remedy: 'Install tar and xz: `apt-get install tar xz-utils`.',
  },
  ARTIFACT_TRUNCATED: {
    exit: 'preflight',
    meaning: 'A file is shorter than it should be.',
    remedy: 'Run the command again: the download resumes. If the file stays short, use another mirror.',
  },
  ARTIFACT_TOO_LARGE: {
    exit: 'preflight',
    meaning:
      'A server sends a file that is larger than anything that Howdah installs, or sends without an end.',
    remedy: 'Check the address that the error names, and use another mirror.',
  },
  ARTIFACT_HTML: {
    exit: 'preflight',
    meaning: 'A web page was returned instead of the file, for example from a proxy or a mirror chooser.',
    remedy: 'Open the address in a browser, and write the address of the mirror itself.',
  },
  ARTIFACT_NO_GPG: {
    exit: 'preflight',
    meaning: '`artifacts.keys` asks for signatures to be checked, and gpg is not installed.',
    remedy: 'Run `apt-get install gpg`.',
  },
  ARTIFACT_KEYS: {
    exit: 'configuration',
    meaning: 'The file of `artifacts.keys` holds no public keys.',
    remedy: 'Name a KEYS file as the Apache projects publish it.',
  },
  ARTIFACT_NO_SIGNATURE: {
    exit: 'preflight',
    meaning: 'No signature is published for a file, and `artifacts.keys` asks for one.',
    remedy: 'Add a mirror that has the `.asc` file, such as `https://archive.apache.org/dist`.',
  },
  ARTIFACT_SIGNATURE: {
    exit: 'preflight',
    meaning: 'The signature of a file is wrong.',
    remedy:
      'Do not use the file. Compare it with another mirror, and report it to the operators of this one.',
  },
  ARTIFACT_UNKNOWN_KEY: {
    exit: 'preflight',
    meaning: 'A file is signed by a key that is not in `artifacts.keys`.',
    remedy: "Download the project's current KEYS file from its own site, and compare the fingerprint.",
  },
  ARTIFACT_NO_MAVEN: {
    exit: 'preflight',
    meaning: 'Maven is not installed on this machine.',
    remedy: 'Run `apt-get install maven`, or write `provider: mirror`.',
  },
  ARTIFACT_MAVEN: {
    exit: ['connection', 'preflight'],
    meaning: 'Maven could not download the jars of a release.',
    remedy:
      'Check the repository in `~/.m2/settings.xml`, or name another settings file with `artifacts.settings`.',
  },
  ARTIFACT_BUNDLE: {
    exit: 'preflight',
    meaning: 'A file is not a bundle that Howdah wrote, or is damaged.',
    remedy: 'Write it again with `howdah artifacts bundle` on a machine that can reach the software.',
  },
  ARTIFACT_NOT_IN_BUNDLE: {
    exit: 'preflight',
    meaning: 'The bundle lacks software that cluster.yml asks for.',
    remedy: 'Write a bundle for this cluster.yml with `howdah artifacts bundle`.',
  },
} as const satisfies ErrorEntries
