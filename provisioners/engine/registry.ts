import { type ErrorCode, HowdahError } from '../errors.ts'
import type { ResourceBase, ResourceType } from './types.ts'

/** Any resource type, for lists of different types. TypeScript compares methods bivariantly, so no `any` is needed. */
export type AnyType = Omit<ResourceType<never>, 'type'> & { readonly type: string }

/** Finds the type that reads, compares and applies a resource. */
export interface Registry {
  /** Throws RESOURCE_TYPE_UNKNOWN. */
  of(resource: ResourceBase): ResourceType
  /** The type of a recorded resource; undefined when this version of Howdah does not have it. */
  find(type: string): ResourceType | undefined
}

/** Makes a registry. Throws RESOURCE_TYPE_TWICE when two types have the same name. */
export function createRegistry(types: readonly AnyType[]): Registry {
  const byName = new Map<string, ResourceType>()
  for (const type of types) {
    const name = type.type
    if (byName.has(name)) throw bug('RESOURCE_TYPE_TWICE', `the resource type '${name}' is registered twice`)
    byName.set(name, type as unknown as ResourceType)
  }
  return {
    of(resource) {
      const type = byName.get(resource.type)
      if (!type)
        throw bug('RESOURCE_TYPE_UNKNOWN', `no type '${resource.type}' is registered (${resource.id})`)
      return type
    },
    find: (type) => byName.get(type),
  }
}

const bug = (code: ErrorCode, message: string) => new HowdahError({ code, exit: 'unexpected', message })
