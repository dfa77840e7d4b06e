/** AmazonEMRServicePolicy_v2 works only on networks, groups and clusters with this tag. */
export const EMR_TAG: Readonly<Record<string, string>> = {
  'for-use-with-amazon-emr-managed-policies': 'true',
}
