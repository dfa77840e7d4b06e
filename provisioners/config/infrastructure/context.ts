import type { ErrorCode } from '../../errors.ts'
import type { Path } from '../document/document.ts'
import { showPath } from '../document/problems.ts'
import { defined, type ResolveContext } from '../resolve/context.ts'
import type { AwsInput } from '../schema/aws.ts'
import type { VolumeInput } from '../schema/aws-fields.ts'
import { parseCidr } from './cidr.ts'
import { familyGate, type Gate, lacks } from './emr-gates.ts'
import { DEFAULT_RELEASE } from './emr-releases.ts'
import { isArm, raisedForEmr, tooSmallForEmr } from './instance-names.ts'
import { successorOf } from './instance-types.ts'
import type { Deployment, EbsVolume } from './types.ts'

/** What the parts of `aws` are resolved against. */
export interface InfrastructureContext extends ResolveContext {
  readonly name: string
  readonly aws: AwsInput
  readonly deployment: Deployment
  readonly large: boolean
  /** YYYY-MM-DD. */
  readonly today: string
  /** Reads a text file of this machine; throws as node:fs does. */
  readonly read: (path: string) => string
}

interface Refusal {
  readonly message: string
  readonly found?: string | undefined
  readonly expected?: string | undefined
  readonly next?: string | undefined
  readonly at?: 'key' | undefined
}

/** Adds an error about a field of `aws`; the path is below it. */
export function refuse(context: InfrastructureContext, code: ErrorCode, path: Path, refusal: Refusal): void {
  context.problems.add(defined({ code, path: ['aws', ...path], ...refusal }) as never)
}

export function warn(context: InfrastructureContext, path: Path, text: string): void {
  context.problems.warn(['aws', ...path], text)
}

export const shown = (path: Path): string => showPath(['aws', ...path])

/** A key that would have no effect here. */
export function notUsed(context: InfrastructureContext, path: Path, why: string, next: string): void {
  refuse(context, 'SPEC_KEY_NOT_USED', path, {
    message: `${shown(path)} has no effect: ${why}`,
    expected: 'only keys that have an effect',
    next,
    at: 'key',
  })
}

/** Checks a range of addresses; true when it is one. */
export function checkCidr(context: InfrastructureContext, path: Path, text: string): boolean {
  const range = parseCidr(text)
  if (!('wrong' in range)) return true
  refuse(context, 'SPEC_BAD_CIDR', path, {
    message: `${shown(path)} ${range.wrong}`,
    found: text,
    expected: range.right,
  })
  return false
}

/** Refuses types that nothing starts on, and names the one to take. */
export function checkInstanceType(
  context: InfrastructureContext,
  path: Path,
  type: string,
  use: 'ec2' | 'emr' | 'rds',
): void {
  const found = type
  if (type.startsWith('db.') !== (use === 'rds')) {
    refuse(context, 'SPEC_INSTANCE_TYPE', path, {
      message: `${shown(path)} is ${type}, and ${use === 'rds' ? 'types of RDS begin' : 'only types of RDS begin'} with db.`,
      found,
      expected: use === 'rds' ? `db.${type}` : type.replace(/^db\./, ''),
    })
    return
  }
  const successor = successorOf(type.replace(/^db\./, ''))
  if (successor !== undefined) {
    refuse(context, 'SPEC_RETIRED_TYPE', path, {
      message: `${shown(path)} is ${type}, of a generation that images and EMR releases of today do not start on`,
      found,
      expected: 'a type of today',
      next: `write ${use === 'rds' ? 'db.' : ''}${successor}`,
    })
  } else if (use === 'emr' && tooSmallForEmr(type)) {
    refuse(context, 'SPEC_TYPE_TOO_SMALL', path, {
      message: `${shown(path)} is ${type}, which is too small for EMR`,
      found,
      expected: 'large or more',
      next: `write ${raisedForEmr(type)}`,
    })
  } else if (use === 'emr') {
    const release = context.aws.emr?.release ?? DEFAULT_RELEASE
    checkGate(context, path, { release, what: type, gate: familyGate(type) })
  }
}

