import type { EmrSecurity } from '../../../provisioners/config/infrastructure/types.ts'
import type { KeyReferences } from '../references.ts'

/**
 * EMR's security configuration as JSON. It requires version 2 of the metadata service, with one hop. Encryption in
 * transit needs certificates, so it is on only where cluster.yml names them.
 */
export const securityConfiguration = (security: EmrSecurity, key: KeyReferences): string => {
  const certificates = security.inTransitCertificates
  const encrypted = security.atRest || certificates !== undefined
  return JSON.stringify({
    ...(encrypted
      ? {
          EncryptionConfiguration: {
            EnableAtRestEncryption: security.atRest,
            EnableInTransitEncryption: certificates !== undefined,
            ...(security.atRest ? { AtRestEncryptionConfiguration: atRest(security, key) } : {}),
            ...(certificates === undefined
              ? {}
              : { InTransitEncryptionConfiguration: inTransit(certificates) }),
          },
        }
      : {}),
    InstanceMetadataServiceConfiguration: {
      MinimumInstanceMetadataServiceVersion: 2,
      HttpPutResponseHopLimit: 1,
    },
  })
}

const atRest = ({ s3 }: EmrSecurity, { keyArn }: KeyReferences) => ({
  S3EncryptionConfiguration:
    s3 === 'sse-s3' ? { EncryptionMode: 'SSE-S3' } : { EncryptionMode: 'SSE-KMS', AwsKmsKey: keyArn },
  LocalDiskEncryptionConfiguration: {
    EncryptionKeyProviderType: 'AwsKms',
    AwsKmsKey: keyArn,
    EnableEbsEncryption: true,
  },
})

const inTransit = (certificates: string) => ({
  TLSCertificateConfiguration: { CertificateProviderType: 'PEM', S3Object: certificates },
})
