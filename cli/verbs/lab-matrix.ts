import { labDown } from '../../lab/index.ts'
import type { ProfileName } from '../../provisioners/config/versions/profiles.ts'
import { EXIT, HowdahError } from '../../provisioners/errors.ts'
import { bootstrapCluster } from '../../provisioners/operations/bootstrap/index.ts'
import { verifyCluster } from '../../provisioners/operations/verify/index.ts'
import type { VerifyReport } from '../../provisioners/operations/verify/types.ts'
import { type ReportedVersion, reportedVersions } from '../../provisioners/operations/versions/index.ts'
import type { Console } from '../console.ts'
import { errorText } from '../render/errors.ts'
import { planSummary } from '../render/plan.ts'
import { type Colors, table } from '../render/text.ts'
import { applyExit, applyText } from './bootstrap.ts'
import type { Verb } from './context.ts'
import { raise } from './lab.ts'
import { reportText } from './verify.ts'

export interface MatrixOptions {
  readonly profiles: readonly ProfileName[]
  readonly name: string
  readonly keep?: boolean
}

/** What was proved about one profile, or how far its proof came. */
export interface ProfileProof {
  readonly profile: ProfileName
  readonly bootstrapMs: number
  readonly verifyMs: number
  readonly passed: number
  readonly failed: number
  readonly skipped: number
  readonly versions: readonly ReportedVersion[]
  /** Why it is not proved; empty: it is. */
  readonly reason: string
}

const nothing = { bootstrapMs: 0, verifyMs: 0, passed: 0, failed: 0, skipped: 0, versions: [], reason: '' }

function reasonOf(verified: VerifyReport, versions: readonly ReportedVersion[]): string {
  const failed = verified.checks.filter(({ status }) => status === 'fail').map(({ name }) => name)
  const others = versions
    .filter(({ version, wanted }) => version !== wanted)
    .map(({ what, version, wanted }) => `${what} is ${version || 'silent'}, not ${wanted}`)
  return [...failed, ...others].join('; ')
}

async function proveOn(console: Console, profile: ProfileName, file: string): Promise<ProfileProof> {
  const operation = console.operation(file)
  const boot = await bootstrapCluster(operation, async ({ plan }) => {
    console.note(planSummary(plan))
    return true
  })
  const bootstrapMs = boot.timings.totalMs
  if (applyExit(boot, console.signal.aborted) !== EXIT.done) {
    console.note(boot.applied ? applyText(boot.applied, console.out) : '')
    return { ...nothing, profile, bootstrapMs, reason: 'bootstrap failed' }
  }
  const verified = await verifyCluster(operation, {})
  console.note(reportText(verified, console.out))
  const versions = await reportedVersions(operation)
  const count = (wanted: string): number => verified.checks.filter(({ status }) => status === wanted).length
  return {
    profile,
    bootstrapMs,
    verifyMs: verified.ms,
    passed: count('pass'),
    failed: count('fail'),
    skipped: count('skip'),
    versions,
    reason: reasonOf(verified, versions),
  }
}

/** One profile on a lab of its own. A failure is part of the proof; only an interrupt is thrown. */
async function prove(
  console: Console,
  profile: ProfileName,
  { name, keep }: MatrixOptions,
): Promise<ProfileProof> {
  console.report({ type: 'phase', title: `Profile ${profile}` })
  await labDown(name, console.report)
  let proof: ProfileProof = { ...nothing, profile, reason: 'not tried' }
  try {
    const { file } = await raise(console, { name, profile })
    proof = await proveOn(console, profile, file)
  } catch (error) {
    if (console.signal.aborted) throw error
    if (error instanceof HowdahError) console.note(errorText(error, console.out))
    proof = { ...proof, reason: error instanceof Error ? error.message : String(error) }
  } finally {
    if (!(keep && proof.reason !== '' && !console.signal.aborted)) await labDown(name, console.report)
  }
  return proof
}

const seconds = (ms: number): string => (ms === 0 ? '-' : (ms / 1000).toFixed(0))

export function matrixText(proofs: readonly ProfileProof[], c: Colors): string {
  const rows = proofs.map(({ profile, bootstrapMs, verifyMs, passed, failed, skipped, versions }) => [
    profile,
    seconds(bootstrapMs),
    seconds(verifyMs),
    passed,
    failed + skipped,
    versions.map(({ what, version }) => `${what} ${version || '?'}`).join(', '),
  ])
  const unproved = proofs.filter(({ reason }) => reason !== '')
  return [
    table(
      ['profile', 'bootstrap s', 'verify s', 'passed', 'not passed', 'versions that daemons report'],
      rows,
    ),
    ...unproved.map(({ profile, reason }) => `${c.red('✗')} ${c.bold(profile)}: ${reason}`),
    c.bold(
      unproved.length === 0
        ? c.green(`${proofs.length} of ${proofs.length} profiles are proved`)
        : c.red(`${unproved.length} of ${proofs.length} profiles are not proved`),
    ),
  ].join('\n')
}

/** `howdah lab matrix`: every profile, one after the other, each on new hosts. Exit 17 when one is not proved. */
export const matrix: Verb<MatrixOptions> = async (console, options) => {
  const proofs: ProfileProof[] = []
  for (const profile of options.profiles) {
    const proof = await prove(console, profile, options)
    proofs.push(proof)
    console.note(matrixText(proofs, console.out))
    if (proof.reason !== '' && options.keep) break
  }
  console.result({ formatVersion: '1.0', profiles: proofs }, () => matrixText(proofs, console.out))
  return proofs.every(({ reason }) => reason === '') ? EXIT.done : EXIT.verification
}
