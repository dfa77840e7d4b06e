import type { BlockSchema, Nesting } from './bindings.ts'
import { isChosenByAws, isSensitive, isWriteOnly } from './fakes.ts'

/** A schema in the plugin protocol's messages (provider.proto). */
export interface WireBlock {
  readonly attributes: readonly WireAttribute[]
  readonly block_types: readonly object[]
}

interface WireAttribute {
  readonly name: string
  readonly type: Uint8Array
  readonly required: boolean
  readonly optional: boolean
  readonly computed: boolean
  readonly sensitive: boolean
  readonly write_only: boolean
}

const NESTING: Readonly<Record<Nesting, number>> = { single: 1, list: 2, set: 3, map: 4 }

/** The schema as Terraform's core wants it; `type` decides which arguments AWS fills in. */
export const wireBlock = (type: string, block: BlockSchema): WireBlock => ({
  attributes: Object.entries(block.attributes).map(([name, { type: cty, mode }]) => ({
    name,
    type: Buffer.from(JSON.stringify(cty)),
    required: mode === 'required',
    optional: mode === 'optional',
    computed: mode === 'computed' || (mode === 'optional' && isChosenByAws(type, name)),
    sensitive: isSensitive(type, name),
    write_only: isWriteOnly(block, name),
  })),
  block_types: Object.entries(block.blocks).map(([name, nested]) => ({
    type_name: name,
    block: wireBlock(type, nested.block),
    nesting: NESTING[nested.nesting],
    min_items: nested.min,
    max_items: nested.max,
  })),
})
