# Looks at credentials files (arguments), and tells everything of them but the password.
import json
import os
import pwd
import stat
import sys


def look(path):
    found = {'path': path}
    try:
        status = os.stat(path)
        found['mode'] = '%04o' % stat.S_IMODE(status.st_mode)
        found['owner'] = pwd.getpwuid(status.st_uid).pw_name
        with open(path) as source:
            data = json.load(source)
        found['host'] = data['host']
        found['port'] = data['port']
        found['username'] = data['username']
        found['password'] = bool(data['password'])
    except Exception as error:
        # The text of a broken file may hold the password: its words are not repeated.
        words = str(error) if isinstance(error, (OSError, IOError, KeyError)) else 'is no JSON'
        found['error'] = '%s: %s' % (type(error).__name__, words)
    return found


print(json.dumps([look(path) for path in sys.argv[1:]]))
