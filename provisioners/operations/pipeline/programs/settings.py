# Reads the pipeline's settings like its launcher, and prints them. The arguments are files; later ones override.
import datetime
import json
import os
import re
import sys
import xml.etree.ElementTree as xml

try:
    from configparser import ConfigParser
except ImportError:
    from ConfigParser import ConfigParser


def core_site():
    path = os.path.join(os.environ.get('HADOOP_CONF_DIR', '/etc/hadoop/conf'), 'core-site.xml')
    found = {}
    for each in xml.parse(path).getroot().iter('property'):
        found[each.findtext('name')] = each.findtext('value')
    return found.get('fs.defaultFS') or found.get('fs.default.name')


def attempt(work):
    try:
        return work()
    except Exception as error:
        return {'error': '%s: %s' % (type(error).__name__, error)}


def patterns(sections):
    return [re.compile(each).pattern for each in json.loads(sections['event-logs']['pattern'])]


parser = ConfigParser()
read = parser.read(sys.argv[1:])
sections = dict((name, dict(parser.items(name))) for name in parser.sections())
hadoop = sections.get('hadoop', {})
credentials = [s['credentials'] for s in sections.values() if 'credentials' in s]
print(json.dumps({
    'read': read,
    'sections': sections,
    'defaultFs': attempt(core_site),
    'patterns': attempt(lambda: patterns(sections)),
    'source': attempt(lambda: json.loads(sections['event-logs']['source'])),
    'today': datetime.datetime.utcnow().date().isoformat(),
    'programs': [p for p in (hadoop.get('command'), hadoop.get('python-executable')) if p and not os.access(p, os.X_OK)],
    'absent': [p for p in [hadoop.get('streaming-jar')] + credentials if p and not os.path.isfile(p)],
}))
