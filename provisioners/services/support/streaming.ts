import type { Cluster, Generation } from '../../config/types.ts'

/** Below a release's directory: Hadoop 2 moved what is no core out of `contrib`. */
const PLACES: Readonly<Record<Generation, string>> = {
  hadoop1: 'contrib/streaming',
  hadoop2: 'share/hadoop/tools/lib',
  hadoop3: 'share/hadoop/tools/lib',
}

/** Path on every host of Hadoop of the jar that runs programs as mappers and reducers: for `hadoop jar`. */
export const streamingJar = ({ directories, generation, versions }: Cluster): string =>
  `${directories.install}/hadoop/current/${PLACES[generation]}/hadoop-streaming-${versions.hadoop}.jar`
