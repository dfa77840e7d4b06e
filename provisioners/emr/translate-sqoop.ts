import type { Path, Problems } from '../config/index.ts'
import type { Placed } from './legacy.ts'
import type { LegacyStep } from './legacy-schema.ts'
import type { Translation } from './translation.ts'

/** edX's step that installs Sqoop becomes the section `sqoop`. */

/** The versions whose digests Howdah has, and which work with current releases of Hadoop and MySQL. */
const SQOOP = '1.4.7'
const CONNECTOR = '8.4.0'

const TO: Path = ['aws', 'emr', 'sqoop', 'version']

const OPTIONS = ['--hadoop-version', '--sqoop-version', '--mysql-connector-version'] as const
type Option = (typeof OPTIONS)[number]

/** The step's arguments: the address of the bucket, then options with `=`. The script refused others. */
export function translateSqoop(
  { path, value }: Placed<LegacyStep>,
  { draft }: Translation,
  problems: Problems,
): void {
  draft.report({
    from: path,
    to: TO,
    value: SQOOP,
    kind: 'replaced',
    why: 'the script fetched Sqoop unchecked from a mirror that no longer has it; releases up to emr-7.4.0 have Sqoop, and on later ones a step of Howdah installs it with its driver, both checked',
    comment: 'EMR had Sqoop up to emr-7.4.0; on later releases a step installs it',
  })
  for (const [i, argument] of (value.step_args ?? []).entries()) {
    const from = [...path, 'step_args', i]
    if (i === 0) continue
    if (i === 1 && !argument.startsWith('--')) {
      const why =
        "the bucket of the driver's tarball: the driver now comes from Maven Central, and is checked"
      draft.report({ from, kind: 'dropped', why })
      continue
    }
    const [name = '', version = ''] = argument.split(/=(.*)/s)
    const option = OPTIONS.find((one) => one === name)
    if (option !== undefined && version !== '') versionOf(option, version, from, draft)
    else
      problems.add({
        code: 'LEGACY_ACTION_ARGUMENT',
        path: from,
        message: `${JSON.stringify(argument)} is not an argument of install-sqoop`,
        found: argument,
        expected: `the address of a bucket, then ${OPTIONS.join('=…, ')}=…`,
      })
  }
}

function versionOf(option: Option, version: string, from: Path, draft: Translation['draft']): void {
  if (option === '--hadoop-version')
    draft.report({ from, kind: 'dropped', why: 'the release decides the version of Hadoop' })
  if (option === '--sqoop-version')
    draft.report({
      from,
      to: TO,
      value: SQOOP,
      partOf: true,
      kind: version === SQOOP ? 'same' : 'replaced',
      why:
        version === SQOOP
          ? 'the version that Howdah installs'
          : `${SQOOP} is the last version and works with Hadoop 3; for ${version}, write version, tarball and its sha256 under sqoop`,
    })
  if (option === '--mysql-connector-version')
    draft.report({
      from,
      kind: version === CONNECTOR ? 'same' : 'replaced',
      why:
        version === CONNECTOR
          ? 'the driver that Howdah installs'
          : `Connector/J ${CONNECTOR} is installed, since older versions cannot log in to current releases of MySQL; for ${version}, write driver and driverSha256 under sqoop`,
    })
}
