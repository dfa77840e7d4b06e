import {
  AcmCertificate,
  AcmCertificateValidation,
  Annotations,
  type Construct,
  DataAwsRoute53Zone,
  Route53Record,
} from '../../tf.ts'
import type { AppTierOptions } from './index.ts'

export interface Certificate {
  readonly arn: string
  /** Zone of the application's own record; absent: the operator makes the record. */
  readonly zoneId?: string
}

const VALIDATION_TTL_SECONDS = 300

/**
 * The certificate of cluster.yml, or a new one for the domain, validated by a record in the hosted zone.
 * Without either, an error annotation ends the synthesis.
 */
export function certificateFor(scope: Construct, { kind, app, infrastructure }: AppTierOptions): Certificate {
  if (app.hostedZone === undefined) {
    if (app.certificateArn !== undefined) return { arn: app.certificateArn }
    Annotations.of(scope).addError(
      `${infrastructure.file}: ${kind} has no certificate. Give ${kind}.certificateArn, or ${kind}.hostedZone to create one for ${app.domain}`,
    )
    return { arn: '' }
  }
  const { zoneId } = new DataAwsRoute53Zone(scope, 'zone', { name: app.hostedZone, privateZone: false })
  return { arn: app.certificateArn ?? createCertificate(scope, app.domain, zoneId), zoneId }
}

function createCertificate(scope: Construct, domain: string, zoneId: string): string {
  const certificate = new AcmCertificate(scope, 'certificate', {
    domainName: domain,
    validationMethod: 'DNS',
    options: { certificateTransparencyLoggingPreference: 'ENABLED' },
    tags: { Name: domain },
    // A listener uses the old one until it has the new one.
    lifecycle: { createBeforeDestroy: true },
  })
  const validation = certificate.domainValidationOptions.get(0)
  const record = new Route53Record(scope, 'proof', {
    zoneId,
    name: validation.resourceRecordName,
    type: validation.resourceRecordType,
    records: [validation.resourceRecordValue],
    ttl: VALIDATION_TTL_SECONDS,
    // A replaced certificate for the same name has the same validation record.
    allowOverwrite: true,
  })
  return new AcmCertificateValidation(scope, 'validation', {
    certificateArn: certificate.arn,
    validationRecordFqdns: [record.fqdn],
  }).certificateArn
}
