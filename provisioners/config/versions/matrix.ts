import { CORE_SOFTWARE, SOFTWARE } from '../../catalog/index.ts'
import type { Path } from '../document/document.ts'
import { nearest } from '../document/suggest.ts'
import type { JavaUser, JdkMajor } from '../types.ts'
import { certifiedAs, PROFILE_NAMES, PROFILES } from './profiles.ts'
import { type Component, RELEASED, RULES, type Rule, type VersionRange } from './rules.ts'

export interface VersionChoice {
  readonly versions: Readonly<Record<Component, string>>
  readonly java: Readonly<Record<JavaUser, JdkMajor>>
  readonly provider: 'mirror' | 'maven' | 'file'
}

export interface MatrixFinding {
  readonly verdict: 'refuse' | 'warn'
  readonly code: 'SPEC_VERSION_PAIR' | 'SPEC_VERSION_NOT_CERTIFIED'
  /** Both halves: "Hive 3.1.3 on JDK 17". */
  readonly pair: string
  readonly message: string
  readonly next: string
  /** Fields of cluster.yml that make the pair; the first is the best one to change. */
  readonly paths: readonly [Path, ...Path[]]
}

/** Versions of a component in certified sets, that of the default first. */
const certifiedVersions = (component: Component): readonly string[] => [
  ...new Set([...PROFILE_NAMES].reverse().map((name) => PROFILES[name].versions[component])),
]

/** Checks versions and JDKs against the table. Pure; reports all that is wrong at once. */
export function checkVersions(choice: VersionChoice): readonly MatrixFinding[] {
  const findings = RULES.filter((rule) => applies(rule, choice)).map((rule) => finding(rule, choice))
  const condemned = new Set(findings.map(({ paths }) => paths[0].join('.')))
  const uncertified = CORE_SOFTWARE.flatMap((component) => notCertified(component, choice))
  const all = [...findings, ...uncertified.filter(({ paths }) => !condemned.has(paths[0].join('.')))]
  return all.length > 0 || certifiedAs(choice.versions, choice.java) !== undefined
    ? all
    : [notTogether(choice)]
}

/** Warns when each version was certified, but not all of them as one set. */
function notTogether({ versions, java }: VersionChoice): MatrixFinding {
  const pair = CORE_SOFTWARE.map((one) => `${SOFTWARE[one].title} ${versions[one]} on JDK ${java[one]}`).join(
    ', ',
  )
  return {
    verdict: 'warn',
    code: 'SPEC_VERSION_NOT_CERTIFIED',
    pair,
    message: `${pair}: not certified as a set, though each of them is in another`,
    next: `write \`versions: {profile: ${PROFILE_NAMES.find((name) => PROFILES[name].versions.hadoop === versions.hadoop) ?? 'stable'}}\``,
    paths: [['versions', 'hadoop'], ['versions', 'hive'], ['versions', 'sqoop'], ['java']],
  }
}

function applies(rule: Rule, { versions, java }: VersionChoice): boolean {
  if (!inRange(versions[rule.left], rule.versions)) return false
  if (rule.jdk !== undefined && !rule.jdk.includes(java[rule.left])) return false
  return rule.right === undefined || inRange(versions[rule.right.component], rule.right.versions)
}

function finding(rule: Rule, { versions, java }: VersionChoice): MatrixFinding {
  const left = `${SOFTWARE[rule.left].title} ${versions[rule.left]}`
  const onJdk = rule.jdk === undefined ? undefined : `${left} on JDK ${java[rule.left]}`
  const beside =
    rule.right && `${left} with ${SOFTWARE[rule.right.component].title} ${versions[rule.right.component]}`
  const pair = onJdk ?? beside ?? left
  const words = { refuse: 'does not work', warn: 'is not certified' }
  return {
    verdict: rule.verdict,
    code: 'SPEC_VERSION_PAIR',
    pair,
    message: `${pair} ${words[rule.verdict]}: ${rule.reason} (${rule.source})`,
    next: rule.next,
    paths: fieldsOf(rule),
  }
}

function fieldsOf(rule: Rule): readonly [Path, ...Path[]] {
  if (rule.jdk !== undefined)
    return [
      ['java', rule.left],
      ['versions', rule.left],
    ]
  return [['versions', rule.left], ...(rule.right === undefined ? [] : [['versions', rule.right.component]])]
}

function notCertified(component: Component, { versions, provider }: VersionChoice): MatrixFinding[] {
  const version = versions[component]
  const certified = certifiedVersions(component)
  if (certified.includes(version)) return []
  const known = RELEASED[component].includes(version)
  const meant = known ? undefined : nearest(version, RELEASED[component])
  const pair = `${SOFTWARE[component].title} ${version}`
  const assembled = provider === 'maven'
  const what = assembled
    ? `can't be assembled from Maven: that is known for ${certified.join(', ')} alone`
    : `is not certified: ${known ? 'it was not tried' : 'no such release is known'}`
  return [
    {
      verdict: assembled ? 'refuse' : 'warn',
      code: 'SPEC_VERSION_NOT_CERTIFIED',
      pair,
      message: `${pair} ${what}${meant === undefined ? '' : `; did you mean ${meant}?`}`,
      next: `write \`${component}: ${certified[0]}\`${assembled ? ', or use `provider: mirror`' : ''}`,
      paths: [['versions', component]],
    },
  ]
}

/** Compares versions number by number: 2.10 is after 2.9. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [a.split('.').map(Number), b.split('.').map(Number)]
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}

/** Whether a version is in a range: every comparison must hold. */
export const inRange = (version: string, range: VersionRange): boolean =>
  range.every((bound) => {
    const [, operator, limit = ''] = /^(>=|<)(.+)$/.exec(bound) ?? []
    const order = compareVersions(version, limit)
    return operator === '<' ? order < 0 : order >= 0
  })
