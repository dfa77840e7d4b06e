import { execa } from 'execa'

/** Gets the VPC of a subnet from AWS's command line. Read only. */

const LIMIT_MS = 30_000

async function query(args: readonly string[]): Promise<string | undefined> {
  const run = await execa('aws', ['ec2', ...args, '--output', 'text'], {
    reject: false,
    stdin: 'ignore',
    timeout: LIMIT_MS,
  })
  const output = typeof run.stdout === 'string' ? run.stdout.trim() : ''
  return run.failed || output === '' || output === 'None' ? undefined : output
}

/** The VPC of a subnet, with its CIDR; undefined without `aws`, or where it fails. */
export async function vpcOf(
  subnet: string,
  region: string,
): Promise<{ readonly id: string; readonly cidr: string } | undefined> {
  const where = ['--region', region]
  const id = await query([
    'describe-subnets',
    '--subnet-ids',
    subnet,
    '--query',
    'Subnets[0].VpcId',
    ...where,
  ])
  if (id === undefined) return undefined
  const cidr = await query(['describe-vpcs', '--vpc-ids', id, '--query', 'Vpcs[0].CidrBlock', ...where])
  return cidr === undefined ? undefined : { id, cidr }
}
