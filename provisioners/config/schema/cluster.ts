import { z } from 'zod'
import { CATALOG, DAEMONS, PROPERTY_FILES } from '../../catalog/index.ts'
import { access, firewall } from './access.ts'
import { apps } from './apps.ts'
import { aws } from './aws.ts'
import {
  address,
  baseDirectory,
  choice,
  dataDirectory,
  givenSecret,
  login,
  matching,
  memory,
  port,
  positive,
  roles,
  text,
} from './fields.ts'
import { ofKind } from './kinds.ts'
import { trackingLogs } from './logs.ts'
import { pipeline } from './pipeline.ts'
import { schedule } from './schedule.ts'
import { artifacts, java, type jdk, versions } from './software.ts'
import { lms, metastore, resultStore } from './stores.ts'
import { githubBaseUrl, user } from './users.ts'

/**
 * The shape of cluster.yml. Every field has one text, which is its help in the editor, the output of
 * `howdah explain`, and its line in docs/cluster-yml.md.
 */

const name = matching(
  /^[a-z][a-z0-9-]{0,30}$/,
  'small letters, digits and dashes, beginning with a letter, at most 31 (an underscore is not allowed in the URIs that it goes into)',
  "The cluster's name. It names the state directory and the databases of `verify`.",
)

/** A range is of numbers, in brackets, once. */
const RANGE = '(\\[ *[0-9]+(-[0-9]+)?( *, *[0-9]+(-[0-9]+)?)* *\\])?'
const HOST_PATTERNS = {
  name: `^[a-z0-9-]*${RANGE}[a-z0-9-]*$`,
  address: `^[A-Za-z0-9.-]*${RANGE}[A-Za-z0-9.-]*$`,
}

const hostSsh = z
  .strictObject({
    user: login('Login user on this host. Default: `ssh.user`.').optional(),
    port: port('SSH port of this host. Default: `ssh.port`.').optional(),
  })
  .describe('How to log in to this host, if it differs from `ssh`.')

const host = z
  .strictObject({
    // Only editors use these patterns: `validate` expands a range first, and its messages name the member that is wrong.
    name: text(
      'Short name, which the hosts use for each other. A range stands for many hosts: `w[1-20]`, `w[01-20]`, `w[1-3,7]`.',
    ).meta({ pattern: HOST_PATTERNS.name }),
    address: text(
      'IPv4 address or DNS name by which this machine and the other hosts reach it. With a range in `name`, a range of the same length: `10.77.0.[21-40]`.',
    ).meta({ pattern: HOST_PATTERNS.address }),
    roles,
    memory: memory.optional(),
    cores: positive('Processor cores to plan with. Default: the number that the host reports.').optional(),
    dataDirs: z
      .array(dataDirectory('A directory, one per disk.'))
      .min(1, { error: 'one directory or more' })
      .max(64, { error: 'at most 64 directories' })
      .describe(
        'Directories for the blocks of the DataNode and the scratch space of jobs, one per disk. Default: [/data/1]. Never removed, except by `destroy --data`.',
      )
      .optional(),
    dataDirsMustBeMounts: z
      .boolean()
      .describe(
        'Refuse to run when a data directory is not a mount point, so that a lost disk never fills the root disk. `false`: never refuse. Default: refuse when a directory was on a mounted disk when it was made, and that disk is not mounted now.',
      )
      .optional(),
    rack: matching(
      /^(\/[A-Za-z0-9._-]+)+$/,
      'a path of names, such as /dc1/r1',
      'The rack of the host, so that HDFS spreads the copies of a block over racks. Default: /default-rack.',
    ).optional(),
    ssh: hostSsh.optional(),
  })
  .describe('A host, or a range of hosts with the same settings.')

const ssh = z
  .strictObject({
    user: login('Login user: root, or a user who may use sudo. Default: your login name.').optional(),
    port: port('SSH port. Default: 22.').optional(),
    transport: choice(
      ['ssh2', 'openssh', 'local'],
      'How hosts are reached: `ssh2` (built in), `openssh` (the `ssh` program of this machine), `local` (this machine is the only host). Default: ssh2.',
    ).optional(),
    identityFiles: z
      .array(text('A private key.'))
      .describe(
        'Private keys to log in with. Default: those of `~/.ssh/config`, then the usual ones in `~/.ssh`.',
      )
      .optional(),
    agent: z.boolean().describe('Use the SSH agent when one runs. Default: true.').optional(),
    hostKeys: choice(
      ['strict', 'accept-new'],
      '`strict`: a host must be in known_hosts. `accept-new`: the key of a new host is shown and recorded; a changed key is still refused. Default: strict.',
    ).optional(),
    knownHosts: z
      .array(text('A known_hosts file.'))
      .min(1, { error: 'one file or more' })
      .describe(
        'Files of known host keys; accept-new writes to the first one. Default: [~/.ssh/known_hosts, /etc/ssh/ssh_known_hosts].',
      )
      .optional(),
    config: z
      .union([z.boolean(), text('A path.')], { error: 'true, false, or the path of an SSH configuration' })
      .describe('Read `~/.ssh/config` (true), nothing (false), or another file (its path). Default: true.')
      .optional(),
    jump: z
      .strictObject({
        address: address('Address of the jump host.'),
        user: login('Login user on the jump host. Default: `ssh.user`.').optional(),
        port: port('SSH port of the jump host. Default: 22.').optional(),
      })
      .describe('A host through which all others are reached.')
      .optional(),
    password: givenSecret(
      'Password of the login user, for hosts that accept no key: {file: …}, {env: …}, {command: […]} or {stdin: true}.',
    ).optional(),
    sudoPassword: givenSecret(
      'Password for sudo, if sudo asks for one: {file: …}, {env: …}, {command: […]} or {stdin: true}.',
    ).optional(),
    connectTimeout: positive('Seconds to wait for a connection. Default: 20.').optional(),
  })
  .describe('How this machine reaches the hosts.')

