import { DEFAULT_RELEASE, FEATURES, lacks, type Path, secretProperties } from '../config/index.ts'
import type { Configurations } from './configurations.ts'
import { AMI_DEFAULT } from './legacy-keys.ts'
import type { LegacyConfiguration } from './legacy-schema.ts'
import { IN_TWO, isAddressOfMaster } from './properties-today.ts'
import type { StepResult } from './translate-steps.ts'
import type { Translation } from './translation.ts'

/** Release, applications, configurations, and the keys without a meaning today. */

const RELEASE: Path = ['aws', 'emr', 'release']

export function translateRelease({ legacy, draft }: Translation): void {
  const { release_label: label, ami_version: ami } = legacy.top
  if (label) {
    const wanted = lacks(label, FEATURES.security)
    const old = wanted !== undefined
    const why = old
      ? `${label} has no security configurations, and every cluster of Howdah has one; write ${wanted}`
      : 'the release'
    draft.report({
      from: ['release_label'],
      to: RELEASE,
      value: label,
      kind: old ? 'needs-you' : 'same',
      why,
    })
    if (ami)
      draft.report({
        from: ['ami_version'],
        kind: 'dropped',
        why: 'the file has release_label, which wins, as in the playbook',
      })
    return
  }
  draft.report({
    from: ['ami_version'],
    to: RELEASE,
    value: DEFAULT_RELEASE,
    kind: 'replaced',
    why: `${ami ? `image ${ami}` : `missing; the default, image ${AMI_DEFAULT},`} cannot be started since December 2023; the release has Hadoop 3, Hive 3 and Python 3, so a pipeline of Python 2.7 needs a bootstrap action that installs Python 2.7`,
    comment: `replaces image ${ami ?? AMI_DEFAULT}`,
  })
}

/** Releases with Ganglia. */
const GANGLIA = /^emr-[456]\./

const isSqoop = (name: string): boolean => /^sqoop(-sandbox)?$/i.test(name)

export function translateApplications({ legacy, draft }: Translation, steps: StepResult): void {
  const to: Path = ['aws', 'emr', 'applications']
  const names: string[] = []
  if (!legacy.applications.some(({ value }) => value.name === 'Hadoop')) {
    names.push('Hadoop')
    draft.put([...to, 0], 'Hadoop')
  }
  for (const { path, value } of legacy.applications) {
    if (isSqoop(value.name)) continue
    if (value.name === 'Ganglia' && !GANGLIA.test(legacy.top.release_label ?? '')) {
      const why = 'emr-6.15.0 was the last release with Ganglia; later ones have the CloudWatch agent'
      draft.report({ from: path, kind: 'dropped', why })
      continue
    }
    const entry = value.args?.length ? { name: value.name, args: value.args } : value.name
    draft.report({ from: path, to: [...to, names.length], value: entry, kind: 'same', why: 'an application' })
    names.push(value.name)
  }
  for (const { name, from } of steps.applications) {
    if (names.includes(name)) {
      draft.report({ from, kind: 'dropped', why: `the applications have ${name} already` })
      continue
    }
    const why = `${name} is an application of the release, and not a step`
    draft.report({ from, to: [...to, names.length], value: name, kind: 'replaced', why })
    names.push(name)
  }
  if (!names.includes('Hive'))
    draft.report({
      from: ['applications'],
      kind: 'same',
      why: 'nothing installs Hive, so the cluster has no Hive, as it had none; the pipeline needs it: add Hive to aws.emr.applications',
    })
}

/** Translates the application Sqoop; a legacy file without Sqoop gets none, as in the playbook. */
export function translateSqoopApplication({ legacy, draft }: Translation, steps: StepResult): void {
  const listed = legacy.applications.find(({ value }) => isSqoop(value.name))
  if (listed !== undefined)
    draft.report({
      from: listed.path,
      to: ['aws', 'emr', 'sqoop'],
      value: {},
      ...(steps.sqoop && { partOf: true as const }),
      kind: 'translated',
      why: 'Sqoop has its own section: up to emr-7.4.0 it is part of the release, later a step of Howdah installs it',
    })
  else if (!steps.sqoop) draft.put(['aws', 'emr', 'sqoop'], 'none', 'the legacy file installs no Sqoop')
}

export function translateConfigurations(
  { legacy, draft }: Translation,
  configurations: Configurations,
): void {
  for (const { path, value } of legacy.configurations) {
    const kept = withoutMaster(path, value, draft)
    configurations.add(kept)
    draft.report({
      from: path,
      to: ['aws', 'emr', 'configurations', configurations.at(value.classification)],
      value: kept,
      partOf: true,
      kind: 'same',
      why: 'a classification with its properties, in the form of EMR',
    })
    for (const name of secretProperties(kept.properties ?? undefined))
      draft.report({
        from: [...path, 'properties', name],
        kind: 'needs-you',
        why: `${name} holds a secret, which validate refuses; put it into AWS Secrets Manager and write EMR.secret@${name}: its ARN`,
      })
    for (const [name, two] of Object.entries(IN_TWO))
      if (two !== undefined && value.properties?.[name] !== undefined)
        draft.report({
          from: [...path, 'properties', name],
          kind: 'needs-you',
          why: `EMR sets ${two.join(' and ')} by the instance type, and they win over ${name}; write those two`,
        })
  }
}

/** A classification without the addresses of HDFS and YARN on another cluster's master. */
function withoutMaster(
  path: Path,
  value: LegacyConfiguration,
  draft: Translation['draft'],
): LegacyConfiguration {
  const entries = Object.entries(value.properties ?? {})
  const others = entries.filter(([name]) => isAddressOfMaster(name))
  if (others.length === 0) return value
  for (const [name] of others)
    draft.report({
      from: [...path, 'properties', name],
      kind: 'dropped',
      why: 'EMR writes the address of the master of each cluster there',
    })
  return { ...value, properties: Object.fromEntries(entries.filter(([name]) => !isAddressOfMaster(name))) }
}

export function translateRest({ legacy: { top, document }, draft }: Translation): void {
  if (top.ebs_root_volume_size != null)
    draft.report({
      from: ['ebs_root_volume_size'],
      to: ['aws', 'emr', 'rootVolume'],
      value: top.ebs_root_volume_size,
      kind: 'same',
      why: 'GB of each root volume',
    })
  if (top.hadoop_version)
    draft.report({
      from: ['hadoop_version'],
      kind: 'dropped',
      why: 'the release decides the version of Hadoop; the playbook never passed it to EMR',
    })
  if (document.has(['visible_to_all_users']))
    draft.report({
      from: ['visible_to_all_users'],
      kind: 'dropped',
      why: 'every cluster is visible to its account; the playbook always set it',
    })
  if (top.state) draft.report({ from: ['state'], kind: 'dropped', why: 'a cluster.yml always means present' })
}
