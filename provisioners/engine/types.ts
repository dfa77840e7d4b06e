/** The engine's vocabulary: what may be wanted of a target, and how wishes become a plan and its outcome. */
export type * from './plan-types.ts'
export type * from './removal/types.ts'
export * from './resource-types.ts'
