#!/usr/bin/env python3
"""
A stand-in for the pipeline's launcher: launch-task TASK --local-scheduler OPTION...

It reads the settings files that the pipeline reads, in the same order, and makes the calls that a workflow makes before
and after its jobs: it lists logs in HDFS, opens credentials, greets the databases, asks Hive, and writes a marker. It
computes nothing. The first call that fails ends it with the exit code of [retcode], as a failed task does.

STAND_IN_ROOT is what /etc/luigi lies below (tests), STAND_IN_PORT the port of the LMS database (Sqoop drops the one of
the credentials and takes MySQL's own).
"""
import datetime
import fnmatch
import json
import os
import re
import socket
import subprocess
import sys
from configparser import ConfigParser

DAY = r'\d{4}-\d{2}-\d{2}'
LOGS = {'logs': True}
# Options of each task besides those of Luigi, and its inputs.
TASKS = {
    'ImportEnrollmentsIntoMysql': ('interval overwrite-mysql', {**LOGS, 'lms': True, 'calendar': True}),
    'InsertToMysqlCourseActivityTask': ('end-date weeks overwrite-mysql', {**LOGS, 'calendar': True}),
    'ModuleEngagementWorkflowTask': ('date throttle', {**LOGS, 'lms': True, 'elasticsearch': True}),
    'InsertToMysqlLastCountryPerCourseTask': ('interval-end overwrite', {**LOGS, 'lms': True, 'geolocation': True}),
    'InsertToMysqlAllVideoTask': ('interval', LOGS),
    'AnswerDistributionWorkflow': (
        'src include dest name output-root manifest marker base-input-format lib-jar credentials', {'manifest': True}),
}
FLAGS = ('overwrite', 'overwrite-mysql', 'local-scheduler')


class Failed(Exception):
    pass


def say(text):
    print(text, flush=True)


def settings():
    root = os.environ.get('STAND_IN_ROOT', '')
    parser = ConfigParser(interpolation=None)
    files = [root + '/etc/luigi/client.cfg', 'override.cfg', os.environ.get('LUIGI_CONFIG_PATH', '')]
    say('settings: %s' % ', '.join(parser.read([each for each in files if each])))
    return parser


