import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { loadInfrastructure } from '../../provisioners/config/index.ts'
import { synthesise } from '../../stacks/synth.ts'
import { scratch } from './support/small.ts'
import { runWhole } from './support/whole.ts'

it.each([
  ['a bootstrap action', 'boot.sh', "bootstrapActions: [{path: 's3://acme-insights-config/boot.sh'}]"],
  ['TLS files', 'certs.zip', "security: {inTransitCertificates: 's3://acme-insights-config/certs.zip'}"],
])('%s in a bucket of the same apply is uploaded before the cluster', async (_title, name, emr) => {
  const dir = scratch()
  const file = join(dir, 'cluster.yml')
  writeFileSync(join(dir, name), 'content')
  writeFileSync(
    file,
    `name: insights
aws:
  deployment: small-emr
  region: eu-west-1
  buckets: {configuration: {name: acme-insights-config}}
  uploads: [{file: ${name}, key: ${name}}]
  emr: {${emr}}
`,
  )
  const outdir = join(dir, 'out')
  const infrastructure = await loadInfrastructure(file)
  const { stacks } = synthesise(infrastructure, { outdir })
  const { actions } = await runWhole(outdir, { unlock: stacks })
  const made = actions.map((action) => JSON.stringify(action))
  const at = (wanted: (action: string) => boolean): number => made.findIndex(wanted)
  const upload = at((action) => action.includes('aws_s3_object') && action.includes(name))
  const bucket = at((action) => action.includes('aws_s3_bucket'))
  const cluster = at((action) => action.includes('aws_emr_cluster'))
  expect([bucket >= 0, upload > bucket, cluster > upload]).toEqual([true, true, true])
})
