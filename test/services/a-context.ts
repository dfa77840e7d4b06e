import type { Artifact, ArtifactName } from '../../provisioners/artifacts/types.ts'
import { parseCluster, sizeCluster } from '../../provisioners/config/index.ts'
import type { Cluster } from '../../provisioners/config/types.ts'
import type { HostFacts } from '../../provisioners/engine/types.ts'
import type { ComponentContext } from '../../provisioners/services/types.ts'

const around = { home: '/home/ana', user: 'ana' }

const COMMON = `
artifacts: {provider: maven}
java: {hadoop: 17, hive: 8, sqoop: 8, jdks: {17: {package: openjdk-17-jdk-headless}, 8: {path: /opt/jdk/8}}}
`

/** A master, two workers, an LMS database and a result store, as in the demo. */
export const FIVE = `
name: insights
hosts:
  - {name: m1, address: 10.0.0.1, roles: [master], memory: 4GiB}
  - {name: 'w[1-2]', address: '10.0.0.[11-12]', roles: [worker], memory: 4GiB}
  - {name: lms, address: 10.0.0.21, roles: [lms-database], memory: 1GiB}
  - {name: rs, address: 10.0.0.22, roles: [result-store], memory: 1GiB}
ssh: {user: ana}
${COMMON}`

/** Every role on one host. */
export const ONE = `
name: single
hosts:
  - {name: one, address: 10.0.0.1, roles: [master, worker, result-store], memory: 12GiB}
ssh: {user: ana}
${COMMON}`

/** A JobTracker and a TaskTracker, as in edX's guide. */
export const SEED = `
name: seed
versions: {profile: seed}
hosts:
  - {name: m1, address: 10.0.0.1, roles: [master], memory: 6GiB}
  - {name: w1, address: 10.0.0.11, roles: [worker], memory: 4GiB}
  - {name: rs, address: 10.0.0.22, roles: [result-store, lms-database], memory: 1GiB}
artifacts: {provider: maven}
java: {jdks: {8: {path: /opt/jdk/8}}}
ssh: {user: ana}
`

/** A quorum of ZooKeeper: on a master, on a worker, and on a separate host. */
export const QUORUM = `
name: quorum
hosts:
  - {name: z1, address: 10.0.0.31, roles: [zookeeper], memory: 1GiB}
  - {name: m1, address: 10.0.0.1, roles: [master, zookeeper, result-store], memory: 6GiB}
  - {name: w1, address: 10.0.0.11, roles: [worker, zookeeper], memory: 4GiB}
  - {name: w2, address: 10.0.0.12, roles: [worker], memory: 4GiB}
ssh: {user: ana}
${COMMON}`

export const clusterOf = (text: string): Cluster => parseCluster(text, '/cfg/cluster.yml', around)

const artifact = (name: ArtifactName, version: string): Artifact => ({
  name,
  version,
  fileName: `${name}-${version}.tar.gz`,
  layoutPath: `${name}/${name}-${version}.tar.gz`,
  sha256: name.charCodeAt(0).toString(16).repeat(32),
  bytes: 100 * 2 ** 20,
  file: `/cache/${name}.tar.gz`,
  origin: 'maven',
})

export function contextOf(text: string, facts: Readonly<Record<string, HostFacts>> = {}): ComponentContext {
  const cluster = clusterOf(text)
  return {
    cluster,
    identity: { id: 'an-id', clusterId: `CID-${cluster.name}` },
    facts,
    sizing: sizeCluster(cluster, facts),
    artifacts: {
      ...Object.fromEntries(
        Object.entries(cluster.versions).map(([name, version]) => [
          name,
          artifact(name as ArtifactName, version),
        ]),
      ),
      extras: artifact('extras', '1'),
      python: artifact('python', '2.7.18-1'),
      pipeline: artifact('pipeline', 'v1'),
    },
    jdkArtifacts: { 8: artifact('jdk', '8'), 17: artifact('jdk', '17') },
    secret: (ref) => `secret of ${ref.kind}`,
  }
}

export const factsOf = (hostname: string, address: string): HostFacts => ({
  hostname,
  os: { id: 'debian', version: '13', codename: 'trixie' },
  arch: 'x86_64',
  memoryMb: 24_000,
  cores: 4,
  addresses: [address],
  ownAddress: address,
  epoch: 1_700_000_000,
  listening: [],
  mounts: [{ path: '/', freeMb: 50_000, sizeMb: 100_000, options: 'rw' }],
})
