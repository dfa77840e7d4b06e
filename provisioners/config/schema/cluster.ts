import { z } from 'zod'
import { CATALOG, DAEMONS, PROPERTY_FILES } from '../../catalog/index.ts'
import { apps } from './apps.ts'
import { aws } from './aws.ts'
import {
  absolutePath,
  choice,
  givenSecret,
  login,
  matching,
  memory,
  port,
  positive,
  roles,
  text,
} from './fields.ts'
import { trackingLogs } from './logs.ts'
import { pipeline } from './pipeline.ts'
import { schedule } from './schedule.ts'
import { artifacts, java, type jdk, versions } from './software.ts'
import { lms, metastore, resultStore } from './stores.ts'
import { githubBaseUrl, user } from './users.ts'

/**
 * The shape of cluster.yml. Every field carries one text, which is its help in the editor, the answer of
 * `howdah explain`, and its line in docs/cluster-yml.md.
 */

const name = matching(
  /^[a-z][a-z0-9-]{0,30}$/,
  'small letters, digits and dashes, beginning with a letter, at most 31 (an underscore is not allowed in the URIs that it goes into)',
  "The cluster's name. It names the state directory, the HDFS cluster id and the databases of `verify`.",
)

const hostSsh = z
  .strictObject({
    user: login('Login user on this host. Default: `ssh.user`.').optional(),
    port: port('SSH port of this host. Default: `ssh.port`.').optional(),
  })
  .describe('How to log in to this host, where it differs from `ssh`.')

const host = z
  .strictObject({
    name: text(
      'Short name, as the hosts call each other. A range makes many: `w[1-20]`, `w[01-20]`, `w[1-3,7]`.',
    ),
    address: text(
      'IPv4 address or DNS name that this machine and the other hosts reach it by. With a range in `name`, a range of as many: `10.77.0.[21-40]`.',
    ),
    roles,
    memory: memory.optional(),
    cores: positive("Processor cores to plan with. Default: the host's own word.").optional(),
    dataDirs: z
      .array(absolutePath('A directory, one a disk.'))
      .min(1, { error: 'one directory or more' })
      .describe(
        'Where DataNode blocks and the scratch space of jobs go: one directory a disk. Default: [/data/1]. Never removed, but by `destroy --data`.',
      )
      .optional(),
    dataDirsMustBeMounts: z
      .boolean()
      .describe(
        'Refuse to run when a data directory is not a mount point, so that a lost disk never fills the root disk. Default: false.',
      )
      .optional(),
    rack: matching(
      /^(\/[A-Za-z0-9._-]+)+$/,
      'a path of names, such as /dc1/r1',
      'Where the host stands, so that copies of a block spread over racks. Default: /default-rack.',
    ).optional(),
    ssh: hostSsh.optional(),
  })
  .describe('A host, or a range of like hosts.')

const ssh = z
  .strictObject({
    user: login('Login user; root, or one who may use sudo. Default: your own login name.').optional(),
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
      '`strict`: a host must be in known_hosts. `accept-new`: a host never seen is shown and recorded; a changed key is still refused. Default: strict.',
    ).optional(),
    knownHosts: z
      .array(text('A known_hosts file.'))
      .min(1, { error: 'one file or more' })
      .describe(
        'Files of known host keys; the first is the one that accept-new writes to. Default: [~/.ssh/known_hosts, /etc/ssh/ssh_known_hosts].',
      )
      .optional(),
    config: z
      .union([z.boolean(), z.string().min(1)], { error: 'true, false, or the path of an SSH configuration' })
      .describe('Read `~/.ssh/config` (true), nothing (false), or another file (its path). Default: true.')
      .optional(),
    jump: z
      .strictObject({
        address: text('Address of the jump host.'),
        user: login('Login user on the jump host. Default: `ssh.user`.').optional(),
        port: port('SSH port of the jump host. Default: 22.').optional(),
      })
      .describe('A host to go through to all others.')
      .optional(),
    password: givenSecret(
      'Password of the login, where no key is accepted: {file: …}, {env: …} or {stdin: true}.',
    ).optional(),
    sudoPassword: givenSecret(
      'Password for sudo, where sudo asks: {file: …}, {env: …} or {stdin: true}.',
    ).optional(),
    connectTimeout: positive('Seconds to wait for a connection. Default: 20.').optional(),
  })
  .describe('How this machine reaches the hosts.')

