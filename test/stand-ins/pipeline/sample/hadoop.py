"""The commands of the cluster, called as edX's tasks call them."""
from __future__ import print_function

import datetime
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

RUNNER = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'runner.py')
JOB = {'id': None}


class Failed(Exception):
    pass


def kill_job():
    """A task that is stopped does not leave its job on the cluster."""
    if JOB['id'] is None:
        return
    application = JOB['id'].replace('job_', 'application_')
    if subprocess.call(['yarn', 'application', '-kill', application]) != 0:
        subprocess.call(['mapred', 'job', '-kill', JOB['id']])


def call(words, text=None):
    child = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    out, err = child.communicate(None if text is None else text.encode('utf-8'))
    err = err.decode('utf-8', 'replace')
    if child.returncode != 0:
        raise Failed('%s: exit %d: %s' % (' '.join(words), child.returncode, err.strip()[-800:]))
    return out.decode('utf-8'), err


class Client(object):
    def __init__(self, parser):
        self.parser = parser

    def setting(self, section, key):
        if not self.parser.has_option(section, key):
            raise Failed('[%s] %s is missing' % (section, key))
        return self.parser.get(section, key)

    def fs(self, *words, **given):
        return call([self.setting('hadoop', 'command'), 'fs'] + list(words), given.get('text'))[0]

    def mkdir(self, path):
        self.fs(*(['-mkdir', path] if self.setting('hadoop', 'version') == 'apache1' else ['-mkdir', '-p', path]))

    def logs(self, begin, end):
        """Tracking logs whose dates are in the interval, as far as [event-logs] lets them be late."""
        days = int(self.setting('event-logs', 'expand_interval').split()[0])
        late = datetime.timedelta(days=days)
        patterns = json.loads(self.setting('event-logs', 'pattern'))
        recursive = ['-lsr'] if self.setting('hadoop', 'version') == 'apache1' else ['-ls', '-R']
        found = []
        for source in json.loads(self.setting('event-logs', 'source')):
            for line in self.fs(*(recursive + [source])).splitlines():
                url = line.split(' ')[-1]
                match = next((m for m in (re.match(p, url) for p in patterns) if m), None)
                if not line.startswith('-') or match is None:
                    continue
                day = datetime.datetime.strptime(match.group('date'), '%Y%m%d').date()
                if begin - late <= day < end + late:
                    found.append(url)
        print('logs: %d' % len(found))
        return found

    def stream(self, name, inputs, output, job, reducers):
        """A streaming job whose program and settings travel with it. Its output is moved to its place at the end."""
        place = tempfile.mkdtemp()
        try:
            with open(os.path.join(place, 'job.json'), 'w') as target:
                json.dump(job, target)
            temporary = '%s-temp-%s' % (output.rstrip('/'), datetime.datetime.utcnow().strftime('%Y-%m-%dT%H-%M-%S'))
            self._client(self._words(name, inputs, temporary, place, reducers))
        finally:
            shutil.rmtree(place)
        self.fs('-mv', temporary, output.rstrip('/'))

    def _words(self, name, inputs, output, place, reducers):
        python = self.setting('hadoop', 'python-executable')
        words = [self.setting('hadoop', 'command'), 'jar', self.setting('hadoop', 'streaming-jar')]
        conf = [('mapred.job.name', name), ('mapred.reduce.tasks', reducers)]
        for key, value in conf + (self.parser.items('job-conf') if self.parser.has_section('job-conf') else []):
            words += ['-D', '%s=%s' % (key, value)]
        words += ['-mapper', '%s runner.py map' % python, '-reducer', '%s runner.py reduce' % python]
        words += ['-file', RUNNER, '-file', os.path.join(place, 'job.json')]
        for url in inputs:
            words += ['-input', url]
        return words + ['-output', output]

    def _client(self, words):
        child = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        last = []
        for line in iter(child.stdout.readline, b''):
            text = line.decode('utf-8', 'replace').rstrip('\n')
            # As bytes, because Python 2 writes only ASCII text to a file.
            sys.stdout.flush()
            os.write(1, line)
            last = (last + [text])[-12:]
            found = re.search(r'Running job: (job_\w+)', text)
            if found:
                JOB['id'] = found.group(1)
        code = child.wait()
        JOB['id'] = None
        if code != 0:
            raise Failed('the job ended with %d: %s' % (code, '\n'.join(last)))

    def hive(self, statements):
        place = tempfile.mkdtemp()
        try:
            path = os.path.join(place, 'task.hql')
            with open(path, 'w') as target:
                target.write(''.join('%s;\n' % each for each in statements))
            out, err = call(['hive', '-f', path])
        finally:
            shutil.rmtree(place)
        print(err.encode('ascii', 'replace').decode('ascii'))
        return out
