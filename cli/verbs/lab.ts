import { spawn } from 'node:child_process'
import { join } from 'node:path'
import {
  ensureLabPackages,
  findSnapshot,
  hostsFor,
  labDown,
  labJdk8,
  labSnapshot,
  labSshArgs,
  labStatus,
  labUp,
  removeSnapshots,
  sourcesKey,
  writeDemoCluster,
} from '../../lab/index.ts'
import type { Lab } from '../../lab/types.ts'
import { defaultCacheDir, publishMirror, resolveArtifacts } from '../../provisioners/artifacts/index.ts'
import { loadCluster } from '../../provisioners/config/index.ts'
import type { Cluster } from '../../provisioners/config/types.ts'
import type { ProfileName } from '../../provisioners/config/versions/profiles.ts'
import { EXIT } from '../../provisioners/errors.ts'
import { bootstrapCluster } from '../../provisioners/operations/bootstrap/index.ts'
import { webPages } from '../../provisioners/operations/bootstrap/web-pages.ts'
import { verifyCluster } from '../../provisioners/operations/verify/index.ts'
import type { Console } from '../console.ts'
import { planSummary } from '../render/plan.ts'
import { type Colors, duration, table } from '../render/text.ts'
import { applyExit, applyText } from './bootstrap.ts'
import type { Verb } from './context.ts'
import { reportText, verifyExit } from './verify.ts'

interface Named {
  readonly name: string
}

interface Profiled extends Named {
  /** Versions of the demo's cluster; absent: Howdah's own. */
  readonly profile?: ProfileName
}

/** Starts the lab's hosts while the software is downloaded, writes cluster.yml, and fills the mirror. */
export async function raise(
  console: Console,
  { name, profile }: Profiled,
): Promise<{ lab: Lab; file: string; cluster: Cluster }> {
  await ensureLabPackages(console.report, console.signal)
  const cacheDir = defaultCacheDir()
  const [lab, jdk] = await Promise.all([
    labUp({ name, hosts: hostsFor(profile) }, console.report, console.signal),
    labJdk8(undefined, console.report, console.signal),
  ])
  const file = await writeDemoCluster(lab, jdk, profile)
  const cluster = await loadCluster(file)
  console.report({ type: 'phase', title: 'Assembling software' })
  const { artifacts, jdkArtifacts } = await resolveArtifacts(cluster, {
    cacheDir,
    report: console.report,
    signal: console.signal,
  })
  await publishMirror(
    [...Object.values(artifacts), ...Object.values(jdkArtifacts)],
    join(lab.stateDir, 'mirror'),
  )
  return { lab, file, cluster }
}

function hostTable(lab: Lab): string {
  const rows = lab.hosts.map(({ name, address, release, pid }) => [
    name,
    address,
    release,
    pid === undefined ? 'down' : 'up',
  ])
  return table(['host', 'address', 'release', 'state'], rows)
}

/** A lab that starts with the files of a snapshot. Its name is the name of the lab that the snapshot was made from. */
async function raiseFrom(console: Console, name: string | undefined, from: string) {
  await ensureLabPackages(console.report, console.signal)
  const snapshot = await findSnapshot(from, await sourcesKey())
  const options = { name: name ?? snapshot.lab, hosts: snapshot.hosts, from: snapshot }
  const lab = await labUp(options, console.report, console.signal)
  return { lab, file: join(lab.stateDir, 'cluster.yml') }
}

/** `howdah lab up`: five real hosts and their cluster.yml, bare, or with the files of a snapshot. */
export const up: Verb<Partial<Profiled> & { from?: string }> = async (console, { from, name, ...rest }) => {
  const { lab, file } =
    from === undefined
      ? await raise(console, { name: name ?? 'demo', ...rest })
      : await raiseFrom(console, name, from)
  console.result({ formatVersion: '1.0', lab, clusterYml: file }, () =>
    [hostTable(lab), '', `cluster.yml  ${file}`, `next         howdah bootstrap ${file}`].join('\n'),
  )
  return EXIT.done
}

interface Snapshotted extends Named {
  readonly snapshot: string
  readonly remove?: boolean
  /** Remove the lab afterwards. */
  readonly down?: boolean
}

