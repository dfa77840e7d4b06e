import type { Path } from '../document/document.ts'
import { localPath } from '../resolve/context.ts'
import { type InfrastructureContext, refuse, shown } from './context.ts'
import type { Infrastructure, InfrastructureBucket, InfrastructureUpload } from './types.ts'

/** Files of the operator's in the configuration bucket. */

type Own = Pick<Infrastructure, 'logs' | 'configuration'>

/** `aws.uploads`, with absolute paths. A file that cannot be read is refused, and so is a key that is there twice. */
export function resolveUploads(
  context: InfrastructureContext,
  { configuration }: Own,
): readonly InfrastructureUpload[] {
  const uploads = (context.aws.uploads ?? []).map(({ file, key }) => ({
    file: localPath(file, context),
    key: keyIn(configuration, key.replaceAll(/^\/+/g, '')),
  }))
  for (const [i, { file, key }] of uploads.entries()) {
    if (uploads.findIndex((other) => other.key === key) < i)
      refuse(context, 'SPEC_UPLOAD_TWICE', ['uploads', i, 'key'], {
        message: `two uploads have the key ${key}`,
        found: key,
        expected: 'a key for each file',
      })
    if (key.startsWith(keyIn(configuration, 'scripts/')))
      refuse(context, 'SPEC_UPLOAD_TWICE', ['uploads', i, 'key'], {
        message: `${key} is in the folder of Howdah's own scripts`,
        found: key,
        expected: 'a key outside of scripts/',
      })
    checkFile(context, ['uploads', i, 'file'], file)
  }
  return uploads
}

function checkFile(context: InfrastructureContext, path: Path, file: string): void {
  try {
    context.read(file)
  } catch (cause) {
    refuse(context, 'SPEC_UPLOAD_FILE', path, {
      message: `${file} can't be read (${(cause as NodeJS.ErrnoException).code ?? 'unknown'})`,
      found: file,
      expected: 'a file on this machine',
      next: `ls -l ${file}`,
    })
  }
}

const keyIn = ({ prefix }: InfrastructureBucket, key: string): string =>
  prefix === '' ? key : `${prefix}/${key}`

/**
 * Refuses an object of cluster.yml in a bucket that the same apply makes, unless it is uploaded: the cluster would
 * be made before anybody could put it there.
 */
export function checkUploaded(
  context: InfrastructureContext,
  own: Own,
  uploads: readonly InfrastructureUpload[],
): void {
  const { configuration } = own
  for (const { path, address } of namedObjects(context)) {
    const [, name = '', key = ''] = /^s3:\/\/([^/]+)\/(.+)$/.exec(address) ?? []
    const bucket = [configuration, own.logs].find((one) => !one.existing && one.name === name)
    if (bucket === undefined) continue
    if (bucket === configuration && uploads.some((upload) => upload.key === key)) continue
    refuse(context, 'SPEC_NOT_UPLOADED', path, {
      message: `${shown(path)} is in ${name}, which the same apply makes, so nothing can be there yet`,
      found: address,
      expected: 'a file of aws.uploads, or an object in a bucket that exists',
      next: `add {file: FILE, key: ${bucket === configuration ? withoutPrefix(bucket, key) : key}} to aws.uploads${bucket === configuration ? '' : `, and name it in the bucket ${configuration.name}`}`,
    })
  }
}

const withoutPrefix = ({ prefix }: InfrastructureBucket, key: string): string =>
  prefix !== '' && key.startsWith(`${prefix}/`) ? key.slice(prefix.length + 1) : key

/** Objects that EMR reads while it makes the cluster, or runs its steps. */
function namedObjects(
  context: InfrastructureContext,
): readonly { readonly path: Path; readonly address: string }[] {
  const emr = context.aws.emr ?? {}
  const sqoop = typeof emr.sqoop === 'object' ? emr.sqoop : {}
  const named: readonly (readonly [Path, string | undefined])[] = [
    ...(emr.bootstrapActions ?? []).map(
      ({ path }, i) => [['emr', 'bootstrapActions', i, 'path'], path] as const,
    ),
    ...(emr.steps ?? []).flatMap(({ path, jar }, i) => [
      [['emr', 'steps', i, 'path'], path] as const,
      [['emr', 'steps', i, 'jar'], jar] as const,
    ]),
    [['emr', 'security', 'inTransitCertificates'], emr.security?.inTransitCertificates],
    [['emr', 'sqoop', 'tarball'], sqoop.tarball],
    [['emr', 'sqoop', 'driver'], sqoop.driver],
  ]
  return named.flatMap(([path, address]) => (address === undefined ? [] : [{ path, address }]))
}
