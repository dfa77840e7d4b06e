import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { JOB_SETS } from '../../../../provisioners/config/schedule/edx-workflows.ts'
import type { PipelineReport } from '../../../../provisioners/operations/pipeline/types.ts'
import type { JobRun } from '../../../../provisioners/operations/schedule/run.ts'
import { expectExit, onHost, variant } from '../../support.ts'
import type { Place } from './schedule.ts'

const PLACE = '/var/lib/analytics-tasks/automation'
const STAND_IN = fileURLToPath(new URL('../../../stand-ins/launch-task.py', import.meta.url))
const GEO = '/edx-analytics-pipeline/geo.dat'
const LOG = '/data/tracking/tracking.log-20260301-1772323200-daily.gz'
const COMMANDS = '/etc/howdah/schedule/commands'

/** Installs the stand-in in the place of remote-task, and puts the files that the jobs read into HDFS. */
const prepared = (): string => `set -e
mkdir -p ${PLACE}/repo ${PLACE}/venv/bin
echo 'PATH=${PLACE}/venv/bin:$PATH' >${PLACE}/venv/bin/activate
base64 -d >${PLACE}/venv/bin/launch-task <<'END'
${readFileSync(STAND_IN).toString('base64')}
END
chmod 0755 ${PLACE}/venv/bin/launch-task
cd /tmp
echo event >howdah-event
runuser -u hadoop -- hadoop fs -put -f howdah-event ${GEO}
runuser -u hdfs -- hadoop fs -put -f howdah-event ${LOG}
rm howdah-event
`

/** Each job of edX's daily set, started by its runner, on the cluster's HDFS, Hive and databases. */
export function dailyTests({ lab, file }: Place): void {
  describe('the daily set', () => {
    let path = ''
    beforeAll(async () => {
      await onHost(lab, 'm1', prepared())
      path = await variant(file, 'daily', (spec) => {
        const pipeline = spec.pipeline as object
        const overrides = { geolocation: { geolocation_data: `hdfs://m1:8020${GEO}` } }
        spec.pipeline = { ...pipeline, overrides }
        spec.schedule = { set: 'edx-daily', timeout: '15min', retry: { times: 0 } }
      })
      await expectExit(0, ['bootstrap', '--yes', '--verify', 'none', path])
    })
    afterAll(async () => {
      await onHost(
        lab,
        'm1',
        `rm -rf ${PLACE}; runuser -u hdfs -- hadoop fs -rm -r -skipTrash ${GEO} ${LOG} /edx-analytics-pipeline/answer-distribution`,
      )
      await expectExit(0, ['bootstrap', '--yes', '--verify', 'none', file])
    })

    it.each((JOB_SETS['edx-daily'] ?? []).map(({ name }) => name))(
      '%s runs, as it is rendered',
      async (name) => {
        const { out, err } = await expectExit(0, ['schedule', 'run', '--json', name, path])
        expect(JSON.parse(out) as JobRun).toMatchObject({ result: 'succeeded' })
        expect(err).toContain('options of clients: -XX:TieredStopAtLevel=1')
        expect(err).toContain(': done')
      },
    )

    it('names what its jobs lack, with the line', async () => {
      const { out } = await expectExit(0, ['validate', path])
      expect(out).toMatch(/daily\.yml:\d+:\d+: the job module-engagement lacks Elasticsearch/)
      expect(out).toMatch(/daily\.yml:\d+:\d+: the job answer-distribution lacks the manifest jar/)
      expect(out).not.toContain('the job location lacks')
    })

    const checked = async (code: number) => {
      const { out } = await expectExit(code, ['pipeline', 'check', '--json', '--only', 'jobs', path])
      return (JSON.parse(out) as PipelineReport).checks.find(({ name }) => name === 'jobs')
    }

    it('is checked: its jobs can read what they need', async () => {
      expect(await checked(0)).toMatchObject({ status: 'pass', detail: expect.stringContaining('6 jobs') })
    })

    it.each([
      [
        'credentials of another place',
        `sed -i 's#$# --credentials /edx/etc/output.json#' ${COMMANDS}/video`,
        'video',
      ],
      [
        'logs of another place',
        `sed -i 's#/data/tracking/#/logs/#' ${COMMANDS}/answer-distribution`,
        'answer-distribution',
      ],
    ])('is checked: %s is reported', async (_title, script, job) => {
      await onHost(lab, 'm1', `cp -p ${COMMANDS}/${job} /root/kept && ${script}`)
      try {
        const check = await checked(17)
        expect(check).toMatchObject({
          status: 'fail',
          detail: expect.stringMatching(`^${job}: .* is missing`),
        })
      } finally {
        await onHost(lab, 'm1', `cp -p /root/kept ${COMMANDS}/${job}`)
      }
    })
  })
}