/** `howdah lab snapshot NAME`: keeps the hosts as they are now, for `lab up --from NAME`. */
export const snapshot: Verb<Snapshotted> = async (
  console,
  { name, snapshot: kept, remove, down = false },
) => {
  if (remove) {
    const removed = await removeSnapshots(kept, undefined)
    console.result({ formatVersion: '1.0', snapshot: kept, removed }, () =>
      removed === 0 ? `no snapshot ${kept} was removed` : `snapshot ${kept} is removed`,
    )
    return EXIT.done
  }
  const options = { name: kept, key: await sourcesKey(), down }
  const dir = await labSnapshot(name, options, console.report, console.signal)
  console.result({ formatVersion: '1.0', snapshot: kept, dir }, () =>
    [
      `snapshot ${kept}  ${dir}`,
      `next  ${down ? '' : `howdah lab down --name ${name} && `}howdah lab up --from ${kept}`,
    ].join('\n'),
  )
  return EXIT.done
}

/** `howdah lab down`: nothing of the lab remains. */
export const down: Verb<Named> = async (console, { name }) => {
  await labDown(name, console.report)
  console.result({ formatVersion: '1.0', down: name }, () => `lab ${name} is removed`)
  return EXIT.done
}

/** `howdah lab status`: every lab of this machine. Exit 17 when a part of one does not run. */
export const status: Verb = async (console) => {
  const labs = await labStatus()
  console.result({ formatVersion: '1.0', labs }, () => {
    if (labs.length === 0) return 'no lab is up: howdah lab up'
    return labs
      .map(({ lab, whole }) =>
        [
          console.out.bold(`${lab.name}  ${lab.subnet}${whole ? '' : '  (incomplete: howdah lab up)'}`),
          hostTable(lab),
        ].join('\n'),
      )
      .join('\n\n')
  })
  return labs.every(({ whole }) => whole) ? EXIT.done : EXIT.verification
}

/** `howdah lab ssh HOST [COMMAND…]`: the system's ssh with the lab's key and host keys; its exit code becomes the verb's. */
export const ssh: Verb<Named & { host: string; words: readonly string[] }> = async (
  _console,
  { name, host, words },
) => {
  const [program = 'ssh', ...args] = await labSshArgs(name, host)
  const child = spawn(program, [...args, ...words], { stdio: 'inherit' })
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('exit', (code) => resolve(code ?? EXIT.unexpected))
  })
}

function lookAround(lab: Lab, cluster: Cluster, file: string, name: string, c: Colors): string {
  const flag = name === 'demo' ? '' : ` --name ${name}`
  // In a checkout the command is not in PATH.
  const howdah = process.argv[1]?.endsWith('.ts') ? 'bin/howdah' : 'howdah'
  return [
    c.bold('Web pages (from this machine)'),
    ...webPages(cluster).map(({ title, url }) => `  ${title.padEnd(16)} ${url}`),
    c.bold('Look around'),
    `  ${howdah} lab ssh${flag} ${lab.hosts[0]?.name}`,
    `  ${howdah} status ${file}`,
    `  ${howdah} plan ${file}`,
    c.bold('Take it down'),
    `  ${name === 'demo' ? 'make demo.down' : `${howdah} lab down${flag}`}`,
  ].join('\n')
}

/** `howdah lab demo`: the whole product on one machine, from nothing to compared rows. */
export const demo: Verb<Profiled> = async (console, options) => {
  const started = Date.now()
  const { name } = options
  const { lab, file, cluster } = await raise(console, options)
  const raisedMs = Date.now() - started
  const operation = console.operation(file)
  const boot = await bootstrapCluster(operation, async ({ plan }) => {
    // The operator made the lab with this command, so its hosts may be changed without another question.
    console.note(planSummary(plan))
    return true
  })
  const exit = applyExit(boot, console.signal.aborted)
  if (exit !== EXIT.done) {
    console.result(boot, () => (boot.applied ? applyText(boot.applied, console.out) : ''))
    return exit
  }
  const verified = await verifyCluster(operation, { keep: true, size: 'demo' })
  const times = {
    raisedMs,
    bootstrapMs: boot.timings.totalMs,
    verifyMs: verified.ms,
    totalMs: Date.now() - started,
  }
  console.result({ formatVersion: '1.0', times, verified }, () =>
    [
      reportText(verified, console.out),
      '',
      lookAround(lab, cluster, file, name, console.out),
      '',
      `lab ${duration(raisedMs)}, bootstrap ${duration(times.bootstrapMs)}, verify ${duration(verified.ms)}, in all ${duration(times.totalMs)}`,
    ].join('\n'),
  )
  return verifyExit(verified)
}
