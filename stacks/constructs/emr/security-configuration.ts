import type { EmrSecurity } from '../../../provisioners/config/infrastructure/types.ts'
import type { KeyReferences } from '../references.ts'

/**
 * EMR's security configuration, as its JSON. Nodes answer only to the second version of the metadata service and
 * only to themselves (one hop). Encryption between nodes needs certificates, so it is on where there are some.
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
            ...(security.atRest ? { AtRestEncryptionConfiguration: atRest(key) } : {}),
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

const atRest = ({ keyArn }: KeyReferences) => ({
  S3EncryptionConfiguration: { EncryptionMode: 'SSE-KMS', AwsKmsKey: keyArn },
  LocalDiskEncryptionConfiguration: {
    EncryptionKeyProviderType: 'AwsKms',
    AwsKmsKey: keyArn,
    EnableEbsEncryption: true,
  },
})

const inTransit = (certificates: string) => ({
  TLSCertificateConfiguration: { CertificateProviderType: 'PEM', S3Object: certificates },
})