/** Refuses what the EMR release lacks. */
export function checkGate(
  context: InfrastructureContext,
  path: Path,
  {
    release,
    what,
    gate,
  }: { readonly release: string; readonly what: string; readonly gate: Gate | undefined },
): void {
  const expected = lacks(release, gate)
  if (expected === undefined) return
  refuse(context, 'SPEC_RELEASE_LACKS', path, {
    message: `${release} has no ${what}`,
    found: release,
    expected,
    next: `write a release that has it, or remove ${what}`,
  })
}

const DEFAULT_VOLUMES: readonly EbsVolume[] = [{ type: 'gp3', sizeGb: 100 }]

/** Bounds by kind, from the EBS documentation: GB; operations a second. */
const VOLUME_BOUNDS: Readonly<
  Record<
    EbsVolume['type'],
    { readonly size: readonly [number, number]; readonly iops?: readonly [number, number] }
  >
> = {
  gp2: { size: [1, 16384] },
  gp3: { size: [1, 16384], iops: [3000, 16000] },
  io1: { size: [4, 16384], iops: [100, 64000] },
  io2: { size: [4, 65536], iops: [100, 256000] },
  st1: { size: [125, 16384] },
  sc1: { size: [125, 16384] },
}

export function resolveVolumes(
  context: InfrastructureContext,
  path: Path,
  input: readonly VolumeInput[] | undefined,
): readonly EbsVolume[] {
  if (input === undefined) return DEFAULT_VOLUMES
  return input.map((volume, i) => resolveVolume(context, [...path, i], volume))
}

function resolveVolume(context: InfrastructureContext, path: Path, input: VolumeInput): EbsVolume {
  const type = input.type ?? 'gp3'
  const bounds = VOLUME_BOUNDS[type]
  inBounds(context, [...path, 'size'], input.size, bounds.size, `GB of ${type}`)
  if (input.iops !== undefined && bounds.iops === undefined) {
    notUsed(context, [...path, 'iops'], `a volume of ${type} has no operations to choose`, 'remove iops')
  } else if (input.iops !== undefined && bounds.iops !== undefined) {
    inBounds(context, [...path, 'iops'], input.iops, bounds.iops, `operations a second of ${type}`)
  } else if (type === 'io1' || type === 'io2') {
    refuse(context, 'SPEC_MISSING_KEY', path, {
      message: `${shown(path)} is ${type} and says no iops`,
      expected: 'iops: operations a second',
      next: 'add iops, or take gp3',
    })
  }
  if (type === 'io2' && path[0] === 'emr') {
    refuse(context, 'SPEC_INVALID_VALUE', [...path, 'type'], {
      message: `${shown([...path, 'type'])} is io2, which EMR does not attach`,
      found: type,
      expected: 'gp3, gp2, io1, st1 or sc1',
      next: 'write io1 or gp3',
    })
  }
  checkRatios(context, path, { ...input, type })
  if (input.throughput !== undefined && type !== 'gp3') {
    notUsed(context, [...path, 'throughput'], 'only gp3 has a throughput to choose', 'remove throughput')
  } else if (input.throughput !== undefined) {
    inBounds(context, [...path, 'throughput'], input.throughput, [125, 1000], 'MiB a second')
  }
  return defined({ type, sizeGb: input.size, iops: input.iops, throughput: input.throughput })
}

/** IOPS for each GiB of a volume, from the EBS documentation. */
const IOPS_PER_GB: Readonly<Partial<Record<EbsVolume['type'], number>>> = { gp3: 500, io1: 50, io2: 1000 }
/** Every gp3 volume has these, whatever its size. */
const GP3_IOPS = 3000
const MIB_PER_IOPS = 0.25

