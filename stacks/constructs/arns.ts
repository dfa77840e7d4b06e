/** The partition of a region: the second field of every ARN. */
export const partitionOf = (region: string): string => {
  if (region.startsWith('cn-')) return 'aws-cn'
  if (region.startsWith('us-gov-')) return 'aws-us-gov'
  return 'aws'
}

/** Domain of the service principals and endpoints of a region. */
export const dnsSuffixOf = (region: string): string =>
  region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com'

/** ARN of one of AWS's own policies, in the region's partition. */
export const managedPolicyArn = (region: string, name: string): string =>
  `arn:${partitionOf(region)}:iam::aws:policy/${name}`
