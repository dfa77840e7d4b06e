/** All types of the engine: resources, plans and their outcome. */
export type * from './plan-types.ts'
export type * from './removal/types.ts'
export * from './resource-types.ts'