/** Refuses more IOPS than the size allows, and more throughput than the IOPS allow, as EC2 does. */
function checkRatios(
  context: InfrastructureContext,
  path: Path,
  volume: VolumeInput & { type: EbsVolume['type'] },
) {
  const { type, size, iops, throughput } = volume
  const perGb = IOPS_PER_GB[type]
  const most = perGb === undefined ? undefined : Math.max(perGb * size, type === 'gp3' ? GP3_IOPS : 0)
  if (iops !== undefined && most !== undefined && iops > most)
    refuse(context, 'SPEC_VOLUME_RATIO', [...path, 'iops'], {
      message: `${shown([...path, 'iops'])} is ${iops}, and ${type} of ${size} GB has at most ${most}`,
      found: String(iops),
      expected: `up to ${most}: ${perGb} for each GB`,
      next: `write ${most}, or size: ${Math.ceil(iops / (perGb ?? 1))}`,
    })
  const rate = Math.floor((iops ?? GP3_IOPS) * MIB_PER_IOPS)
  if (type === 'gp3' && throughput !== undefined && throughput <= 1000 && throughput > rate)
    refuse(context, 'SPEC_VOLUME_RATIO', [...path, 'throughput'], {
      message: `${shown([...path, 'throughput'])} is ${throughput}, and ${iops ?? GP3_IOPS} IOPS allow ${rate} MiB a second`,
      found: String(throughput),
      expected: `up to ${rate}: 0.25 MiB a second for each IOPS`,
      next: `write ${rate}, or iops: ${Math.ceil(throughput / MIB_PER_IOPS)}`,
    })
}

/** Refuses a number outside of its bounds. */
export function inBounds(
  context: InfrastructureContext,
  path: Path,
  value: number,
  [least, most]: readonly [number, number],
  unit: string,
): void {
  if (value >= least && value <= most) return
  refuse(context, 'SPEC_OUT_OF_BOUNDS', path, {
    message: `${shown(path)} is ${value}`,
    found: String(value),
    expected: `from ${least} to ${most} ${unit}`,
  })
}

const DEFAULT_IMAGE = '/aws/service/debian/release/12/latest/amd64'

/** Login users by the image's name. The id of an image does not show which user it has. */
const IMAGE_USERS: readonly (readonly [RegExp, string])[] = [
  [/\/debian\//, 'admin'],
  [/\/canonical\/|\/ubuntu\//, 'ubuntu'],
  [/\/ami-amazon-linux-latest\//, 'ec2-user'],
]

/** The image and who logs in to it; `types` are the instance types that start it. */
export function resolveImage(
  context: InfrastructureContext,
  path: Path,
  input: { readonly image?: string | undefined; readonly sshUser?: string | undefined } | undefined,
  types: readonly string[],
): { readonly image: string; readonly sshUser: string } {
  const image = input?.image ?? DEFAULT_IMAGE
  const sshUser = input?.sshUser ?? IMAGE_USERS.find(([name]) => name.test(image))?.[1]
  if (sshUser === undefined) {
    refuse(context, 'SPEC_MISSING_KEY', path, {
      message: `${shown([...path, 'sshUser'])} is missing: the login user does not follow from ${image}`,
      expected: 'the login user of the image',
      next: 'add sshUser',
    })
  }
  const arm = /(arm64|aarch64)$/.test(image)
  const intel = /(amd64|x86_64)$/.test(image)
  const other = types.find((type) => (isArm(type) && intel) || (!isArm(type) && arm))
  if (other !== undefined) {
    refuse(context, 'SPEC_IMAGE_ARCHITECTURE', path, {
      message: `${other} does not start ${image}, which is for ${arm ? 'arm64' : 'amd64'}`,
      found: other,
      expected: `an instance type or an image of the same architecture`,
      next: arm
        ? 'take an image that ends in amd64, or a Graviton type such as m7g.xlarge'
        : `write image: ${image.replace(/(amd64|x86_64)$/, 'arm64')}, or a type such as m7i.xlarge`,
    })
  }
  return { image, sshUser: sshUser ?? '' }
}
