/**
 * The only file that imports CDKTF and its AWS bindings. Deep imports only: the package's barrel costs seconds and
 * half a gigabyte. A move to CDKTF's successor changes this file and package.json.
 */

export { AcmCertificate } from '@cdktf/provider-aws/lib/acm-certificate/index.js'
export { AcmCertificateValidation } from '@cdktf/provider-aws/lib/acm-certificate-validation/index.js'
export { AutoscalingGroup } from '@cdktf/provider-aws/lib/autoscaling-group/index.js'
export { AutoscalingPolicy } from '@cdktf/provider-aws/lib/autoscaling-policy/index.js'
export { CloudwatchLogGroup } from '@cdktf/provider-aws/lib/cloudwatch-log-group/index.js'
export { DataAwsCallerIdentity } from '@cdktf/provider-aws/lib/data-aws-caller-identity/index.js'
export { DataAwsIamInstanceProfile } from '@cdktf/provider-aws/lib/data-aws-iam-instance-profile/index.js'
export { DataAwsKmsAlias } from '@cdktf/provider-aws/lib/data-aws-kms-alias/index.js'
export { DataAwsPartition } from '@cdktf/provider-aws/lib/data-aws-partition/index.js'
export { DataAwsRegion } from '@cdktf/provider-aws/lib/data-aws-region/index.js'
export { DataAwsRouteTable } from '@cdktf/provider-aws/lib/data-aws-route-table/index.js'
export { DataAwsRoute53Zone } from '@cdktf/provider-aws/lib/data-aws-route53-zone/index.js'
export { DataAwsSsmParameter } from '@cdktf/provider-aws/lib/data-aws-ssm-parameter/index.js'
export { DataAwsSubnet } from '@cdktf/provider-aws/lib/data-aws-subnet/index.js'
export { DataAwsSubnets } from '@cdktf/provider-aws/lib/data-aws-subnets/index.js'
export { DataAwsVpc } from '@cdktf/provider-aws/lib/data-aws-vpc/index.js'
export { DbInstance } from '@cdktf/provider-aws/lib/db-instance/index.js'
export { DbParameterGroup } from '@cdktf/provider-aws/lib/db-parameter-group/index.js'
export { DbSubnetGroup } from '@cdktf/provider-aws/lib/db-subnet-group/index.js'
export { DefaultSecurityGroup } from '@cdktf/provider-aws/lib/default-security-group/index.js'
export { EbsVolume } from '@cdktf/provider-aws/lib/ebs-volume/index.js'
export { Eip } from '@cdktf/provider-aws/lib/eip/index.js'
export { EmrCluster } from '@cdktf/provider-aws/lib/emr-cluster/index.js'
export { EmrInstanceFleet } from '@cdktf/provider-aws/lib/emr-instance-fleet/index.js'
export { EmrInstanceGroup } from '@cdktf/provider-aws/lib/emr-instance-group/index.js'
export { EmrManagedScalingPolicy } from '@cdktf/provider-aws/lib/emr-managed-scaling-policy/index.js'
export { EmrSecurityConfiguration } from '@cdktf/provider-aws/lib/emr-security-configuration/index.js'
export { FlowLog } from '@cdktf/provider-aws/lib/flow-log/index.js'
export { IamInstanceProfile } from '@cdktf/provider-aws/lib/iam-instance-profile/index.js'
export { IamRole } from '@cdktf/provider-aws/lib/iam-role/index.js'
export { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy/index.js'
export { IamRolePolicyAttachment } from '@cdktf/provider-aws/lib/iam-role-policy-attachment/index.js'
export { Instance } from '@cdktf/provider-aws/lib/instance/index.js'
export { InternetGateway } from '@cdktf/provider-aws/lib/internet-gateway/index.js'
export { KeyPair } from '@cdktf/provider-aws/lib/key-pair/index.js'
export { KmsAlias } from '@cdktf/provider-aws/lib/kms-alias/index.js'
export { KmsKey } from '@cdktf/provider-aws/lib/kms-key/index.js'
export { LaunchTemplate } from '@cdktf/provider-aws/lib/launch-template/index.js'
export { Lb } from '@cdktf/provider-aws/lib/lb/index.js'
export { LbListener } from '@cdktf/provider-aws/lib/lb-listener/index.js'
export { LbTargetGroup } from '@cdktf/provider-aws/lib/lb-target-group/index.js'
export { NatGateway } from '@cdktf/provider-aws/lib/nat-gateway/index.js'
export { PlacementGroup } from '@cdktf/provider-aws/lib/placement-group/index.js'
export { AwsProvider } from '@cdktf/provider-aws/lib/provider/index.js'
export { Route } from '@cdktf/provider-aws/lib/route/index.js'
export { RouteTable } from '@cdktf/provider-aws/lib/route-table/index.js'
export { RouteTableAssociation } from '@cdktf/provider-aws/lib/route-table-association/index.js'
export { Route53Record } from '@cdktf/provider-aws/lib/route53-record/index.js'
export { S3Bucket } from '@cdktf/provider-aws/lib/s3-bucket/index.js'
export { S3BucketLifecycleConfiguration } from '@cdktf/provider-aws/lib/s3-bucket-lifecycle-configuration/index.js'
export { S3BucketLoggingA } from '@cdktf/provider-aws/lib/s3-bucket-logging/index.js'
export { S3BucketNotification } from '@cdktf/provider-aws/lib/s3-bucket-notification/index.js'
export { S3BucketOwnershipControls } from '@cdktf/provider-aws/lib/s3-bucket-ownership-controls/index.js'
export { S3BucketPolicy } from '@cdktf/provider-aws/lib/s3-bucket-policy/index.js'
export { S3BucketPublicAccessBlock } from '@cdktf/provider-aws/lib/s3-bucket-public-access-block/index.js'
export { S3BucketServerSideEncryptionConfigurationA } from '@cdktf/provider-aws/lib/s3-bucket-server-side-encryption-configuration/index.js'
export { S3BucketVersioningA } from '@cdktf/provider-aws/lib/s3-bucket-versioning/index.js'
export { S3Object } from '@cdktf/provider-aws/lib/s3-object/index.js'
export { SecretsmanagerSecret } from '@cdktf/provider-aws/lib/secretsmanager-secret/index.js'
export { SecretsmanagerSecretRotation } from '@cdktf/provider-aws/lib/secretsmanager-secret-rotation/index.js'
export { SecurityGroup } from '@cdktf/provider-aws/lib/security-group/index.js'
export { SsmParameter } from '@cdktf/provider-aws/lib/ssm-parameter/index.js'
export { Subnet } from '@cdktf/provider-aws/lib/subnet/index.js'
export { VolumeAttachment } from '@cdktf/provider-aws/lib/volume-attachment/index.js'
export { Vpc } from '@cdktf/provider-aws/lib/vpc/index.js'
export { VpcEndpoint } from '@cdktf/provider-aws/lib/vpc-endpoint/index.js'
export { VpcPeeringConnection } from '@cdktf/provider-aws/lib/vpc-peering-connection/index.js'
export { VpcPeeringConnectionOptions } from '@cdktf/provider-aws/lib/vpc-peering-connection-options/index.js'
export { VpcSecurityGroupEgressRule } from '@cdktf/provider-aws/lib/vpc-security-group-egress-rule/index.js'
export { VpcSecurityGroupIngressRule } from '@cdktf/provider-aws/lib/vpc-security-group-ingress-rule/index.js'
export { Wafv2WebAcl } from '@cdktf/provider-aws/lib/wafv2-web-acl/index.js'
export { Wafv2WebAclAssociation } from '@cdktf/provider-aws/lib/wafv2-web-acl-association/index.js'
export { Wafv2WebAclLoggingConfiguration } from '@cdktf/provider-aws/lib/wafv2-web-acl-logging-configuration/index.js'
export {
  Annotations,
  App,
  Aspects,
  Fn,
  type IAspect,
  type ITerraformDependable,
  LocalBackend,
  S3Backend,
  TerraformAsset,
  TerraformIterator,
  TerraformLocal,
  type TerraformMetaArguments,
  TerraformOutput,
  TerraformResource,
  TerraformStack,
  Testing,
  Token,
} from 'cdktf'
export { Construct, type IConstruct } from 'constructs'
