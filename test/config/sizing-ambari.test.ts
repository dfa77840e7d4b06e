import { expect, it } from 'vitest'
import { ambariContainers } from '../../provisioners/config/sizing/ambari.ts'

// Cores, GiB, disks → available, containers, container, NodeManager, least allocation, vcores, map, reduce, heaps, sort.
it.each([
  [2, 3, 1, 2048, 3, 682, 2046, 682, 1, 682, 1364, 545, 1091, 381],
  [2, 4, 1, 3072, 3, 1024, 3072, 1024, 1, 1024, 2048, 819, 1638, 573],
  [2, 8, 1, 6144, 3, 2048, 6144, 1024, 1, 2048, 4096, 1638, 3276, 1146],
  [4, 16, 1, 14336, 3, 4096, 12288, 1024, 3, 4096, 8192, 3276, 6553, 2047],
  [4, 16, 4, 14336, 8, 1024, 8192, 1024, 3, 1024, 2048, 819, 1638, 573],
  [8, 32, 1, 26624, 3, 8192, 24576, 1024, 6, 8192, 16384, 6553, 13107, 2047],
  [8, 32, 4, 26624, 8, 3072, 24576, 1024, 6, 3072, 6144, 2457, 4915, 1719],
  [16, 64, 1, 57344, 3, 18432, 55296, 1024, 12, 18432, 36864, 14745, 29491, 2047],
  [16, 64, 12, 57344, 22, 2048, 45056, 1024, 12, 2048, 4096, 1638, 3276, 1146],
  [32, 128, 12, 106496, 22, 4096, 90112, 1024, 25, 4096, 8192, 3276, 6553, 2047],
  [48, 256, 24, 229376, 44, 5120, 225280, 1024, 38, 5120, 10240, 4096, 8192, 2047],
])('Ambari’s formula for %i cores, %i GiB, %i disks', (cores, memoryGb, disks, ...expected) => {
  const sizes = ambariContainers({ cores, memoryGb, disks })
  expect([
    sizes.availableMb,
    sizes.containers,
    sizes.containerMb,
    sizes.nodeManagerMb,
    sizes.minAllocationMb,
    sizes.vcores,
    sizes.mapMb,
    sizes.reduceMb,
    sizes.mapHeapMb,
    sizes.reduceHeapMb,
    sizes.sortMb,
  ]).toEqual(expected)
})

it('reserves memory for HBase', () => {
  expect(ambariContainers({ cores: 4, memoryGb: 16, disks: 4, hbase: true }).availableMb).toBe(12 * 1024)
})
