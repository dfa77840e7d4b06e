/** Steps that ask the cluster which jobs it ran, and where the blocks are. */

import { generationOf } from '../../../services/support/index.ts'
import { CheckFailure } from '../checks.ts'
import type { Flow, Step } from '../flow.ts'
import { hostsWith } from '../place.ts'
import {
  askAttempts,
  askJobs,
  attemptPaths,
  hadRealContainers,
  type JobProof,
  parseAnswers,
  proveJob,
} from '../proof.ts'
import { askJobTracker, parseSections, proveTrackedJob } from '../proof-jobtracker.ts'
import { REPORT_TABLES } from '../sql.ts'
import { fsck, parseFsck } from '../webhdfs.ts'

const REPLICATION_TRIES = 40
const REPLICATION_PAUSE_MS = 500

async function proveJobs(flow: Flow): Promise<JobProof[]> {
  const ids = [...flow.jobs.keys()]
  const { cluster } = flow.input
  if (flow.place.hadoop.jobs === 'jobtracker') {
    const answers = parseSections((await flow.must(askJobTracker(flow.place, ids))).stdout)
    return ids.map((id) => proveTrackedJob(cluster, answers, id))
  }
  const first = parseAnswers((await flow.must(askJobs(flow.jobHistory, ids))).stdout)
  const paths = attemptPaths(first, ids)
  const second = parseAnswers((await flow.must(askAttempts(flow.jobHistory, paths))).stdout)
  const answers = new Map([...first, ...second])
  return ids.map((id) => proveJob(cluster, answers, id))
}

const jobsOnWorkers: Step = {
  name: 'jobs on workers',
  title: 'Each job ran on the workers and succeeded',
  after: ['hiveserver2 query', 'hive joins', ...REPORT_TABLES.map(({ name }) => `export ${name}`)],
  run: async (flow) => {
    const proofs = await proveJobs(flow)
    const doubts = proofs.flatMap(({ id, doubts: each }) =>
      each.map((doubt) => `${id} (${flow.jobs.get(id)}): ${doubt}`),
    )
    if (doubts.length > 0) {
      throw new CheckFailure(doubts.join('\n'), `on ${flow.place.gateway.name}: ${flow.place.hadoop.history}`)
    }
    if (!hadRealContainers(proofs)) throw new CheckFailure('no job had map and reduce containers of its own')
    const hosts = [...new Set(proofs.flatMap((proof) => proof.hosts))].sort()
    const maps = proofs.reduce((sum, proof) => sum + proof.maps, 0)
    const reduces = proofs.reduce((sum, proof) => sum + proof.reduces, 0)
    return `${proofs.length} jobs, ${maps} maps and ${reduces} reduces on ${hosts.join(', ')}`
  },
}

/** Replicas of a new block arrive shortly after its writer has ended, so the step asks again for up to 20 s. */
const replication: Step = {
  name: 'replication',
  title: 'Every block has its copies on the DataNodes',
  after: ['hive tables', 'hiveserver2 query'],
  run: async (flow) => {
    const { cluster } = flow.input
    const wanted = Math.min(cluster.replication, hostsWith(cluster, 'datanode').length)
    const script = fsck(flow.place, flow.namenode)
    let last = ''
    for (let tries = 0; tries < REPLICATION_TRIES; tries += 1) {
      last = (await flow.must(script)).stdout
      const { blocks, fewest, healthy } = parseFsck(last)
      if (healthy && blocks > 0 && fewest >= wanted)
        return `${blocks} blocks, ${fewest} copies or more of each`
      await new Promise((resolve) => setTimeout(resolve, REPLICATION_PAUSE_MS))
    }
    const { blocks, fewest } = parseFsck(last)
    const { hdfs } = generationOf(cluster)
    throw new CheckFailure(
      `of ${blocks} blocks some have ${fewest} copies instead of ${wanted}\n${last.trim().split('\n').slice(-20).join('\n')}`,
      `on ${flow.place.gateway.name}: ${hdfs} fsck ${flow.place.root} -files -blocks -locations; ${hdfs} dfsadmin -report`,
    )
  },
}

export const PROOF_STEPS: readonly Step[] = [jobsOnWorkers, replication]
