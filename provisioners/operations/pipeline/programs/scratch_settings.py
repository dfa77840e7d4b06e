# Writes settings for tasks: scratch_settings.py FILE CHANGES SETTINGS..., where CHANGES is JSON by section and option.
# Later SETTINGS override earlier ones, and CHANGES override all. Prints the values of CHANGES in the written file. The
# SETTINGS may have secrets, so the rest is never printed, and only the owner can read FILE.
import json
import os
import sys

try:
    from configparser import RawConfigParser
except ImportError:
    from ConfigParser import RawConfigParser


def parser():
    made = RawConfigParser()
    # Names of Hadoop's properties are case-sensitive.
    made.optionxform = str
    return made


path, changes, sources = sys.argv[1], json.loads(sys.argv[2]), sys.argv[3:]
settings = parser()
missing = [each for each in sources if each not in settings.read(sources)]
if missing:
    sys.exit('cannot read %s' % ', '.join(missing))
for section in sorted(changes):
    if not settings.has_section(section):
        settings.add_section(section)
    for option in sorted(changes[section]):
        settings.set(section, option, changes[section][option])
with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), 'w') as target:
    settings.write(target)
written = parser()
written.read([path])
print(json.dumps(dict(
    (section, dict((option, written.get(section, option)) for option in changes[section])) for section in changes)))
