import type { Path, Problems } from '../config/index.ts'
import type { Configurations } from './configurations.ts'
import {
  type ConfigFile,
  readConfigureDaemons,
  readConfigureHadoop,
  type Setting,
} from './configure-actions.ts'
import type { Placed } from './legacy.ts'
import type { LegacyAction } from './legacy-schema.ts'
import { currentProperty, IN_TWO } from './properties-today.ts'
import { asS3, baseName, type Translation } from './translation.ts'

/** Bootstrap actions, and the configuration that AWS's actions wrote. */

/** AWS's bucket of bootstrap actions, in any region: `elasticmapreduce`, `us-east-1.elasticmapreduce`. */
const AWS_ACTION = /^s3n?:\/\/([a-z0-9-]+\.)?elasticmapreduce\/bootstrap-actions\//

/** The action of AWS that still works. */
const STILL_WORKS = /\/run-if$/

const CONFIGURATIONS: Path = ['aws', 'emr', 'configurations']

export function translateActions(
  translation: Translation,
  configurations: Configurations,
  problems: Problems,
): void {
  let kept = 0
  for (const action of translation.legacy.actions) {
    const { path } = action.value
    const name = baseName(path)
    if (AWS_ACTION.test(path) && name === 'configure-hadoop')
      configureHadoop(action, translation, configurations, problems)
    else if (AWS_ACTION.test(path) && name === 'configure-daemons')
      configureDaemons(action, translation, configurations)
    else if (AWS_ACTION.test(path) && !STILL_WORKS.test(path)) retiredAction(action, translation)
    else if (name === 'security.sh') securityPatch(action, translation)
    else keep(action, kept++, translation)
  }
}

function keep({ path: from, value }: Placed<LegacyAction>, i: number, { draft }: Translation): void {
  draft.report({
    from,
    to: ['aws', 'emr', 'bootstrapActions', i],
    value: { name: value.name, path: asS3(value.path), ...(value.args.length > 0 && { args: value.args }) },
    kind: 'same',
    why: 'a script that every node runs before Hadoop starts; check that it works on Amazon Linux 2023',
  })
}

const securityPatch = ({ path: from }: Placed<LegacyAction>, { draft }: Translation): void =>
  draft.report({
    from,
    kind: 'dropped',
    why: 'it patched glibc (GHOST) and bash on the images of 2015; current images have these patches',
  })

const retiredAction = ({ path: from, value }: Placed<LegacyAction>, { draft }: Translation): void =>
  draft.report({
    from,
    kind: 'needs-you',
    why: `${baseName(value.path)} was an action of AWS for its images before EMR 4; find an application or a classification that does the same`,
  })

function configureHadoop(
  action: Placed<LegacyAction>,
  { draft }: Translation,
  configurations: Configurations,
  problems: Problems,
): void {
  const { settings, files } = readConfigureHadoop(action, problems)
  for (const setting of settings) applySetting(setting, draft, configurations)
  for (const file of files) requireProperties(file, draft)
}

function applySetting(setting: Setting, draft: Translation['draft'], configurations: Configurations): void {
  const { path: from, value, flag } = setting
  const two = IN_TWO[setting.name]
  if (two !== undefined) {
    for (const name of two) applyToOne(setting, name, draft, configurations)
    return
  }
  const now = currentProperty(setting.classification, setting.name)
  if (now.name === undefined) {
    draft.report({ from, kind: 'dropped', why: `${setting.name}: ${now.why}` })
    return
  }
  const before = configurations.set(now.classification, now.name, value)
  const over =
    before === undefined || before === value ? '' : `; it replaces ${before}, which an earlier setting wrote`
  draft.report({
    from,
    to: [...CONFIGURATIONS, configurations.at(now.classification), 'properties', now.name],
    value,
    partOf: true,
    kind: now.changed ? 'replaced' : 'translated',
    why: `configure-hadoop ${flag} is a classification now; ${now.why}${over}`,
  })
}

/** Maps or reduces alone, of a property that was for both. A property of their own wins, as it did. */
function applyToOne(
  { path: from, value, flag, name: then }: Setting,
  name: string,
  draft: Translation['draft'],
  configurations: Configurations,
): void {
  const own = configurations.get('mapred-site', name)
  if (own === undefined) configurations.set('mapred-site', name, value)
  draft.report({
    from,
    to: [...CONFIGURATIONS, configurations.at('mapred-site'), 'properties', name],
    value: own ?? value,
    partOf: true,
    kind: 'replaced',
    why:
      own === undefined
        ? `configure-hadoop ${flag} is a classification now; EMR sets ${name} by the instance type, which wins over ${then}; a heap must fit into the memory that EMR gives its container`
        : `an earlier setting wrote ${name}, which wins over ${then}`,
  })
}

const requireProperties = (
  { path: from, flag, classification, address }: ConfigFile,
  draft: Translation['draft'],
): void =>
  draft.report({
    from,
    kind: 'needs-you',
    why: `configure-hadoop ${flag} named a whole file, ${address}; write its properties under the classification ${classification}`,
  })

function configureDaemons(
  action: Placed<LegacyAction>,
  { draft }: Translation,
  configurations: Configurations,
): void {
  for (const { path: from, text, target } of readConfigureDaemons(action)) {
    if (target === undefined) {
      draft.report({
        from,
        kind: 'needs-you',
        why: `${text} of configure-daemons has no classification of its own`,
      })
      continue
    }
    const { classification, variable, value } = target
    configurations.setExport(classification, variable, value)
    draft.report({
      from,
      to: [...CONFIGURATIONS, configurations.at(classification), 'configurations', 0, 'properties', variable],
      value,
      partOf: true,
      kind: 'translated',
      why: `configure-daemons is the classification ${classification} now, with an environment in export`,
    })
  }
}

/** Writes the collected classifications. */
export function putConfigurations({ draft }: Translation, configurations: Configurations): void {
  for (const [i, one] of configurations.all.entries()) draft.put([...CONFIGURATIONS, i], one)
}
