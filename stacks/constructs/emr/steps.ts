import type {
  EmrSqoop,
  EmrStep,
  InfrastructureEmr,
} from '../../../provisioners/config/infrastructure/types.ts'

/** Runs a script of S3 on the master, as the user hadoop. One in every region. */
export const scriptRunner = (region: string): string =>
  `s3://${region}.elasticmapreduce/libs/script-runner/script-runner.jar`

export interface ScriptStep {
  readonly name: string
  readonly region: string
  readonly script: string
  readonly args: readonly string[]
}

/**
 * A step of ours. When it fails the cluster ends (unless it is protected): it is new and empty then, and would
 * cost money without being what was asked for.
 */
export const scriptStep = ({ name, region, script, args }: ScriptStep): EmrStep => ({
  name,
  jar: scriptRunner(region),
  args: [script, ...args],
  properties: {},
  actionOnFailure: 'TERMINATE_CLUSTER',
})

/** What Sqoop 1.4.7 needs beside Hadoop 3, which has dropped the one and changed the other. */
const COMMONS_LANG = {
  path: 'commons-lang/commons-lang/2.6/commons-lang-2.6.jar',
  sha256: '50f11b09f877c294d56f24463f47d28f929cf5044f648661c0f0cfbae9a2f49c',
}
const COMMONS_CLI = {
  path: 'commons-cli/commons-cli/1.5.0/commons-cli-1.5.0.jar',
  sha256: 'bc8bb01fc0fad250385706e20f927ddcff6173f6339b387dc879237752567ac6',
}
const MAVEN_CENTRAL = 'https://repo1.maven.org/maven2'

/** Whoever keeps the driver in S3 may have no way to Maven Central: the libraries are then looked for beside it. */
const libraryUri = (sqoop: EmrSqoop, path: string): string => {
  if (!sqoop.driver.startsWith('s3://')) return `${MAVEN_CENTRAL}/${path}`
  return `${sqoop.driver.slice(0, sqoop.driver.lastIndexOf('/'))}/${path.slice(path.lastIndexOf('/') + 1)}`
}

/** EMR has Hadoop 3 from emr-6.0.0 on. */
const hasHadoop3 = (release: string): boolean => Number(/^emr-(\d+)/.exec(release)?.[1] ?? 0) >= 6

/** Addresses of what the Sqoop step fetches beside the tarball and the driver. */
export const sqoopLibraries = (emr: InfrastructureEmr) =>
  emr.sqoop.kind === 'step' && hasHadoop3(emr.release)
    ? [
        { flag: '--library', uri: libraryUri(emr.sqoop, COMMONS_LANG.path), sha256: COMMONS_LANG.sha256 },
        { flag: '--boot-library', uri: libraryUri(emr.sqoop, COMMONS_CLI.path), sha256: COMMONS_CLI.sha256 },
      ]
    : []

/** Arguments of stacks/scripts/install-sqoop. The Sqoop of a release lacks but MySQL's driver. */
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

/** The step that installs Sqoop, or puts the driver into the release's own; none when Sqoop is not wanted. */
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
 * Steps in Terraform's words: it wants every field of a step said. With steps side by side EMR takes none that
 * ends the cluster or cancels others when it fails.
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
