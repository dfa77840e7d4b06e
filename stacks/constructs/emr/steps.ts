import type {
  EmrSqoop,
  EmrStep,
  InfrastructureEmr,
} from '../../../provisioners/config/infrastructure/types.ts'

/** The jar that runs a script from S3 on the master, as the user hadoop. Every region has its own copy. */
export const scriptRunner = (region: string): string =>
  `s3://${region}.elasticmapreduce/libs/script-runner/script-runner.jar`

export interface ScriptStep {
  readonly name: string
  readonly region: string
  readonly script: string
  readonly args: readonly string[]
}

/**
 * One of Howdah's own steps. When it fails the cluster terminates (unless it is protected): it is new and empty then,
 * and an incomplete cluster would only cost money.
 */
export const scriptStep = ({ name, region, script, args }: ScriptStep): EmrStep => ({
  name,
  jar: scriptRunner(region),
  args: [script, ...args],
  properties: {},
  actionOnFailure: 'TERMINATE_CLUSTER',
})

/** Libraries that Sqoop 1.4.7 needs with Hadoop 3, which has dropped the first and changed the second. */
const COMMONS_LANG = {
  path: 'commons-lang/commons-lang/2.6/commons-lang-2.6.jar',
  sha256: '50f11b09f877c294d56f24463f47d28f929cf5044f648661c0f0cfbae9a2f49c',
}
const COMMONS_CLI = {
  path: 'commons-cli/commons-cli/1.5.0/commons-cli-1.5.0.jar',
  sha256: 'bc8bb01fc0fad250385706e20f927ddcff6173f6339b387dc879237752567ac6',
}
const MAVEN_CENTRAL = 'https://repo1.maven.org/maven2'

/** Where the driver is in S3, Maven Central may be out of reach, so the libraries are expected beside the driver. */
const libraryUri = (sqoop: EmrSqoop, path: string): string => {
  if (!sqoop.driver.startsWith('s3://')) return `${MAVEN_CENTRAL}/${path}`
  return `${sqoop.driver.slice(0, sqoop.driver.lastIndexOf('/'))}/${path.slice(path.lastIndexOf('/') + 1)}`
}

/** EMR has Hadoop 3 from emr-6.0.0 on. */
const hasHadoop3 = (release: string): boolean => Number(/^emr-(\d+)/.exec(release)?.[1] ?? 0) >= 6

/** URIs of what the Sqoop step fetches besides the tarball and the driver. */
export const sqoopLibraries = (emr: InfrastructureEmr) =>
  emr.sqoop.kind === 'step' && hasHadoop3(emr.release)
    ? [
        { flag: '--library', uri: libraryUri(emr.sqoop, COMMONS_LANG.path), sha256: COMMONS_LANG.sha256 },
        { flag: '--boot-library', uri: libraryUri(emr.sqoop, COMMONS_CLI.path), sha256: COMMONS_CLI.sha256 },
      ]
    : []

/** Arguments of stacks/scripts/install-sqoop. Sqoop of a release lacks only MySQL's driver. */
export const sqoopArguments = (emr: InfrastructureEmr): string[] => {
  const { sqoop } = emr
  const own = [
    '--version',
    sqoop.version,
    '--tarball',
    sqoop.tarball,
    '--digest',
    sqoop.sha512 || (sqoop.sha256 ?? ''),
  ]
  return [
    ...(sqoop.kind === 'step' ? own : []),
    ...['--driver', sqoop.driver, '--driver-digest', sqoop.driverSha256],
    ...sqoopLibraries(emr).flatMap(({ flag, uri, sha256 }) => [flag, uri, sha256]),
  ]
}

/** The step that installs Sqoop, or adds the driver to the release's Sqoop; none without Sqoop. */
export const sqoopSteps = (emr: InfrastructureEmr, region: string, script: string): EmrStep[] =>
  emr.sqoop.kind === 'none'
    ? []
    : [
        scriptStep({
          name: emr.sqoop.kind === 'step' ? `Install Sqoop ${emr.sqoop.version}` : "Install Sqoop's driver",
          region,
          script,
          args: sqoopArguments(emr),
        }),
      ]

/**
 * Steps as Terraform's blocks, which need every field. With concurrent steps EMR accepts none that terminates the
 * cluster or cancels other steps when it fails.
 */
export const stepsOf = (steps: readonly EmrStep[], concurrency: number) =>
  steps.map((step) => ({
    name: step.name,
    actionOnFailure: concurrency > 1 ? 'CONTINUE' : step.actionOnFailure,
    hadoopJarStep: [
      {
        jar: step.jar,
        mainClass: step.mainClass ?? '',
        args: [...step.args],
        properties: { ...step.properties },
      },
    ],
  }))
