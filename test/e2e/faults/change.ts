import { variant } from '../support.ts'

type Hosts = { name: string; roles: string[] }[]

/** A public key that nobody has the private half of. */
const KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFyXFhLeQsFh9ahOha8RWL3Y7LNXdsfEHU2DpPTgF9LC zoe@example'

/**
 * A copy of cluster.yml with a change of many kinds, so that a fault meets each of them: a user on all hosts, a property
 * that restarts the NodeManagers, and a daemon that moves, which removes files on one host and makes them on another.
 */
export const changedCluster = (file: string): Promise<string> =>
  variant(file, 'faults', (spec) => {
    const worker = (spec.hosts as Hosts).find(({ name }) => name === 'w1')
    worker?.roles.push('jobhistory')
    spec.users = [{ name: 'zoe', type: 'restricted', authorizedKeys: [KEY] }]
    spec.properties = { 'yarn-site': { 'yarn.nodemanager.delete.debug-delay-sec': '60' } }
  })

/** The same cluster without the change: the users are named, so that they are removed again. */
export const unchangedCluster = (file: string): Promise<string> =>
  variant(file, 'no-faults', (spec) => {
    spec.users = []
  })
