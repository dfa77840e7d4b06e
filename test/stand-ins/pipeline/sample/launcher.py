"""Reads the settings and the options of a task, runs it, and ends with the exit code that [retcode] gives."""
from __future__ import print_function

import os
import signal
import sys

from sample import hadoop, tasks

try:
    from configparser import RawConfigParser
except ImportError:
    from ConfigParser import RawConfigParser

FLAGS = ('local-scheduler', 'overwrite-mysql')
OPTIONS = ('interval', 'n-reduce-tasks', 'output-root')


def options(words):
    given, rest = {}, list(words)
    while rest:
        word = rest.pop(0)
        name = word[2:]
        if not word.startswith('--') or name not in FLAGS + OPTIONS:
            sys.exit('unrecognized arguments: %s' % word)
        if name in OPTIONS:
            given[name] = rest.pop(0)
    return given


def settings():
    """The last file wins: an override.cfg in the current directory wins over LUIGI_CONFIG_PATH."""
    etc = os.environ.get('SAMPLE_ETC', '/etc/luigi')
    parser = RawConfigParser()
    parser.optionxform = str
    named = os.environ.get('LUIGI_CONFIG_PATH')
    files = [os.path.join(etc, name) for name in ('client.cfg', 'luigi.cfg')] + ['client.cfg', 'luigi.cfg']
    if os.path.exists('override.cfg'):
        # Like old versions of edX's launcher.
        with open('override.cfg') as source:
            print(source.read())
    print('settings: %s' % ', '.join(parser.read(files + ([named] if named else []) + ['override.cfg'])))
    return parser


def ended(_number, _frame):
    hadoop.kill_job()
    sys.exit(143)


def launch(name, words):
    if name not in tasks.TASKS:
        sys.exit('no task %s' % name)
    signal.signal(signal.SIGTERM, ended)
    given, parser = options(words), settings()
    try:
        tasks.TASKS[name](hadoop.Client(parser), given)
    except hadoop.Failed as failure:
        print('%s failed: %s' % (name, failure))
        # Without [retcode] a failed run exits with 0.
        return parser.getint('retcode', 'task_failed') if parser.has_option('retcode', 'task_failed') else 0
    print('%s: done' % name)
    return 0
