import { describe, expect, it } from 'vitest'
import type { PipelineReport } from '../../../../provisioners/operations/pipeline/types.ts'
import { expectExit, howdah, onHost, planOf, variant } from '../../support.ts'

interface Break {
  /** What is broken, and where. */
  readonly what: string
  readonly host: string
  readonly script: string
  readonly undo: string
  /** The check that must report it, and a part of its detail. */
  readonly check: string
  readonly says: string
  /** Another failed check, which names the broken part. */
  readonly brokenPart?: string
}

const CONFIG = '/etc/edx-analytics-pipeline'

const moved = (path: string) => ({ script: `mv ${path} ${path}.away`, undo: `mv ${path}.away ${path}` })
const edited = (path: string, edit: string) => ({
  script: `cp -p ${path} /root/kept && sed -i '${edit}' ${path}`,
  undo: `cp -p /root/kept ${path}`,
})

/** Breaks one requirement at a time. No daemon is restarted, so each takes seconds. */
const BREAKS: readonly Break[] = [
  {
    what: 'a ~/.bashrc that returns before it sets anything',
    host: 'm1',
    ...edited('/home/hadoop/.bashrc', '1i return'),
    check: 'shell',
    says: 'hadoop is not on its PATH',
  },
  {
    what: 'an account without the options of short clients',
    host: 'm1',
    ...edited('/home/hadoop/.bashrc', '/HADOOP_CLIENT_OPTS/d'),
    check: 'shell',
    says: 'HADOOP_CLIENT_OPTS lacks -XX:TieredStopAtLevel=1',
  },
  {
    what: "a ~/.bashrc that overwrites the caller's settings",
    host: 'm1',
    ...edited(
      '/home/hadoop/.bashrc',
      `s#^export LUIGI_CONFIG_PATH=.*#export LUIGI_CONFIG_PATH=${CONFIG}/override.cfg#`,
    ),
    check: 'shell',
    says: "overwrites the caller's LUIGI_CONFIG_PATH",
  },
  {
    what: '/dev/shm that the account cannot write to',
    host: 'm1',
    script: 'chmod 0755 /dev/shm',
    undo: 'chmod 1777 /dev/shm',
    check: 'semaphores',
    says: 'Permission denied',
  },
  {
    what: 'an override.cfg without [retcode]',
    host: 'm1',
    ...edited(`${CONFIG}/override.cfg`, '/^\\[retcode\\]/,$d'),
    check: 'settings',
    says: 'would end with 0',
  },
  {
    what: 'addresses of another port',
    host: 'm1',
    ...edited(`${CONFIG}/override.cfg`, 's#m1:8020/edx#m1:9000/edx#'),
    check: 'settings',
    says: 'names hdfs://m1:9000, and fs.defaultFS is hdfs://m1:8020',
  },
  {
    what: 'settings with credentials of another place',
    host: 'm1',
    ...edited(`${CONFIG}/override.cfg`, `s#${CONFIG}/output.json#/edx${CONFIG}/output.json#`),
    check: 'settings',
    says: `/edx${CONFIG}/output.json is missing`,
  },
  {
    what: 'a calendar that ended',
    host: 'm1',
    ...edited(`${CONFIG}/override.cfg`, 's/-2050-01-01/-2020-01-01/'),
    check: 'settings',
    says: 'has no row in it',
  },
  {
    what: 'credentials that others can read',
    host: 'm1',
    script: `chmod 0644 ${CONFIG}/output.json`,
    undo: `chmod 0600 ${CONFIG}/output.json`,
    check: 'credentials',
    says: 'mode 0644',
  },
  {
    what: 'credentials with a trailing comma',
    host: 'm1',
    ...edited(`${CONFIG}/input.json`, 's/"$/",/'),
    check: 'credentials',
    says: 'is not valid JSON',
  },
  {
    what: 'a worker without mysqldump',
    host: 'w1',
    // mysqldump links to it.
    ...moved('/usr/bin/mariadb-dump'),
    check: 'worker w1',
    says: 'sqoop --direct calls it',
  },
  {
    what: 'a worker without the jar that map joins need',
    host: 'w1',
    ...moved('/opt/howdah/task-classpath'),
    check: 'worker w1',
    says: 'CollectionUtils',
  },
  {
    what: 'a map join that lacks its class',
    host: 'w1',
    ...moved('/opt/howdah/task-classpath'),
    check: 'joins',
    says: 'a task failed on w1',
  },
  {
    what: "a worker without Howdah's mysqldump",
    host: 'w1',
    ...moved('/usr/local/lib/howdah/tasks/mysqldump'),
    check: 'worker w1',
    says: 'would write garbage',
  },
  {
    what: 'a dump that does not begin with rows',
    host: 'w1',
    ...moved('/usr/local/lib/howdah/tasks/mysqldump'),
    check: 'sqoop',
    says: 'wrote other rows',
  },
  {
    what: 'a worker without client.cfg',
    host: 'w1',
    ...moved('/etc/luigi/client.cfg'),
    check: 'worker w1',
    says: "not the master's",
  },
  {
    what: 'a worker without Python',
    host: 'w1',
    ...moved('/usr/bin/python3'),
    check: 'worker w1',
    says: '/usr/bin/python3',
  },
  {
    what: '/tmp of HDFS that is not for everyone',
    host: 'm1',
    script: 'runuser -u hdfs -- hadoop fs -chmod 0755 /tmp',
    undo: 'runuser -u hdfs -- hadoop fs -chmod 1777 /tmp',
    check: 'hdfs',
    says: '/tmp has the mode drwxr-xr-x',
  },
  {
    what: 'a directory beside the logs that the account cannot list',
    host: 'm1',
    script:
      'runuser -u hdfs -- hadoop fs -mkdir -p /data/.closed && runuser -u hdfs -- hadoop fs -chmod 0700 /data/.closed',
    undo: 'runuser -u hdfs -- hadoop fs -rm -r -skipTrash /data/.closed',
    check: 'hdfs',
    says: '/data cannot be listed by hadoop',
  },
  {
    what: 'a trash in HDFS',
    host: 'm1',
    ...edited('/etc/hadoop/conf/core-site.xml', '/fs.trash.interval/{n;s/0/60/}'),
    check: 'trash',
    says: 'stays in the trash',
  },
  {
    what: 'a hive that prints a banner',
    host: 'm1',
    ...edited('/usr/local/bin/hive', '1a echo welcome'),
    check: 'hive',
    says: 'counts as there',
  },
  {
    what: "a password that is not the reader's",
    host: 'm1',
    ...edited(`${CONFIG}/input.json`, 's/"password": "/&x/'),
    check: 'sqoop',
    says: 'Access denied',
    brokenPart: 'grant reader',
  },
  {
    what: 'jobs whose reducers do not act as the account',
    host: 'm1',
    ...edited(`${CONFIG}/override.cfg`, 's/,HADOOP_USER_NAME=.*//'),
    check: 'streaming',
    says: 'the job ended with',
  },
  {
    what: 'reducers without the options of short clients',
    host: 'm1',
    ...edited(`${CONFIG}/override.cfg`, 's/,HADOOP_CLIENT_OPTS=.*//'),
    check: 'streaming',
    says: 'HADOOP_CLIENT_OPTS of a reducer on w1 lacks',
  },
  {
    what: 'a master without yarn',
    host: 'm1',
    ...moved('/usr/local/bin/yarn'),
    check: 'kill',
    says: 'was not killed',
  },
]

