import { readdirSync } from 'node:fs'
import { basename, join, relative, resolve } from 'node:path'
import type {
  Infrastructure,
  InfrastructureBucket,
} from '../../../provisioners/config/infrastructure/types.ts'
import { ownFile } from '../../../provisioners/files.ts'
import { App, Construct, Fn, S3Object, TerraformAsset, TerraformStack } from '../../tf.ts'
import { partitionOf } from '../arns.ts'
import type { BucketReferences, KeyReferences } from '../references.ts'
import { Bucket, bucketName, bucketUri } from './bucket.ts'

export interface BucketsOptions {
  readonly infrastructure: Pick<Infrastructure, 'name' | 'region' | 'logs' | 'configuration' | 'uploads'>
  readonly key: KeyReferences
  /** Uploads the scripts of stacks/scripts/ into the configuration bucket. */
  readonly scripts: boolean
}

/** A script in the configuration bucket. */
export interface UploadedScript {
  readonly uri: string
  readonly object: S3Object
}

const SCRIPTS = ownFile('stacks/scripts')
const LOGS_DAYS = 365
const OLD_LOGS_DAYS = 30
const OLD_CONFIGURATION_DAYS = 90

/** The names of the scripts, paths below stacks/scripts/, sorted. */
export const scriptNames = (): string[] =>
  readdirSync(SCRIPTS, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(SCRIPTS, join(entry.parentPath, entry.name)))
    .sort()

/** The buckets of a deployment: logs, configuration with the scripts, and one for the access logs of both. */
export class Buckets extends Construct {
  readonly logs: BucketReferences
  readonly configuration: BucketReferences
  /** The files of aws.uploads; an EMR cluster depends on them. */
  readonly uploads: readonly S3Object[]
  private readonly scripts = new Map<string, UploadedScript>()

  constructor(scope: Construct, id: string, options: BucketsOptions) {
    super(scope, id)
    const { infrastructure, key } = options
    const both = [infrastructure.logs, infrastructure.configuration]
    const record = both.every((bucket) => bucket.existing) ? undefined : this.accessRecord(options)
    const make = (
      kind: string,
      spec: InfrastructureBucket,
      days: { expireDays?: number; oldVersionDays: number },
    ) => {
      if (spec.existing || record === undefined) return referencesOf(spec, infrastructure.region)
      const accessLogs = { bucket: record.bucket.id, prefix: `${kind}/` }
      return new Bucket(this, kind, {
        infrastructure,
        name: bucketName(this, spec),
        key,
        accessLogs,
        ...days,
      }).references(spec.prefix)
    }
    this.logs = make('logs', infrastructure.logs, { expireDays: LOGS_DAYS, oldVersionDays: OLD_LOGS_DAYS })
    this.configuration = make('configuration', infrastructure.configuration, {
      oldVersionDays: OLD_CONFIGURATION_DAYS,
    })
    this.uploads = infrastructure.uploads.map(({ file, key: objectKey }) =>
      this.operatorFile(file, objectKey, key),
    )
    if (options.scripts) for (const name of scriptNames()) this.scripts.set(name, this.upload(name, options))
  }

  /** An uploaded script. Throws for a name that stacks/scripts/ does not have. */
  script(name: string): UploadedScript {
    const found = this.scripts.get(name)
    if (found === undefined)
      throw new Error(`no script ${name} was uploaded, only ${[...this.scripts.keys()].join(', ') || 'none'}`)
    return found
  }

  private accessRecord({ infrastructure }: BucketsOptions): Bucket {
    return new Bucket(this, 'access', {
      infrastructure,
      name: bucketName(this, infrastructure.logs, 'access'),
      delivery: 's3',
      expireDays: LOGS_DAYS,
      oldVersionDays: OLD_LOGS_DAYS,
    })
  }

  /**
   * A file of the operator's. Terraform reads it where it is: it may be a private key, of which no copy belongs into
   * the synthesised stack. The hash of its content is taken at each plan.
   */
  private operatorFile(file: string, objectKey: string, key: KeyReferences): S3Object {
    // Terraform runs in the stack's directory; an absolute path would tie the output to this machine.
    const source = relative(resolve(App.of(this).outdir, 'stacks', TerraformStack.of(this).node.id), file)
    return new S3Object(this, `upload-${objectKey.replace(/[^A-Za-z0-9]+/g, '-')}`, {
      bucket: this.configuration.name,
      key: objectKey,
      source,
      sourceHash: Fn.filesha256(source),
      kmsKeyId: key.keyArn,
      tags: { Name: basename(objectKey) },
      dependsOn: [...this.configuration.ready],
    })
  }

  private upload(name: string, { infrastructure, key }: BucketsOptions): UploadedScript {
    const id = name.replace(/[^A-Za-z0-9]+/g, '-')
    // Copied beside the stack, so that what is synthesised can be applied from anywhere.
    const asset = new TerraformAsset(this, `file-${id}`, { path: join(SCRIPTS, name) })
    const { prefix } = infrastructure.configuration
    const objectKey = `${prefix === '' ? '' : `${prefix}/`}scripts/${name.replaceAll('\\', '/')}`
    const object = new S3Object(this, `script-${id}`, {
      bucket: this.configuration.name,
      key: objectKey,
      source: asset.path,
      sourceHash: asset.assetHash,
      kmsKeyId: key.keyArn,
      contentType: 'text/x-shellscript',
      tags: { Name: basename(name) },
      dependsOn: [...this.configuration.ready],
    })
    return { uri: `s3://${this.configuration.name}/${objectKey}`, object }
  }
}

const referencesOf = (spec: InfrastructureBucket, region: string): BucketReferences => ({
  name: spec.name,
  arn: `arn:${partitionOf(region)}:s3:::${spec.name}`,
  uri: bucketUri(spec.name, spec.prefix),
  ready: [],
})
