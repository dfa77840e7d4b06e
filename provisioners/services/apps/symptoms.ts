import type { KnownSymptom } from '../types.ts'

/** Known failures of the proxy, and of scripts that install applications. */
export const appSymptoms: readonly KnownSymptom[] = [
  {
    name: 'nginx-refused',
    pattern: /refused by its own check: .{0,200}check-nginx/,
    cause:
      'nginx on this host does not accept the new configuration together with its other files, so it was not installed; the old configuration is still used',
    next: 'on that host: nginx -t; grep -rn listen /etc/nginx/conf.d /etc/nginx/sites-enabled; then howdah apps update',
  },
  {
    name: 'proxy-port-taken',
    pattern: /bind\(\) to \S{1,60}:(?:80|443) failed/,
    cause: 'another process on this host holds the port of the proxy',
    next: 'on that host: ss -ltnp (stop that process); then howdah apps update',
  },
  {
    name: 'hook-timeout',
    pattern: /apps\/\w{1,30}-hook: not finished after/,
    cause: 'the hook waits for something, or needs more time than hook.timeout gives it',
    next: 'raise apps.api.hook.timeout or apps.insights.hook.timeout in cluster.yml; then howdah apps update',
  },
  {
    name: 'hook-not-executable',
    pattern: /apps\/\w{1,30}-hook ended with exit 12[67]/,
    cause: 'the hook, or a program that it calls, is missing or cannot be run on this host',
    next: 'correct apps.api.hook.script or apps.insights.hook.script in cluster.yml (its first line must be #!/bin/sh); then howdah apps update',
  },
  {
    name: 'hook-failed',
    pattern: /apps\/\w{1,30}-hook ended with exit (?!12[67]\b)/,
    cause: 'the hook that installs the application failed; its last lines are above',
    next: 'howdah apps update (after you have repaired the script; it runs again until it succeeds)',
  },
  {
    name: 'application-unhealthy',
    pattern: /is not ready after \d{1,6} s: answers \S{1,200} on \d{1,5}/,
    cause: 'the application runs, but its health path does not answer with success',
    next: 'correct apps.api.healthPath or apps.insights.healthPath in cluster.yml; then howdah apps update',
  },
]
