/** Scripts of the operations. A fake transport records them, and gives answers that let a flow continue. */

import { compileBatch } from '../../provisioners/engine/compile.ts'
import {
  checkScript,
  claimScript,
  fencePaths,
  freeScript,
  readFenceScript,
} from '../../provisioners/engine/fence-script.ts'
import { createRegistry } from '../../provisioners/engine/index.ts'
import { holdScript, lockPaths, releaseScript, renewScript } from '../../provisioners/engine/lock-script.ts'
import { doctorScript } from '../../provisioners/operations/doctor/script.ts'
import { checksOf, runPipelineCheck } from '../../provisioners/operations/pipeline/check.ts'
import { smokeOf } from '../../provisioners/operations/pipeline/smoke/index.ts'
import { stopScript } from '../../provisioners/operations/pipeline/smoke/scripts.ts'
import { smokeSteps } from '../../provisioners/operations/pipeline/smoke/steps.ts'
import type { PipelineInput, PipelineRun } from '../../provisioners/operations/pipeline/types.ts'
import { questionsFor } from '../../provisioners/operations/preflight/questions.ts'
import { membershipScript } from '../../provisioners/operations/verify/members.ts'
import { placeOf } from '../../provisioners/operations/verify/place.ts'
import { askJobTracker } from '../../provisioners/operations/verify/proof-jobtracker.ts'
import { runVerify } from '../../provisioners/operations/verify/run.ts'
import { killScript } from '../../provisioners/operations/verify/tools.ts'
import { Secret } from '../../provisioners/secret.ts'
import { dumpScript, loadScript } from '../../provisioners/services/result-store/dump-script.ts'
import type { ComponentContext } from '../../provisioners/services/types.ts'
import { bootstrap } from '../../provisioners/transport/bootstrap.ts'
import type { Transport } from '../../provisioners/transport/types.ts'
import { receiveScript } from '../../provisioners/transport/upload.ts'
import { hadoop1 } from '../operations/verify/hadoop1.ts'
import { simulate } from '../operations/verify/simulated.ts'
import { withParts } from './parts.ts'
import type { Script } from './shellcheck.ts'

const LOGIN = {
  host: 'rs',
  port: 3306,
  user: 'admin',
  password: new Secret("it's", 'password'),
  requireTls: true,
}

const RUN = { token: 3, nonce: '0a1b', about: '{"holder": "ana"}' }

/** Scripts outside of flows: the lock, uploads, dumps, the line that receives a script. */
export function ofDoors(): Script[] {
  const paths = lockPaths('/run/howdah')
  const fence = fencePaths()
  const texts: Readonly<Record<string, string>> = {
    'the lock, held': holdScript(paths, 'n1', { info: '{"who": "ana"}', leaseSeconds: 60, beatSeconds: 5 }),
    'the lock, renewed': renewScript(paths, '0a1b'),
    'the lock, released': releaseScript(paths, 'n1'),
    'the newest run, read': readFenceScript(fence, paths),
    'the newest run, claimed': claimScript(fence, RUN, '', 600),
    'the newest run, checked': checkScript(fence, RUN),
    'the newest run, freed': freeScript(fence, RUN),
    'a batch of a run': compileBatch([], createRegistry([]), {
      ...{ nonce: 'a1', runDir: '/run/howdah', recordFile: '/var/lib/howdah/resources', fence: RUN },
    }),
    'an upload': receiveScript('/etc/howdah/file', '0600', 'a'.repeat(64)),
    'a dump': dumpScript(LOGIN, 'reports'),
    'a dump that is loaded': loadScript(LOGIN, 'reports', '/run/howdah/dump'),
    // As the login shell passes it on: without the quotes around it.
    'the line that receives a script': bootstrap('true').command.slice(1, -1),
    'the line that receives a payload': bootstrap('true', { payload: true, mark255: true }).command.slice(
      1,
      -1,
    ),
    'members of Hadoop 1': membershipScript(hadoop1),
    'jobs of Hadoop 1, killed': killScript(placeOf(hadoop1, 'r1', false)),
    'what doctor reads': doctorScript(
      [{ name: 'hdfs-namenode', log: '/var/log/hadoop/x.log' }, { name: 'nginx' }],
      60,
    ),
    'jobs of Hadoop 1': askJobTracker(placeOf(hadoop1, 'r1', false), ['job_201311281200_0001']),
  }
  return Object.entries(texts).flatMap(([name, text]) => withParts({ name, shell: 'sh', text }))
}

