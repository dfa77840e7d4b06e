import type { Symptom } from '../../engine/types.ts'

/** Known messages of the pipeline's tasks, with their causes. */
export const pipelineSymptoms: readonly Symptom[] = [
  {
    pattern: /No matching distribution found for (\S+)/,
    cause: 'the wheelhouse of the pipeline lacks a package, or has another version of it',
    next: 'add the package to the directory of pipeline.source.wheels, then howdah bootstrap',
  },
  {
    pattern: /unable to execute '?\S*gcc'?|gcc: command not found/,
    cause: 'a source package of the wheelhouse must be compiled, and the master has no compiler',
    next: 'apt-get install gcc libc6-dev on the master, or put a wheel for cp27mu into the wheelhouse in place of the source package',
  },
  {
    pattern: /ImportError: No module named pkg_resources|No module named '?pkg_resources'?/,
    cause: 'the Python of a worker lacks pkg_resources, which every streaming task loads',
    next: 'howdah plan names the host; install setuptools for that Python there',
  },
  {
    pattern: /Cannot run program "[^"]*python[^"]*"/,
    cause: 'a worker has no Python where streaming tasks look for it',
    next: 'howdah pipeline check --only workers',
  },
  {
    pattern: /OSError: \[Errno 38\] Function not implemented/,
    cause: 'there is no shared memory (/dev/shm), which a run needs for its semaphores',
    next: 'mount a tmpfs on /dev/shm with mode 1777',
  },
]
