import { ROLE_DEFAULT } from './legacy-keys.ts'
import { s3Parts, type Translation } from './translation.ts'

/** The rights of the nodes and of EMR itself. */

export function translateRoles(translation: Translation): void {
  const {
    legacy: { top, ec2 },
    draft,
  } = translation
  const profile = top.role || ec2.InstanceProfile
  if (profile)
    draft.report({
      from: top.role ? ['role'] : ['ec2_attributes', 'InstanceProfile'],
      to: ['aws', 'emr', 'instanceProfile'],
      value: profile,
      kind: 'same',
      why: "the account's instance profile; without it the deployment creates one with minimal permissions",
    })
  else {
    draft.report({
      from: ['role'],
      kind: 'replaced',
      why: `missing, which meant a profile named ${ROLE_DEFAULT} that you had to create. The deployment creates its own: nodes may read the buckets of logs and scripts and the objects that steps name, and no other bucket, queue or table. To keep the old rights, write aws.emr.instanceProfile: ${ROLE_DEFAULT}`,
    })
    missingRights(translation)
  }
  if (top.service_role)
    draft.report({
      from: ['service_role'],
      to: ['aws', 'emr', 'serviceRole'],
      value: top.service_role,
      kind: 'same',
      why: 'the service role, which the playbook never passed to EMR',
    })
}

/** Marks each bucket of a step's arguments that the deployment's profile can neither list nor write. */
function missingRights({ legacy, draft }: Translation): void {
  const known = new Set(['aws.buckets.logs.name', 'aws.buckets.configuration.name'].map(textAt(draft)))
  for (const { path, value } of legacy.steps)
    for (const [i, argument] of (value.step_args ?? []).entries())
      for (const address of argument.match(/s3[an]?:\/\/[^\s,'"]+/g) ?? []) {
        const bucket = s3Parts(address.replace(/^s3a:/, 's3:'))?.bucket
        if (bucket === undefined || known.has(bucket) || OF_AWS.test(bucket)) continue
        known.add(bucket)
        draft.report({
          from: [...path, 'step_args', i],
          kind: 'needs-you',
          why: `the nodes may not list or write the bucket ${bucket}: add {name: ${bucket}, write: true} to aws.buckets.data, without write for reading alone`,
        })
      }
}

/** AWS's buckets with the software of EMR, which the profile may read. */
const OF_AWS = /(^|\.)elasticmapreduce$/

const textAt =
  (draft: Translation['draft']) =>
  (path: string): string =>
    draft.textAt(path.split('.'))