/** Directories that daemons of the catalogue bring. */
const ofDaemons: Readonly<Record<string, z.ZodOptional<ReturnType<typeof absolutePath>>>> =
  Object.fromEntries(
    DAEMONS.flatMap((daemon) => {
      const { directory } = CATALOG[daemon]
      return directory ? [[directory.field, absolutePath(directory.text).optional()] as const] : []
    }),
  )

const directories = z
  .strictObject({
    install: absolutePath('Software. Default: /opt.').optional(),
    config: absolutePath('Configuration. Default: /etc.').optional(),
    logs: absolutePath('Logs. Default: /var/log.').optional(),
    name: z
      .array(absolutePath('A directory.'))
      .min(1, { error: 'one directory or more' })
      .describe(
        'NameNode metadata; several directories hold the same, so name one a disk. Default: [/data/nn].',
      )
      .optional(),
    checkpoint: absolutePath("The SecondaryNameNode's working copy. Default: /data/snn.").optional(),
    ...ofDaemons,
  })
  .describe('Where things are on the hosts.')

const hdfs = z
  .strictObject({
    clusterId: matching(
      /^[A-Za-z0-9][A-Za-z0-9-]*$/,
      'letters, digits and dashes',
      'The id that the NameNode is formatted with, and every DataNode is compared with. Default: CID-<name>.',
    ).optional(),
    replication: positive(
      'Copies of each block; not more than there are DataNodes. Default: 3, or the number of DataNodes when that is less.',
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
      z.string(),
      z.union([z.string(), z.number(), z.boolean()], { error: 'text, a number, true or false' }),
    )
    .describe(`Properties of ${name}, laid over what Howdah computes.`)
    .optional()

const properties = z
  .strictObject(
    Object.fromEntries(Object.entries(PROPERTY_FILES).map(([key, name]) => [key, propertyFile(name)])),
  )
  .describe(
    'Properties of what the hosts run, by file. What Howdah derives from the rest of cluster.yml is refused here, with the field to use.',
  )

export const clusterSchema = z
  .strictObject({
    $schema: z.string().describe('Address of this schema, for editors.').optional(),
    name,
    hosts: z
      .array(host)
      .min(1, { error: 'one host or more' })
      .describe(
        'The hosts. Needed unless there is `aws`; then `howdah inventory --from-terraform --write` adds them, once they are made.',
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
        "Keep the cluster's names in a marked block of /etc/hosts on every host. Turn it off where DNS knows all names, both ways. Default: true.",
      )
      .optional(),
    metastore: metastore.optional(),
    resultStore: resultStore.optional(),
    lms: lms.optional(),
    trackingLogs: trackingLogs.optional(),
    apps: apps.optional(),
    pipeline: pipeline.optional(),
    users: z
      .array(user)
      .describe(
        'Users who log in, on every host of the cluster. One who is taken out of the list stays as he is: write `state: absent` first. Default: accounts are not looked at.',
      )
      .optional(),
    githubBaseUrl: githubBaseUrl.optional(),
    schedule: schedule.optional(),
  })
  .meta({ anyOf: [{ required: ['hosts'] }, { required: ['aws'] }] })
  .describe('A cluster.')

/** cluster.yml as it is written, checked for shape alone. */
export type SpecInput = z.infer<typeof clusterSchema>
/** One whose hosts are known. */
export type ClusterInput = SpecInput & { readonly hosts: NonNullable<SpecInput['hosts']> }
export type HostInput = ClusterInput['hosts'][number]
export type JdkInput = z.infer<typeof jdk>
