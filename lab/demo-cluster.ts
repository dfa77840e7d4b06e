/** The demo's hosts and their cluster.yml. */
import { createHash } from 'node:crypto'
import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { stringify } from 'yaml'
import type { ProfileName } from '../provisioners/config/versions/profiles.ts'
import type { JdkTarball } from './software/jdk8.ts'
import type { Lab, LabHostSpec } from './types.ts'

const NAMES = ['m1', 'w1', 'w2', 'lms1', 'rs1']
const DATABASES = ['lms1', 'rs1']

export const DEMO_HOSTS: readonly LabHostSpec[] = NAMES.map((name) => ({ name, release: 'trixie' }))

/** Hosts for a profile: only the profile `modern` needs JDK 17, which Debian has only in sid. */
export const hostsFor = (profile?: ProfileName): readonly LabHostSpec[] =>
  profile === 'modern'
    ? DEMO_HOSTS.map((host) => (DATABASES.includes(host.name) ? host : { ...host, release: 'sid' }))
    : DEMO_HOSTS

const JDK_17 = { package: 'openjdk-17-jdk-headless' }

interface Plan {
  readonly roles: readonly string[]
  readonly memory: string
  readonly cores: number
}

const DATABASE = { memory: '1GiB', cores: 1 }
/** Every host of a lab sees all memory and cores of this machine; without these limits, each would be sized for all. */
const PLANS: Readonly<Record<string, Plan>> = {
  m1: { roles: ['master'], memory: '6GiB', cores: 2 },
  w1: { roles: ['worker'], memory: '4GiB', cores: 2 },
  w2: { roles: ['worker'], memory: '4GiB', cores: 2 },
  lms1: { roles: ['lms-database'], ...DATABASE },
  rs1: { roles: ['result-store'], ...DATABASE },
}

const MARK = /^# Made by `howdah lab up` \(([0-9a-f]{12})\)\..*\n/

const digest = (body: string): string => createHash('sha256').update(body).digest('hex').slice(0, 12)

/** Text of the demo's cluster.yml. Its first line has a hash of the rest, to detect an edit later. */
export function labDemoCluster(lab: Lab, jdk: JdkTarball, profile?: ProfileName): string {
  const hosts = lab.hosts.flatMap(({ name, address }) => {
    const plan = PLANS[name]
    return plan === undefined ? [] : [{ name, address, ...plan }]
  })
  const body = stringify({
    name: lab.name,
    ...(profile && { versions: { profile } }),
    hosts,
    ssh: {
      user: lab.user,
      identityFiles: [lab.identityFile],
      agent: false,
      config: false,
      hostKeys: 'strict',
      knownHosts: [lab.knownHosts],
    },
    java: {
      jdks: { 8: { tarball: jdk.file, sha256: jdk.sha256 }, ...(profile === 'modern' && { 17: JDK_17 }) },
    },
    artifacts: { provider: 'maven', delivery: { baseUrl: lab.mirrorUrl } },
    hdfs: { users: [lab.user] },
    // A browser on this machine may open the web pages.
    access: { from: [lab.gateway] },
  })
  return withMark(body)
}

const withMark = (body: string): string =>
  `# Made by \`howdah lab up\` (${digest(body)}). You can edit it: the lab does not overwrite an edited file.\n${body}`

/** `after`, with the mark of its own text where `before` was an unedited cluster.yml of a demo. */
export function updateMark(before: string, after: string): string {
  return isGenerated(before) ? withMark(after.replace(MARK, '')) : after
}

/** True when `text` is an unedited cluster.yml of a demo. */
export function isGenerated(text: string): boolean {
  const mark = MARK.exec(text)
  return mark !== null && mark[1] === digest(text.slice(mark[0].length))
}

/** Writes the demo's cluster.yml into the lab's state directory, unless an edited one exists. Returns its path. */
export async function writeDemoCluster(lab: Lab, jdk: JdkTarball, profile?: ProfileName): Promise<string> {
  const file = join(lab.stateDir, 'cluster.yml')
  const existing = await readFile(file, 'utf8').catch(() => undefined)
  if (existing !== undefined && !isGenerated(existing)) return file
  await writeFile(`${file}.part`, labDemoCluster(lab, jdk, profile), { mode: 0o600 })
  await rename(`${file}.part`, file)
  return file
}
