"""
A small pipeline in the shape of edX's: its launcher, its order of settings, the names and options of two of its tasks.

launch-task                                        its version, its entry points and its packages
launch-task TASK --local-scheduler OPTION VALUE... runs a task
"""
from __future__ import print_function

import sys

from sample.version import VERSION


def task():
    return 'task'


def describe():
    import mysql.connector
    import pkg_resources
    import sample_luigi  # noqa: F401
    import sample_native
    tasks = sorted(each.load()() for each in pkg_resources.iter_entry_points('sample.tasks'))
    print(VERSION, ' '.join(tasks), sample_native.twice(21), mysql.connector.__version__)


def main():
    if len(sys.argv) == 1:
        describe()
        return
    from sample import launcher
    sys.exit(launcher.launch(sys.argv[1], sys.argv[2:]))
