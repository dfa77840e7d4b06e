import type { Symptom } from '../../engine/types.ts'

/** What tasks of the pipeline say when something of their ground is missing, and what it means. */
export const pipelineSymptoms: readonly Symptom[] = [
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