class Run:
    def __init__(self, parser, task, given):
        self.parser, self.task, self.given = parser, task, given

    def setting(self, section, key):
        if not self.parser.has_option(section, key):
            raise Failed('[%s] %s is set nowhere' % (section, key))
        return self.parser.get(section, key)

    def command(self, *words, text=None):
        say('call: %s' % ' '.join(words))
        try:
            done = subprocess.run(words, input=text, capture_output=True, text=True)
        except OSError as error:
            raise Failed('%s: %s' % (words[0], error))
        if done.returncode != 0:
            raise Failed('%s: exit %d: %s' % (' '.join(words), done.returncode, done.stderr.strip()[-600:]))
        return done.stdout

    def fs(self, *words, text=None):
        return self.command(self.setting('hadoop', 'command'), 'fs', *words, text=text)

    def listing(self, url):
        lines = self.fs('-ls', '-R', url).splitlines()
        return [line.split(' ')[-1] for line in lines if line.startswith('-')]

    def logs(self):
        """The logs by [event-logs], of whatever day: the tests' own are of no interval."""
        patterns = json.loads(self.setting('event-logs', 'pattern'))
        self.setting('event-logs', 'expand_interval')
        urls = [url for source in json.loads(self.setting('event-logs', 'source')) for url in self.listing(source)]
        self.count([url for url in urls if any(re.match(pattern, url) for pattern in patterns)])

    def answers(self):
        urls = [url for source in json.loads(self.given['src']) for url in self.listing(source)]
        chosen = [url for url in urls if any(fnmatch.fnmatch(url, each) for each in json.loads(self.given['include']))]
        self.count(chosen)
        if ('manifest' in self.given) != ('base-input-format' in self.given):
            raise Failed('a list of inputs, and nothing that reads one')
        if 'base-input-format' in self.given and 'lib-jar' not in self.given:
            raise Failed('ClassNotFoundException: %s' % self.given['base-input-format'])
        for jar in json.loads(self.given.get('lib-jar', '[]')):
            self.fs('-stat', jar)
        if 'manifest' in self.given:
            self.fs('-mkdir', '-p', os.path.dirname(self.given['manifest']))
            self.fs('-put', '-', self.given['manifest'], text='\n'.join(chosen) + '\n')
        for key in ('dest', 'output-root'):
            self.fs('-mkdir', '-p', self.given[key])

    def count(self, urls):
        say('logs: %d' % len(urls))
        if not urls:
            raise Failed('no log is where the settings look for it, or none has a name that matches')

    def database(self, section, path=None, port=None):
        path = path or self.setting(section, 'credentials')
        try:
            with open(path) as source:
                found = json.load(source)
            host, user, password = found['host'], found['username'], found['password']
            port = int(port or found['port'])
        except (OSError, ValueError, KeyError) as error:
            raise Failed('credentials %s: %s' % (path, type(error).__name__))
        name = self.setting(section, 'database')
        say('call: greet %s:%d, database %s, as %s' % (host, port, name, user))
        try:
            with socket.create_connection((host, port), 20) as server:
                hello = server.recv(5)
        except OSError as error:
            raise Failed('%s:%d: %s' % (host, port, error))
        # The packet's header, and version 10 of the protocol, as MySQL and MariaDB send it.
        if len(hello) != 5 or hello[4] != 10 or not password:
            raise Failed('%s:%d is not a database, or there is no password' % (host, port))

    def calendar(self):
        found = re.match('(%s)-(%s)$' % (DAY, DAY), self.setting('calendar', 'interval'))
        first, last = self.days()
        if not found or not (found.group(1) <= first <= last <= found.group(2)):
            raise Failed('the calendar has no row for some day from %s to %s' % (first, last))

    def days(self):
        """First and last day of the task, as its options have them."""
        if 'interval' in self.given:
            found = re.match('(%s)-(%s)$' % (DAY, DAY), self.given['interval'])
            if not found or found.group(1) >= found.group(2):
                raise Failed('--interval %s is none' % self.given['interval'])
            return found.groups()
        end = self.given.get('end-date') or self.given.get('date') or self.given.get('interval-end')
        weeks = int(self.given.get('weeks', '1'))
        begin = datetime.date.fromisoformat(end) - datetime.timedelta(weeks=weeks)
        return begin.isoformat(), end

    def geolocation(self):
        self.fs('-stat', self.setting('geolocation', 'geolocation_data'))
        self.setting('location-per-course', 'interval_start')

    def elasticsearch(self):
        if not self.parser.has_option('elasticsearch', 'host'):
            say('no [elasticsearch] host: the index of learners is left out')
            return
        self.setting('module-engagement', 'alias')
        self.setting('module-engagement', 'number_of_shards')

    def hive(self):
        self.setting('hive', 'warehouse_path')
        if self.command('hive', '-e', 'use %s' % self.setting('hive', 'database')) != '':
            raise Failed('hive prints more than data on stdout, so that every partition counts as there')

    def run(self, reads):
        self.days() if 'src' not in self.given else None
        if 'logs' in reads:
            self.logs()
            self.hive()
        for name in ('calendar', 'geolocation', 'elasticsearch'):
            if name in reads:
                getattr(self, name)()
        if 'lms' in reads:
            self.database('database-import', port=os.environ.get('STAND_IN_PORT', '3306'))
        if 'manifest' in reads:
            self.answers()
        self.database('database-export', self.given.get('credentials'))
        marker = self.given.get('marker') or '%s%s' % (self.setting('map-reduce', 'marker'), self.task)
        self.fs('-mkdir', '-p', marker)


def arguments(words, known):
    given, rest = {}, list(words)
    while rest:
        word = rest.pop(0)
        name = word[2:]
        if not word.startswith('--') or name not in known + FLAGS + ('n-reduce-tasks',):
            sys.exit('unrecognized arguments: %s' % word)
        given[name] = 'yes' if name in FLAGS else rest.pop(0) if rest else sys.exit('%s wants a value' % word)
    return given


def main(task, *words):
    if task not in TASKS:
        sys.exit('no task %s' % task)
    options, reads = TASKS[task]
    given = arguments(words, tuple(options.split()))
    say('options of clients: %s' % os.environ.get('HADOOP_CLIENT_OPTS', ''))
    parser = settings()
    try:
        Run(parser, task, given).run(reads)
    except Failed as failure:
        say('%s failed: %s' % (task, failure))
        # Without [retcode] a failed run exits with 0.
        sys.exit(int(parser.get('retcode', 'task_failed', fallback='0')))
    say('%s: done' % task)


main(*sys.argv[1:])
