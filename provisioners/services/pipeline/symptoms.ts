import type { KnownSymptom } from '../types.ts'

/** Known messages of the pipeline's tasks, with their causes. */
export const pipelineSymptoms: readonly KnownSymptom[] = [
  {
    name: 'wheel-missing',
    pattern: /No matching distribution found for /,
    cause: 'the wheelhouse of the pipeline lacks a package, or has another version of it',
    next: 'correct pipeline.source.wheels in cluster.yml (add the package to that directory); then howdah bootstrap',
  },
  {
    name: 'compiler-missing',
    pattern: /unable to execute '?\S{0,60}gcc'?|gcc: command not found/,
    cause: 'a source package of the wheelhouse must be compiled, and the master has no compiler',
    next: 'on the master: apt-get install gcc libc6-dev (or put a wheel for cp27mu into the wheelhouse in place of the source package); then howdah bootstrap',
  },
  {
    name: 'pkg-resources-missing',
    pattern: /ImportError: No module named pkg_resources|No module named '?pkg_resources'?/,
    cause: 'the Python of a worker lacks pkg_resources, which every streaming task loads',
    next: 'howdah plan (it names the host); then on that host: apt-get install python-setuptools || apt-get install python3-setuptools',
  },
  {
    name: 'python-missing',
    pattern: /Cannot run program "[^"]{0,120}python[^"]{0,40}"/,
    cause: 'a worker has no Python where streaming tasks look for it',
    next: 'howdah pipeline check --only workers',
  },
  {
    name: 'shared-memory-missing',
    pattern: /OSError: \[Errno 38\] Function not implemented/,
    cause: 'there is no shared memory (/dev/shm), which a run needs for its semaphores',
    next: 'on that host: mount -t tmpfs -o mode=1777 tmpfs /dev/shm',
  },
]