/** Directories that daemons of the catalogue bring. */
const ofDaemons: Readonly<Record<string, z.ZodOptional<ReturnType<typeof dataDirectory>>>> =
  Object.fromEntries(
    DAEMONS.flatMap((daemon) => {
      const { directory } = CATALOG[daemon]
      return directory ? [[directory.field, dataDirectory(directory.text).optional()] as const] : []
    }),
  )

const directories = z
  .strictObject({
    install: baseDirectory('Directory for software. Default: /opt.').optional(),
    config: baseDirectory('Directory for configuration. Default: /etc.').optional(),
    logs: baseDirectory('Directory for logs. Default: /var/log.').optional(),
    name: z
      .array(dataDirectory('A directory.'))
      .min(1, { error: 'one directory or more' })
      .max(64, { error: 'at most 64 directories' })
      .describe(
        'Directories for the metadata of the NameNode, one per disk; each holds a full copy. Default: [/data/nn].',
      )
      .optional(),
    checkpoint: dataDirectory(
      'Directory for the checkpoints of the SecondaryNameNode. Default: /data/snn.',
    ).optional(),
    ...ofDaemons,
  })
  .describe('Directories on the hosts.')

const hdfs = z
  .strictObject({
    clusterId: matching(
      /^[A-Za-z0-9][A-Za-z0-9-]*$/,
      'letters, digits and dashes',
      'The cluster id that the NameNode is formatted with; every DataNode must have the same. Default: that of the present HDFS; for a new one, CID- and a random UUID.',
    ).optional(),
    replication: positive(
      'Copies of each block, at most the number of DataNodes. Default: 3, or the number of DataNodes if that is less.',
    ).optional(),
    users: z
      .array(login('A login name.'))
      .describe('Users who get a home directory in HDFS. Default: none.')
      .optional(),
  })
  .describe('HDFS.')

const propertyFile = (name: string) =>
  z
    .record(
      ofKind('property', z.string()),
      z.union([ofKind('property', z.string()), z.number(), z.boolean()], {
        error: 'text, a number, true or false',
      }),
    )
    .describe(`Properties of ${name}. They override what Howdah computes.`)
    .optional()

const properties = z
  .strictObject(
    Object.fromEntries(Object.entries(PROPERTY_FILES).map(([key, name]) => [key, propertyFile(name)])),
  )
  .describe(
    'Properties of the software, by file. A property that Howdah derives from another field is refused here, and the error names that field.',
  )

export const clusterSchema = z
  .strictObject({
    $schema: text('Address of this schema, for editors.').optional(),
    name,
    hosts: z
      .array(host)
      .min(1, { error: 'one host or more' })
      .describe(
        'The hosts. Required without `aws`. With `aws`, `howdah inventory --from-terraform --write` adds them after `howdah apply`.',
      )
      .optional(),
    aws: aws.optional(),
    ssh: ssh.optional(),
    versions: versions.optional(),
    java: java.optional(),
    artifacts: artifacts.optional(),
    directories: directories.optional(),
    hdfs: hdfs.optional(),
    properties: properties.optional(),
    manageHostsFile: z
      .boolean()
      .describe(
        'Keep the names of the hosts in a marked block of /etc/hosts on every host. Turn it off if DNS resolves all names and addresses. Default: true.',
      )
      .optional(),
    firewall: firewall.optional(),
    access: access.optional(),
    metastore: metastore.optional(),
    resultStore: resultStore.optional(),
    lms: lms.optional(),
    trackingLogs: trackingLogs.optional(),
    apps: apps.optional(),
    pipeline: pipeline.optional(),
    users: z
      .array(user)
      .describe(
        'Users who log in, on every host of the cluster. A user who is no longer in the list is not removed: write `state: absent` for that. Default: Howdah manages no users.',
      )
      .optional(),
    githubBaseUrl: githubBaseUrl.optional(),
    schedule: schedule.optional(),
  })
  .meta({ anyOf: [{ required: ['hosts'] }, { required: ['aws'] }] })
  .describe('A cluster.')

/** cluster.yml as it is written; only its shape is checked. */
export type SpecInput = z.infer<typeof clusterSchema>
/** A cluster.yml with hosts. */
export type ClusterInput = SpecInput & { readonly hosts: NonNullable<SpecInput['hosts']> }
export type HostInput = ClusterInput['hosts'][number]
export type JdkInput = z.infer<typeof jdk>
