# A streaming task like those of the pipeline: `map` adds the host to each line, `reduce` writes a file for each host with
# the `hadoop fs` of its worker.
import json
import os
import socket
import subprocess
import sys
from itertools import groupby

try:
    from configparser import ConfigParser
except ImportError:
    from ConfigParser import ConfigParser


def shipped():
    with open('job-instance.json') as source:
        return json.load(source)


def load(job):
    # The files of the job must be here, and every module that a task imports.
    with open('packages.tar') as source:
        if source.read().strip() != job['token']:
            sys.exit('packages.tar is another file')
    for name in job['modules']:
        __import__(name)


def hadoop():
    parser = ConfigParser()
    parser.read(['/etc/luigi/client.cfg'])
    return parser.get('hadoop', 'command') if parser.has_option('hadoop', 'command') else 'hadoop'


def run(job, arguments, text=None):
    command = [hadoop(), 'fs'] + arguments
    child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    out, err = child.communicate(text)
    if child.returncode != 0:
        sys.exit('%s: exit %d\n%s' % (' '.join(command), child.returncode, err.decode('utf-8', 'replace')))
    return out


def map_lines():
    host = socket.gethostname()
    for line in sys.stdin:
        print('%s\t%s' % (host, line.strip()))


def reduce_lines(job):
    pairs = (line.rstrip('\n').split('\t', 1) for line in sys.stdin)
    for host, group in groupby(pairs, lambda pair: pair[0]):
        lines = [value for _, value in group]
        directory = '%s/%s' % (job['files'], host)
        run(job, job['mkdir'] + [directory])
        run(job, ['-put', '-', '%s/lines' % directory], ('\n'.join(lines) + '\n').encode('utf-8'))
        print('%s\t%d' % (host, len(lines)))
    # The options of the JVMs that the `hadoop fs` above started.
    print('%s\toptions\t%s' % (socket.gethostname(), os.environ.get('HADOOP_CLIENT_OPTS', '')))


job = shipped()
load(job)
if sys.argv[1] == 'map':
    map_lines()
else:
    reduce_lines(job)
