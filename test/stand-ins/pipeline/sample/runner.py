"""What runs on the workers: `runner.py map` and `runner.py reduce`, for the job that came along in job.json."""
from __future__ import print_function

import datetime
import io
import json
import subprocess
import sys
from itertools import groupby

try:
    from configparser import RawConfigParser
except ImportError:
    from ConfigParser import RawConfigParser

PREFIX = 'edx.course.enrollment.'
CHANGES = {PREFIX + 'activated': 1, PREFIX + 'deactivated': 0}


def event_of(line, job):
    """The event and its day; None if the line is not an event of the interval."""
    try:
        event = json.loads(line)
        day = event['time'].split('T')[0]
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    return (event, day) if job['begin'] <= day < job['end'] else None


def map_totals(lines, job):
    for found in (event_of(line, job) for line in lines):
        if found:
            yield found[1], '1'


def reduce_totals(day, counts, _job):
    yield day, str(sum(int(each) for each in counts))


def map_enrolments(lines, job):
    for found in (event_of(line, job) for line in lines):
        if not found or found[0].get('event_type') not in CHANGES:
            continue
        event, day = found
        payload = event['event']
        payload = payload if isinstance(payload, dict) else json.loads(payload)
        # A time without a fraction would sort after one with a fraction of the same second.
        moment = event['time'].split('+')[0]
        moment = moment if '.' in moment else moment + '.000000'
        yield day, '\t'.join([payload['course_id'], str(payload['user_id']), moment, str(CHANGES[event['event_type']])])


def hadoop(words, text=None):
    parser = RawConfigParser()
    parser.read(['/etc/luigi/client.cfg'])
    command = parser.get('hadoop', 'command') if parser.has_option('hadoop', 'command') else 'hadoop'
    child = subprocess.Popen(
        [command, 'fs'] + words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    _, err = child.communicate(text)
    if child.returncode != 0:
        sys.exit('%s fs %s: exit %d\n%s' % (command, ' '.join(words), child.returncode, err.decode('utf-8', 'replace')))


def reduce_enrolments(day, values, job):
    """A file for each day, which the reducer writes itself."""
    directory = '%s/dt=%s' % (job['files'], day)
    hadoop(job['mkdir'] + [directory])
    lines = list(values)
    hadoop(['-put', '-', '%s/events' % directory], ''.join('%s\n' % each for each in lines).encode('utf-8'))
    yield day, str(len(lines))


def map_days(lines, _job):
    for line in lines:
        course, user, moment, state = line.split('\t')
        yield '%s %s' % (course, user), '%s %s' % (moment, state)


def reduce_days(pair, values, job):
    """For each day from the first enrolment to the interval's end: whether the learner is enrolled when it ends."""
    course, user = pair.split(' ')
    state, known = {}, None
    for moment, now in (value.split(' ') for value in sorted(values)):
        state[moment.split('T')[0]] = now
    day = datetime.datetime.strptime(min(state), '%Y-%m-%d').date()
    while day.isoformat() < job['end']:
        known = state.get(day.isoformat(), known)
        yield day.isoformat(), '\t'.join([course, user, known])
        day += datetime.timedelta(days=1)


def main(side):
    with open('job.json') as source:
        job = json.load(source)
    source = io.open(0, encoding='utf-8', errors='replace', newline='\n')
    target = io.open(1, 'w', encoding='utf-8', newline='\n')
    lines = (line.rstrip('\n') for line in source)
    work = globals()['%s_%s' % (side, job['kind'])]
    if side == 'map':
        pairs = work(lines, job)
    else:
        keyed = (line.split('\t', 1) for line in lines)
        pairs = (pair for key, group in groupby(keyed, lambda each: each[0])
                 for pair in work(key, (value for _, value in group), job))
    for key, value in pairs:
        target.write(u'%s\t%s\n' % (key, value))
    target.flush()


main(sys.argv[1])