/** What `howdah preflight` asks each host of a cluster. */
export const ofPreflight = (title: string, { cluster }: ComponentContext): Script[] =>
  cluster.hosts.flatMap((host) =>
    Object.entries(questionsFor(host, cluster)).flatMap(([name, text]) =>
      withParts({ name: `${title}: preflight asks ${host.name} ${name}`, shell: 'sh', text }),
    ),
  )

/** The whole flow of `howdah verify`, against a simulated cluster; and one that fails half way. */
export async function ofVerify(): Promise<Script[]> {
  const scripts: Script[] = []
  const onScript = (text: string): void => void scripts.push({ name: 'verify', shell: 'sh', text })
  await runVerify(simulate({ onScript }).input)
  await runVerify(simulate({ onScript, breaks: { when: /exec sqoop/, output: 'no' } }).input)
  return scripts.flatMap(withParts)
}

/** The settings of a run, as the checks read them. */
const SETTINGS = JSON.stringify({ read: [], sections: { 'job-conf': {} }, programs: [], absent: [] })

/** Each check of the pipeline alone, with empty answers, and the scripts that remove its files. */
export async function ofPipeline(title: string, { cluster }: ComponentContext): Promise<Script[]> {
  const { pipeline } = cluster
  if (pipeline === undefined) return []
  const scripts: Script[] = []
  const answer = { exit: 0, stdout: SETTINGS, stderr: '', ms: 1 }
  const transport: Transport = {
    host: 'any',
    run: async ({ script }) => {
      scripts.push({ name: `${title}: pipeline check`, shell: 'sh', text: script })
      return answer
    },
    upload: async () => {},
    connect: () => Promise.reject(new Error('nothing is connected to')),
    close: async () => {},
  }
  const transports = Object.fromEntries(cluster.hosts.map(({ name }) => [name, transport]))
  const storeAdmin = () => Promise.reject(new Error('no server'))
  const input: PipelineInput = { cluster, pipeline, transports, storeAdmin, report: () => {} }
  const undos: PipelineRun['undos'] = []
  const shell = async (text: string) => {
    scripts.push({ name: `${title}: pipeline check, on the master`, shell: 'bash', text })
    return answer
  }
  const on: PipelineRun['on'] = (_, script) => transport.run({ script })
  const run: PipelineRun = {
    ...{ input, undos, shell, on },
    ...{
      name: 'howdah_pipeline_r1',
      master: pipeline.master,
      work: 'hdfs://m1:8020/edx/r1',
      fs: 'hdfs://m1:8020',
    },
  }
  // With such answers a check fails at some point. Only its scripts matter here.
  for (const check of checksOf(input)) await check.run(run).catch(() => {})
  const smoke = smokeOf(run, input, {})
  smoke.source = { launcher: '/v/bin/launch-task', activate: '/v/bin/activate', repo: '/r' }
  for (const step of smokeSteps(smoke)) {
    await step.prepare?.(run).catch(() => {})
    await step.run(run).catch(() => {})
  }
  scripts.push({ name: `${title}: pipeline smoke, its end`, shell: 'bash', text: stopScript(smoke) })
  for (const { undo } of undos) await undo().catch(() => {})
  await runPipelineCheck(input, 'hdfs://m1:8020')
  return scripts.flatMap(withParts)
}
