import { CATALOG } from '../../../catalog/index.ts'
import { sizeCluster } from '../../../config/index.ts'
import { runsTasks } from '../../../config/placed.ts'
import { HowdahError, HowdahErrors } from '../../../errors.ts'
import type { Check, Finding, World } from '../types.ts'
import { eachHost, shown, Unread } from './reading.ts'

/** The hosts that cannot hold their daemons, by Howdah's own sizing. */
function tooSmall({ cluster, hosts }: World): Omit<Finding, 'check'>[] {
  const facts = Object.fromEntries(hosts.map(({ host, facts: own }) => [host.name, own]))
  const unread = hosts.filter(({ facts: own }) => !(own.memoryMb > 0))
  const missing = unread.map(({ host }) => ({
    host: host.name,
    severity: 'unchecked' as const,
    message: 'this could not be checked',
    evidence: 'the host did not report its memory',
  }))
  for (const { host } of unread) delete facts[host.name]
  try {
    sizeCluster(cluster, facts)
    return missing
  } catch (error) {
    if (!(error instanceof HowdahError)) throw error
    const all = error instanceof HowdahErrors ? error.all : [error]
    return [
      ...missing,
      ...all.map((one) =>
        sizeFinding(
          one,
          cluster.hosts.map(({ name }) => name),
        ),
      ),
    ]
  }
}

/** An error of the sizing, on the host that its message names. */
function sizeFinding(error: HowdahError, names: readonly string[]): Omit<Finding, 'check'> {
  const host = names.find((name) => error.message.startsWith(`${name} `)) ?? 'cluster.yml'
  const { found, expected, next, where } = error.details
  const message = error.message.startsWith(`${host} `) ? error.message.slice(host.length + 1) : error.message
  return {
    host,
    severity: 'error',
    message,
    evidence: [found && `found ${found}`, expected && `expected ${expected}`, where]
      .filter(Boolean)
      .join(', '),
    ...(next && { fix: { where: 'hand', text: next } }),
  }
}

const memory: Check = {
  id: 'memory',
  title: 'the memory holds the daemons of the host, as `howdah explain` divides it',
  severities: ['error'],
  run: tooSmall,
}

const LEAST_CORES = 2

const cores: Check = {
  id: 'cores',
  title: 'a host with several daemons or with jobs has two cores',
  severities: ['warning'],
  run: eachHost(({ host, facts }) => {
    const daemons = host.daemons.filter((daemon) => CATALOG[daemon].process !== undefined)
    if (facts.cores >= LEAST_CORES || (daemons.length < 3 && !runsTasks(host))) return []
    return [
      {
        severity: 'warning',
        message:
          'the host has one core for all its daemons and jobs, so they start slowly and can exceed their time limits',
        evidence: `${facts.cores} core for ${shown(daemons.join(', '))}`,
        fix: { where: 'hand', text: 'two cores or more' },
      },
    ]
  }),
}

const disagrees: Check = {
  id: 'written-size',
  title: 'memory and cores of a host in cluster.yml are not more than it has',
  severities: ['warning'],
  run: eachHost(({ host, facts }) => {
    if (!(facts.memoryMb > 0)) throw new Unread('the host did not report its memory')
    const { memoryMb = 0, cores: written = 0 } = host
    // A machine of 4 GiB reports some hundred MiB less.
    const short = memoryMb * 0.9 > facts.memoryMb
    if (!short && written <= facts.cores) return []
    return [
      {
        severity: 'warning',
        message: 'cluster.yml gives the host more than it has',
        evidence: short
          ? `memory ${memoryMb} MiB in cluster.yml, ${facts.memoryMb} MiB on the host`
          : `${written} cores in cluster.yml, ${facts.cores} on the host`,
        fix: {
          where: 'hand',
          text: 'the real values, or neither `memory` nor `cores`: Howdah then reads them',
        },
      },
    ]
  }),
}

/** Memory and cores. */
export const resourceChecks: readonly Check[] = [memory, cores, disagrees]