const report = (out: string): PipelineReport => JSON.parse(out) as PipelineReport

/** The requirements of the pipeline on a running cluster: m1 is the master, w1 the worker, ops the login. */
export function pipelineTests(place: { readonly lab: string; readonly file: string }): void {
  describe('the requirements of the pipeline', () => {
    it('are met, item by item, and the checks leave nothing', async () => {
      const { out } = await expectExit(0, ['pipeline', 'check', '--json', place.file])
      const { ok, checks } = report(out)
      expect(ok).toBe(true)
      expect(checks.map(({ name, status }) => `${name} ${status}`).sort()).toEqual([
        'cleanup pass',
        'credentials pass',
        'hdfs pass',
        'hive pass',
        'joins pass',
        'kill pass',
        'semaphores pass',
        'settings pass',
        'shell pass',
        'sqoop pass',
        'streaming pass',
        'trash pass',
        'worker w1 pass',
      ])
      const left = await onHost(
        place.lab,
        'm1',
        'ls /tmp | grep howdah-pipeline || :; runuser -u hadoop -- hadoop fs -ls -R /edx-analytics-pipeline /tmp/luigi 2>/dev/null | grep howdah_ || :',
      )
      expect(left).toBe('')
    })

    it.each(BREAKS)('report $what', async ({ host, script, undo, check, says, brokenPart }) => {
      await onHost(place.lab, host, script)
      try {
        const { out } = await expectExit(17, ['pipeline', 'check', '--json', '--only', check, place.file])
        const failed = report(out).checks.filter(({ status }) => status === 'fail')
        expect(failed.map(({ name }) => name)).toEqual(brokenPart ? [check, brokenPart] : [check])
        expect(failed[0]?.detail).toContain(says)
        expect(failed[0]?.next).not.toBe('')
      } finally {
        await onHost(place.lab, host, undo)
      }
    })

    it('are restored by a bootstrap, after which a plan has no steps', async () => {
      await onHost(place.lab, 'm1', `rm ${CONFIG}/override.cfg; echo return >/home/hadoop/.bashrc`)
      await onHost(place.lab, 'w1', 'rm /etc/luigi/client.cfg')
      await expectExit(0, ['bootstrap', '--yes', '--verify', 'none', place.file])
      expect((await planOf(place.file)).steps).toEqual([])
      await expectExit(0, ['pipeline', 'check', '--only', 'shell,settings,workers', place.file])
    })

    it('let the users that cluster.yml names act as the account, and as nobody else', async () => {
      const asBatch = (command: string) =>
        onHost(place.lab, 'm1', `runuser -u batch -- sh -c '${command} 2>&1' || echo refused`)
      await onHost(place.lab, 'm1', 'id batch >/dev/null 2>&1 || useradd -m batch')
      const named = await variant(place.file, 'sudoers', (spec) => {
        spec.pipeline = { ...(spec.pipeline as object), sudoers: ['ops', 'batch'] }
      })
      await expectExit(0, ['bootstrap', '--yes', '--verify', 'none', named])
      expect(await asBatch('sudo -n -Hu hadoop id -un')).toBe('hadoop')
      expect(await asBatch('sudo -n id -un')).toContain('refused')
      expect(await asBatch('sudo -n -u hdfs id -un')).toContain('refused')
      await expectExit(0, ['bootstrap', '--yes', '--verify', 'none', place.file])
      expect(await asBatch('sudo -n -Hu hadoop id -un')).toContain('refused')
      await onHost(place.lab, 'm1', 'userdel -r batch')
    })

    it('refuse a missing Python, before anything is changed', async () => {
      const old = await variant(place.file, 'python', (spec) => {
        spec.pipeline = { ...(spec.pipeline as object), python: { version: 2.7 } }
      })
      const { code, out, err } = await howdah(['plan', old])
      expect(code).toBe(13)
      expect(out + err).toContain('w1 has no Python 2.7 at /usr/bin/python2.7')
    })

    it('are not checked where cluster.yml has no pipeline', async () => {
      const none = await variant(place.file, 'no-pipeline', (spec) => {
        delete spec.pipeline
      })
      const { err } = await expectExit(10, ['pipeline', 'check', none])
      expect(err).toContain('PIPELINE_ABSENT')
    })
  })
}
