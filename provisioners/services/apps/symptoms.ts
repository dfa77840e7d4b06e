import type { Symptom } from '../../engine/types.ts'

/** What the field knows of the proxy, and of scripts that install applications. */
export const appSymptoms: readonly Symptom[] = [
  {
    pattern: /refused by its own check: .*check-nginx/,
    cause:
      'nginx of this host does not accept the new configuration together with what else it reads, so it was not put in place; the one before is in force',
    next: 'look at the message of nginx above: another file below /etc/nginx says something that clashes',
  },
  {
    pattern: /bind\(\) to \S+:(80|443) failed/,
    cause: 'another process of this host holds the port of the proxy',
    next: 'ss -ltnp (on that host), stop it, then: howdah apps update',
  },
  {
    pattern: /apps\/\w+-hook: not finished after/,
    cause: 'the hook waits for something, or needs longer than it is given',
    next: 'raise hook.timeout in cluster.yml, then: howdah apps update',
  },
  {
    pattern: /apps\/\w+-hook ended with exit 12[67]/,
    cause: 'the hook, or a program that it calls, is not there or cannot be run on this host',
    next: 'check the first line of the script (#!/bin/sh), then: howdah apps update',
  },
  {
    pattern: /apps\/\w+-hook ended with exit/,
    cause: 'the hook that installs the application failed; its last lines are above',
    next: 'repair the script, then: howdah apps update (it runs again until it ends well)',
  },
  {
    pattern: /is not ready after \d+ s: answers \S+ on \d+/,
    cause: 'the application runs and does not answer its health path with success',
    next: 'look at its journal above, and at port and healthPath in cluster.yml',
  },
]
