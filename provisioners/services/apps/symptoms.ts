import type { Symptom } from '../../engine/types.ts'

/** Known failures of the proxy, and of scripts that install applications. */
export const appSymptoms: readonly Symptom[] = [
  {
    pattern: /refused by its own check: .*check-nginx/,
    cause:
      'nginx on this host does not accept the new configuration together with its other files, so it was not installed; the old configuration is still used',
    next: 'read the message of nginx above: another file below /etc/nginx conflicts with it',
  },
  {
    pattern: /bind\(\) to \S+:(80|443) failed/,
    cause: 'another process on this host holds the port of the proxy',
    next: 'ss -ltnp (on that host), stop it, then: howdah apps update',
  },
  {
    pattern: /apps\/\w+-hook: not finished after/,
    cause: 'the hook waits for something, or needs more time than hook.timeout gives it',
    next: 'raise hook.timeout in cluster.yml, then: howdah apps update',
  },
  {
    pattern: /apps\/\w+-hook ended with exit 12[67]/,
    cause: 'the hook, or a program that it calls, is missing or cannot be run on this host',
    next: 'check the first line of the script (#!/bin/sh), then: howdah apps update',
  },
  {
    pattern: /apps\/\w+-hook ended with exit/,
    cause: 'the hook that installs the application failed; its last lines are above',
    next: 'repair the script, then: howdah apps update (it runs again until it succeeds)',
  },
  {
    pattern: /is not ready after \d+ s: answers \S+ on \d+/,
    cause: 'the application runs, but its health path does not answer with success',
    next: 'read its journal above, and check port and healthPath in cluster.yml',
  },
]
