import type { EbsVolume } from '../../../provisioners/config/infrastructure/types.ts'

export interface EbsBlock {
  readonly type: string
  readonly size: number
  readonly iops?: number
  readonly throughput?: number
  readonly volumesPerInstance: number
}

/**
 * Volumes as Terraform's blocks. The blocks are a set, in which equal blocks would merge, so equal volumes are one
 * block with a count.
 */
export const ebsBlocks = (volumes: readonly EbsVolume[]): EbsBlock[] => {
  const counted = new Map<string, EbsBlock>()
  for (const { type, sizeGb: size, iops, throughput } of volumes) {
    const block = {
      type,
      size,
      ...(iops === undefined ? {} : { iops }),
      ...(throughput === undefined ? {} : { throughput }),
    }
    const name = JSON.stringify(block)
    counted.set(name, { ...block, volumesPerInstance: (counted.get(name)?.volumesPerInstance ?? 0) + 1 })
  }
  return [...counted.values()]
}

/** For task groups and fleets, whose blocks in Terraform have no throughput. */
export const withoutThroughput = (blocks: readonly EbsBlock[]): Omit<EbsBlock, 'throughput'>[] =>
  blocks.map(({ throughput: _, ...rest }) => rest)
