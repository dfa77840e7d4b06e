/** All types of the engine: resources, plans and their outcome. */
export type * from './plan-types.ts'
export type * from './record-types.ts'
export * from './resource-types.ts'
