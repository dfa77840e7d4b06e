import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import skips from './checkov-skips.json' with { type: 'json' }

/** Small files beside a stack's cdk.tf.json, so that Terraform and checkov can be run on the directory as it is. */

/** The oldest Terraform with lock files in S3 and write-only arguments. */
const TERRAFORM = '>= 1.11'

/** In HCL and not in cdk.tf.json: checkov cannot read a file whose section `terraform` holds a text. */
const VERSIONS = `terraform {\n  required_version = "${TERRAFORM}"\n}\n`

interface Skip {
  readonly id: string
  readonly resource?: string
  readonly reason: string
}

/**
 * checkov's configuration for a stack: the checks that are skipped, with the reasons. checkov has no comments in JSON
 * and skips by id alone, so the file names only the checks whose resources the stack has. `addresses` are those of the
 * stack's resources.
 */
export function checkovConfig(addresses: readonly string[], all: readonly Skip[] = skips): string {
  const used = all.filter(
    ({ resource }) =>
      resource === undefined || addresses.some((address) => new RegExp(resource).test(address)),
  )
  const ids = [...new Set(used.map(({ id }) => id))]
  const lines = ids.flatMap((id) => [
    ...used.filter((skip) => skip.id === id).map(({ reason }) => `  # ${reason}`),
    `  - ${id}`,
  ])
  return `# Checks of checkov that do not fit this stack; checkov reads this file when it scans the directory.\nskip-check:${ids.length === 0 ? ' []' : ''}\n${lines.map((line) => `${line}\n`).join('')}`
}

/** `type.name` of every resource of a cdk.tf.json. */
function addressesIn(text: string): readonly string[] {
  const { resource = {} } = JSON.parse(text) as {
    readonly resource?: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  }
  return Object.entries(resource).flatMap(([type, all]) => Object.keys(all).map((name) => `${type}.${name}`))
}

/** Writes versions.tf and .checkov.yaml into the directory of a synthesised stack. */
export function writePlainFiles(dir: string): void {
  const stack = readFileSync(join(dir, 'cdk.tf.json'), 'utf8')
  writeFileSync(join(dir, 'versions.tf'), VERSIONS)
  writeFileSync(join(dir, '.checkov.yaml'), checkovConfig(addressesIn(stack)))
}
