import { join } from 'node:path'
import { execa } from 'execa'
import { expect, it } from 'vitest'
import { loadInfrastructure } from '../../provisioners/config/index.ts'
import { checkovConfig } from '../../stacks/plain-files.ts'
import { synthesise } from '../../stacks/synth.ts'
import { binary } from './support/checkov.ts'
import { scratch } from './support/small.ts'

const EXAMPLES = join(import.meta.dirname, '../../examples')

it.each(['aws-small-emr.yml', 'aws-large-emr.yml', 'aws-large-hadoop.yml', 'aws-single-server.yml'])(
  'checkov as anybody would run it fails nothing of %s, and reads all of it',
  async (name) => {
    const outdir = scratch()
    const { stacks } = synthesise(await loadInfrastructure(join(EXAMPLES, name)), { outdir })
    for (const id of stacks) {
      const dir = join(outdir, 'stacks', id)
      const args = ['--directory', dir, '--framework', 'terraform_json', 'terraform']
      const run = await execa(binary(), [...args, '--output', 'json', '--skip-download'], {
        reject: false,
        stdin: 'ignore',
        env: { LOG_LEVEL: 'ERROR', BC_API_KEY: '', HOME: outdir },
      })
      const parsed: unknown = JSON.parse(run.stdout)
      const reports = (Array.isArray(parsed) ? parsed : [parsed]) as readonly {
        readonly check_type: string
        readonly results: { readonly failed_checks: readonly { check_id: string; resource: string }[] }
        readonly summary: { readonly passed: number; readonly parsing_errors: number }
      }[]
      const failed = reports.flatMap(({ results }) =>
        (results?.failed_checks ?? []).map((one) => `${one.check_id} ${one.resource}`),
      )
      expect(failed).toEqual([])
      const stack = reports.find(({ check_type }) => check_type === 'terraform_json')
      expect(stack?.summary.parsing_errors).toBe(0)
      expect(stack?.summary.passed).toBeGreaterThan(20)
      expect(run.exitCode).toBe(0)
    }
  },
)

it('the skips of a stack are those of its own resources, with their reasons', () => {
  const all = [
    { id: 'CKV_AWS_1', reason: 'for every stack' },
    { id: 'CKV_AWS_2', resource: 'state_bucket_', reason: 'for the state' },
  ]
  const config = checkovConfig(['aws_vpc.one'], all)
  expect(config).toContain('  # for every stack\n  - CKV_AWS_1\n')
  expect(config).not.toContain('CKV_AWS_2')
  expect(checkovConfig(['aws_s3_bucket.state_bucket_1'], all)).toContain('- CKV_AWS_2')
})
