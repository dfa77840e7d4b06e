"""Stands in for mysql-connector-python: it keeps the rows of each database as JSON."""
import json
import os

__version__ = '8.0.23'


class Error(Exception):
    pass


class Connection(object):
    database = None
    rows = ()

    def cursor(self):
        return self

    def execute(self, text):
        if text.startswith('USE '):
            self.database = text[4:]

    def executemany(self, _text, rows):
        self.rows = rows

    def commit(self):
        with open(os.path.join(os.environ['STAND_IN_HDFS'], self.database + '.json'), 'w') as file:
            json.dump(self.rows, file)

    def close(self):
        pass


def connect(**given):
    if given['password'] != 'store-secret':
        raise Error('Access denied for user %s' % given['user'])
    return Connection()
