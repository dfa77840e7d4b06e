import {
  Aspects,
  DbInstance,
  EmrCluster,
  type IAspect,
  type IConstruct,
  Instance,
  Lb,
  S3Bucket,
  TerraformResource,
  type TerraformStack,
} from './tf.ts'

/** Takes from what holds data, and from what serves people, the locks that keep `destroy` away. */
class Unlock implements IAspect {
  visit(node: IConstruct): void {
    if (node instanceof DbInstance || node instanceof Lb) unlockByAttribute(node)
    if (node instanceof Instance) node.disableApiTermination = false
    if (node instanceof EmrCluster) node.terminationProtection = false
    if (node instanceof S3Bucket) node.forceDestroy = true
    if (node instanceof TerraformResource && node.lifecycle?.preventDestroy === true)
      node.lifecycle = { ...node.lifecycle, preventDestroy: false }
  }
}

const unlockByAttribute = (node: DbInstance | Lb): void => {
  if (node instanceof DbInstance) node.deletionProtection = false
  else node.enableDeletionProtection = false
}

/**
 * Synthesises a stack so that it can be destroyed: to be applied before `terraform destroy`, and only after a
 * person has named the deployment.
 */
export const unlock = (stack: TerraformStack): void => Aspects.of(stack).add(new Unlock())
