/** From Terraform's outputs of a deployment to the cluster.yml for bootstrap. */
export { type Edit, editCluster, fragmentOf } from './edit.ts'
export { ADMIN_VARIABLE, type Inventory, inventoryOf, type Reach } from './inventory.ts'
export { infrastructureOutputs, OUTPUT, parseOutputs } from './read.ts'
