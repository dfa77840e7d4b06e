import type { Cluster, Generation } from '../../config/types.ts'

/** Directories below the one of a release. Hadoop 2 moved the tools out of `contrib`. */
const FOLDERS: Readonly<Record<Generation, string>> = {
  hadoop1: 'contrib/streaming',
  hadoop2: 'share/hadoop/tools/lib',
  hadoop3: 'share/hadoop/tools/lib',
}

/** Path of Hadoop's streaming jar on every host of Hadoop, for `hadoop jar`. */
export const streamingJar = ({ directories, generation, versions }: Cluster): string =>
  `${directories.install}/hadoop/current/${FOLDERS[generation]}/hadoop-streaming-${versions.hadoop}.jar`
