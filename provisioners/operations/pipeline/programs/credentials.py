# Checks credentials files (arguments), and prints everything about them except the password.
import json
import os
import pwd
import stat
import sys


def check(path):
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
        # The message may quote a broken file, and so the password: only safe messages are printed.
        message = str(error) if isinstance(error, (OSError, IOError, KeyError)) else 'is not valid JSON'
        found['error'] = '%s: %s' % (type(error).__name__, message)
    return found


print(json.dumps([check(path) for path in sys.argv[1:]]))
