import type { ErrorEntries } from './types.ts'

/** What can be wrong with the form of cluster.yml, its hosts, roles, versions and properties. */
export const CLUSTER_FILE_ERRORS = {
  SPEC_FILE_MISSING: {
    exit: 'configuration',
    meaning: 'The file that a command should read does not exist.',
    remedy: 'Give the path of your cluster.yml, or write a new one with `howdah init > FILE`.',
  },
  SPEC_FILE_UNREADABLE: {
    exit: 'configuration',
    meaning:
      'The file exists, but it cannot be read, for example because it is a directory or belongs to somebody else.',
    remedy: 'Look at it with `ls -l FILE`, and give yourself permission to read it.',
  },
  SPEC_SYNTAX: {
    exit: 'configuration',
    meaning: 'The file is not valid YAML.',
    remedy:
      'Correct the YAML at the line and column that the error names: often a tab, a bracket that is not closed, or a value that needs quotes.',
  },
  SPEC_DUPLICATE_KEY: {
    exit: 'configuration',
    meaning: 'The same key is written twice in one map, so one of the two values would be lost.',
    remedy: 'Remove one of the two, or join them.',
  },
  SPEC_TOO_LARGE: {
    exit: 'configuration',
    meaning:
      'The file is far larger than any cluster needs: in bytes, levels of lists and maps, aliases, values or hosts.',
    remedy:
      'Check that it is the right file, that each bracket is closed, and that each range of hosts has the numbers that you mean.',
  },
  SPEC_CHARACTER: {
    exit: 'configuration',
    meaning:
      'A key or a value has a control character or half of a surrogate pair, which XML, commands and terminals cannot hold.',
    remedy:
      "Remove the character. For a delimiter of Hive, write the octal form that Hive reads, such as `'\\001'`.",
  },
  SPEC_TEMPLATE: {
    exit: 'configuration',
    meaning:
      'A value has a template of another tool, such as `{{ … }}` of Ansible or `${…}` of a shell, which Howdah does not fill in.',
    remedy:
      'Write the value itself. A secret can come from the environment: `{env: NAME}`. `howdah emr translate` reads the templates of a legacy file.',
  },
  SPEC_MORE_ERRORS: {
    exit: 'configuration',
    meaning: 'The file has more errors than are shown at once.',
    remedy: 'Correct the errors that are shown, then run the command again.',
  },
  SPEC_UNKNOWN_KEY: {
    exit: 'configuration',
    meaning: 'The file has a key that Howdah does not know at that place.',
    remedy:
      'Correct the spelling, or move the key to the section it belongs to. `howdah explain` lists the keys.',
  },
  SPEC_MISSING_KEY: {
    exit: 'configuration',
    meaning: 'A required key is missing.',
    remedy: 'Add the key. `howdah explain PATH` shows its values.',
  },
  SPEC_WRONG_TYPE: {
    exit: 'configuration',
    meaning: 'A value has the wrong type, for example text in place of a number or a list in place of a map.',
    remedy: 'Write a value of the type that the error expects.',
  },
  SPEC_INVALID_VALUE: {
    exit: 'configuration',
    meaning: 'A value has the right type, but this key does not accept it.',
    remedy: 'Write one of the values that the error lists.',
  },
  SPEC_KEY_NOT_USED: {
    exit: 'configuration',
    meaning: 'A key is valid but has no effect here, because another key rules it out.',
    remedy: 'Remove the key, or change the one that rules it out.',
  },
  SPEC_UNKNOWN_PATH: {
    exit: 'configuration',
    meaning:
      '`howdah explain` was asked for a path that is neither a field of cluster.yml nor a property that Howdah computes.',
    remedy: 'Start with `howdah explain hosts`, or take the path that the error suggests.',
  },
  SPEC_NO_HOSTS_YET: {
    exit: 'configuration',
    meaning:
      'The file describes infrastructure on AWS, and its hosts do not exist yet or are not written into the file.',
    remedy: 'Run `howdah apply`, then `howdah inventory --from-terraform --write`.',
  },
  SPEC_BAD_RANGE: {
    exit: 'configuration',
    meaning: 'The range in a name or an address cannot be expanded.',
    remedy: 'Write a range such as `w[1-20]`, `w[01-20]` or `w[1-3,7]`.',
  },
  SPEC_RANGE_MISMATCH: {
    exit: 'configuration',
    meaning: 'The name and the address of an entry are ranges of different length.',
    remedy: 'Give both ranges the same number of members.',
  },
  SPEC_BAD_HOST_NAME: {
    exit: 'configuration',
    meaning: 'A host name has characters, or a length, that Hadoop or DNS does not accept.',
    remedy: 'Use lower-case letters, digits and dashes, with at least one letter and at most 63 characters.',
  },
  SPEC_BAD_ADDRESS: {
    exit: 'configuration',
    meaning: 'An address is neither an IPv4 address nor a DNS name, or other hosts cannot reach it.',
    remedy: 'Write the address by which the other hosts reach this one (`hostname -I` on the host shows it).',
  },
  SPEC_DUPLICATE_HOST: {
    exit: 'configuration',
    meaning: 'Two hosts have the same name.',
    remedy: 'Give each host a different name. To place several roles on one host, list them in one entry.',
  },
  SPEC_DUPLICATE_ADDRESS: {
    exit: 'configuration',
    meaning: 'Two hosts have the same address.',
    remedy: 'Give each host a different address. To place several roles on one host, list them in one entry.',
  },
  SPEC_UNKNOWN_HOST: {
    exit: 'configuration',
    meaning: 'A field or an option names a host that the file does not have.',
    remedy: 'Write one of the names that the error lists.',
  },
  SPEC_LOCAL_MANY: {
    exit: 'configuration',
    meaning: '`transport: local` means this machine alone, but the file has several hosts.',
    remedy: 'Write `transport: ssh2` or `openssh`, or keep one host.',
  },
  SPEC_DUPLICATE_ROLE: {
    exit: 'configuration',
    meaning: 'A host lists the same role twice.',
    remedy: 'Remove one of the two.',
  },
  SPEC_MISSING_ROLE: {
    exit: 'configuration',
    meaning: 'No host has a role that every cluster needs.',
    remedy: 'Give a host the role that the error names.',
  },
  SPEC_TWO_MASTERS: {
    exit: 'configuration',
    meaning: 'More than one host has the role `master`.',
    remedy: 'Keep one master, and give the others the single roles that you want on them.',
  },
  SPEC_TWO_HOLDERS: {
    exit: 'configuration',
    meaning: 'A daemon or database that a cluster can have only once is placed twice.',
    remedy: 'Keep one of the two that the error names.',
  },
  SPEC_QUORUM: {
    exit: 'configuration',
    meaning:
      'A service that decides by majority is on a number of hosts that makes no useful quorum, such as two.',
    remedy: 'Give its role to one host or three, or to another of the numbers that the error lists.',
  },
  SPEC_ROLE_GENERATION: {
    exit: 'configuration',
    meaning: 'A role belongs to another generation of Hadoop, such as a ResourceManager in Hadoop 1.',
    remedy: 'Write the role that the error names, or choose another `versions.hadoop`.',
  },
  SPEC_DIRECTORIES_CLASH: {
    exit: 'configuration',
    meaning: 'Two directories of one host are the same, or one lies inside the other.',
    remedy: 'Choose separate directories.',
  },
  SPEC_REPLICATION: {
    exit: 'configuration',
    meaning: '`hdfs.replication` asks for more copies of a block than there are DataNodes.',
    remedy: 'Write at most the number of DataNodes, or leave the field out.',
  },
  SPEC_TOO_SMALL: {
    exit: 'configuration',
    meaning: 'A host has too little memory for the daemons that are placed on it.',
    remedy: 'Use a larger host, move roles elsewhere, or lower the heaps that you set.',
  },
  SPEC_CONTAINER_TOO_LARGE: {
    exit: 'configuration',
    meaning: 'A container of MapReduce needs more memory than the largest container of YARN has.',
    remedy: 'Lower the property, or remove it so that it is computed.',
  },
  SPEC_DEPRECATED_PROPERTY: {
    exit: 'configuration',
    meaning: 'A property has an old name, or no longer exists in this release of Hadoop.',
    remedy:
      'Write the new name or use the field that the error gives; remove a property that no longer exists.',
  },
  SPEC_RESERVED_PROPERTY: {
    exit: 'configuration',
    meaning:
      'Howdah derives this property from a field of cluster.yml, so the two would contradict each other.',
    remedy: 'Remove the property, and set the field that the error names.',
  },
  SPEC_PLAIN_PASSWORD: {
    exit: 'configuration',
    meaning:
      'A secret is written as plain text, where version control, backups or users of the hosts can read it.',
    remedy:
      'Put the secret into a file of mode 0600, name that file, and change the secret because it was exposed.',
  },
  INIT_NOT_A_HOST: {
    exit: 'configuration',
    meaning: '`howdah init` was given the name of a file, and it takes the addresses of hosts.',
    remedy:
      'Name the addresses, and write the file with `>`: `howdah init 10.0.0.11 10.0.0.12 > cluster.yml`.',
  },
  SPEC_SECRET_WAYS: {
    exit: 'configuration',
    meaning: 'A secret names no source, or more than one.',
    remedy:
      'Write exactly one of `{file: PATH}`, `{env: NAME}`, `{stdin: true}`, `{command: [PROGRAM, ARGUMENT]}` or, where it is allowed, `{generate: true}`.',
  },
  SPEC_STDIN_TWICE: {
    exit: 'configuration',
    meaning: 'Two secrets come from standard input, which can be read only once.',
    remedy: 'Give one of them as `{file: PATH}` or `{env: NAME}`.',
  },
  SPEC_VERSION_PAIR: {
    exit: 'configuration',
    meaning: 'Two of the chosen versions are known not to work together.',
    remedy: 'Write the version that the error names. docs/versions.md lists the pairs.',
  },
  SPEC_VERSION_NOT_CERTIFIED: {
    exit: 'configuration',
    meaning: 'A version is not part of a certified set, so Howdah cannot assemble it.',
    remedy: 'Write a certified version, or use `provider: mirror` or `provider: file`.',
  },
  SPEC_JDK_WAYS: {
    exit: 'configuration',
    meaning: 'A JDK names no source, or more than one.',
    remedy: 'Keep one of `tarball`, `package` and `path`.',
  },
  SPEC_JDK_HOME: {
    exit: 'configuration',
    meaning: 'Howdah does not know into which directory a package installs its JDK.',
    remedy: 'Add `home` beside `package`; `dpkg -L PACKAGE` shows it.',
  },
  SPEC_JDK_CHECKSUM: {
    exit: 'configuration',
    meaning: 'The tarball of a JDK has no checksum, so a broken or changed file would go unnoticed.',
    remedy: 'Add `sha256`; `sha256sum FILE` prints it.',
  },
} as const satisfies ErrorEntries
