/** Terraform, or OpenTofu, run on synthesised stacks in the order that their manifest gives. */
export { applyStacks, type ChangeOptions, destroyStacks, type StackResult } from './apply.ts'
export { type TerraformBinary, terraformBinary } from './binary.ts'
export { readManifest, type StackOnDisk } from './manifest.ts'
export { outputs, type StackOutputs } from './outputs.ts'
export { planStacks, type StackPlan } from './plan.ts'
export type { TerraformOptions } from './run.ts'
export { isEmpty, type PlannedResource, type PlanSummary } from './summary.ts'
