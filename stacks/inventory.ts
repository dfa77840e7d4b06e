/** From what Terraform tells of a deployment to the cluster.yml that bootstrap takes. */
export { type Edit, editCluster, fragmentOf } from './inventory/edit.ts'
export { ADMIN_VARIABLE, type Inventory, inventoryOf, type Reach } from './inventory/inventory.ts'
export { groundOutputs, OUTPUT, parseOutputs } from './inventory/read.ts'
