"""The two tasks, with edX's names and options."""
from __future__ import print_function

import datetime
import json

from sample.hadoop import Failed


def days_of(given):
    text = given.get('interval', '')
    try:
        begin, end = [datetime.datetime.strptime(each, '%Y-%m-%d').date() for each in (text[:10], text[11:])]
    except ValueError:
        raise Failed('--interval %s is none' % text)
    return begin, end


def job_of(kind, begin, end, **more):
    return dict({'kind': kind, 'begin': begin.isoformat(), 'end': end.isoformat()}, **more)


def total_events(client, given):
    begin, end = days_of(given)
    client.stream('TotalEventsDailyTask', client.logs(begin, end), given['output-root'], job_of('totals', begin, end),
                  given.get('n-reduce-tasks', '1'))


def enrolment_daily(client, given):
    begin, end = days_of(given)
    warehouse = client.setting('hive', 'warehouse_path').rstrip('/')
    events, state = '%s/course_enrollment_events' % warehouse, '%s/course_enrollment/dt=%s' % (warehouse, end)
    reducers = given.get('n-reduce-tasks', '1')
    words = ['-mkdir'] if client.setting('hadoop', 'version') == 'apache1' else ['-mkdir', '-p']
    client.mkdir('%s/course_enrollment' % warehouse)
    client.mkdir(client.setting('map-reduce', 'marker'))
    client.stream('CourseEnrollmentEventsTask', client.logs(begin, end),
                  '%senrolments' % client.setting('map-reduce', 'marker'),
                  job_of('enrolments', begin, end, files=events, mkdir=words), reducers)
    client.stream('CourseEnrollmentTask', ['%s/dt=*/events' % events], state, job_of('days', begin, end), reducers)
    insert(client, list(summary(client, warehouse, state, end)))


def summary(client, warehouse, state, end):
    """Hive counts learners by course and day; its partition is read from HDFS."""
    table = '%s/course_enrollment_daily/dt=%s' % (warehouse, end)
    format_ = "ROW FORMAT DELIMITED FIELDS TERMINATED BY '\\t'"
    client.hive([
        'USE %s' % client.setting('hive', 'database'),
        'DROP TABLE IF EXISTS course_enrollment',
        'CREATE EXTERNAL TABLE course_enrollment (`date` STRING, course_id STRING, user_id INT, at_end TINYINT) '
        "PARTITIONED BY (dt STRING) %s LOCATION '%s/course_enrollment'" % (format_, warehouse),
        "ALTER TABLE course_enrollment ADD PARTITION (dt='%s') LOCATION '%s'" % (end, state),
        'DROP TABLE IF EXISTS course_enrollment_daily',
        'CREATE EXTERNAL TABLE course_enrollment_daily (course_id STRING, `date` STRING, `count` INT, '
        "cumulative_count INT) PARTITIONED BY (dt STRING) %s LOCATION '%s/course_enrollment_daily'"
        % (format_, warehouse),
        "INSERT OVERWRITE TABLE course_enrollment_daily PARTITION (dt='%s') SELECT course_id, `date`, SUM(at_end), "
        "COUNT(user_id) FROM course_enrollment WHERE dt='%s' GROUP BY course_id, `date`" % (end, end),
    ])
    for line in client.fs('-cat', '%s/[^_.]*' % table).splitlines():
        course, day, count, ever = line.split('\t')
        yield course, day, int(count), int(ever)


def insert(client, rows):
    import mysql.connector
    with open(client.setting('database-export', 'credentials')) as source:
        found = json.load(source)
    database = client.setting('database-export', 'database')
    given = {'user': found['username'], 'password': found['password'], 'host': found['host'], 'port': found['port']}
    try:
        connection = mysql.connector.connect(**given)
        cursor = connection.cursor()
        cursor.execute('CREATE DATABASE IF NOT EXISTS %s' % database)
        cursor.execute('USE %s' % database)
        cursor.execute(
            'CREATE TABLE IF NOT EXISTS course_enrollment_daily (id BIGINT(20) NOT NULL AUTO_INCREMENT, '
            'course_id VARCHAR(255) NOT NULL, `date` DATE NOT NULL, `count` INTEGER, cumulative_count INTEGER, '
            'created TIMESTAMP DEFAULT NOW(), PRIMARY KEY (id), INDEX (course_id, `date`))')
        cursor.executemany(
            'INSERT INTO course_enrollment_daily (course_id, `date`, `count`, cumulative_count) '
            'VALUES (%s, %s, %s, %s)', rows)
        connection.commit()
        connection.close()
    except mysql.connector.Error as error:
        raise Failed('the result store: %s' % error)
    print('rows: %d' % len(rows))


TASKS = {'TotalEventsDailyTask': total_events, 'EnrollmentDailyTask': enrolment_daily}
