import { chmodSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import type { File, Resource } from '../../provisioners/engine/types.ts'
import { desire } from '../../provisioners/services/index.ts'
import { COMMANDS } from '../../provisioners/services/scheduler/names.ts'
import type { OwnedFiles } from '../../provisioners/services/scheduler/owned-files.ts'
import { contextOf } from './a-context.ts'

/** A temporary root with the files that are rendered for the master, so that the stand-in of the pipeline's launcher can run the jobs of a schedule: settings, credentials, commands of jobs, directories of HDFS. Hadoop and Hive are stand-ins too.
 */

const STAND_IN = fileURLToPath(new URL('../stand-ins/launch-task.py', import.meta.url))

/** HDFS as a directory below the root. The account cannot enter a directory with mode 0700. */
const HADOOP = `#!/bin/sh
shift
verb=$1; shift
tree() { printf '%s/hdfs%s' "$STAND_IN_ROOT" "$(printf '%s' "$1" | sed 's#^hdfs://m1:8020##')"; }
case $verb in
  -ls)
    shift
    at=$(tree "$1")
    [ -d "$at" ] || { echo "ls: \\\`$1': No such file or directory" >&2; exit 1; }
    closed=$(find "$at" -type d -perm 0700)
    find "$at" -type f | sed "s#^$STAND_IN_ROOT/hdfs#-rw-r----- 1 tracking hadoop 5 2026-03-01 10:00 hdfs://m1:8020#"
    [ -z "$closed" ] || { echo "ls: Permission denied: user=hadoop, inode=\\"$closed\\"" >&2; exit 1; } ;;
  -stat) [ -e "$(tree "$1")" ] || { echo "stat: \\\`$1': No such file or directory" >&2; exit 1; } ;;
  -mkdir) shift; case $1 in hdfs://m1:8020/edx-analytics-pipeline/*) mkdir -p "$(tree "$1")" ;; *) echo "Permission denied: $1" >&2; exit 1 ;; esac ;;
  -put) shift; cat >"$(tree "$1")" ;;
  *) echo "no $verb" >&2; exit 1 ;;
esac
`

/** A server that sends MySQL's greeting: a header of four bytes, then version 10 of the protocol. */
export async function greeter(): Promise<{ readonly port: number; readonly server: Server }> {
  const server = createServer((socket) => socket.end(Buffer.from([1, 0, 0, 0, 10])))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { port: (server.address() as { port: number }).port, server }
}

export interface Root {
  readonly dir: string
  /** Runs a job of the schedule as it is rendered, after the rendered ~/.bashrc. */
  run(job: string): Promise<{ readonly exit: number; readonly said: string }>
  /** A file or directory of HDFS. */
  put(path: string, mode?: number): void
}

const isFile = (resource: Resource): resource is File => resource.type === 'file'

/** Makes the root for a cluster.yml; `port` is the port of its databases. */
export function layRoot(text: string, port: number): Root {
  const dir = mkdtempSync(join(tmpdir(), 'howdah-launcher-'))
  const resources = desire(contextOf(text)).m1 ?? []
  const write = (path: string, content: string, mode = 0o644): void => {
    mkdirSync(dirname(join(dir, path)), { recursive: true })
    writeFileSync(join(dir, path), content, { mode })
  }
  /** Replaces paths in files by those below the root. */
  const moved = (content: string): string =>
    content
      .replaceAll(/(?<!\S)\/(?=etc\/|var\/lib\/analytics-tasks)/g, `${dir}/`)
      .replaceAll('/usr/local/bin', `${dir}/bin`)
      .replaceAll('"host": "rs"', '"host": "127.0.0.1"')
      .replaceAll('"host": "lms"', '"host": "127.0.0.1"')
      .replaceAll('"port": 3306', `"port": ${port}`)
  for (const file of resources.filter(isFile)) {
    if (/^\/etc\/(luigi|edx-analytics-pipeline)\//.test(file.path)) write(file.path, moved(file.content))
  }
  const shell = resources.find(({ id }) => id === 'file:/home/hadoop/.bashrc') as unknown as File
  write('/home/hadoop/.bashrc', moved(shell.content).replaceAll(':-/etc/', `:-${dir}/etc/`))
  const { set } = resources.find(({ id }) => id === `files:${COMMANDS}`) as OwnedFiles
  for (const { name, content } of set.files) write(`${COMMANDS}/${name}`, moved(content))
  const put = (path: string, mode?: number): void => {
    if (path.endsWith('/')) {
      mkdirSync(join(dir, 'hdfs', path), { recursive: true })
      if (mode !== undefined) chmodSync(join(dir, 'hdfs', path), mode)
    } else write(`hdfs${path}`, 'event')
  }
  for (const { id } of resources.filter(({ type }) => type === 'x-hdfs-directory'))
    put(`${id.slice('hdfs-directory:'.length)}/`)
  write('/bin/hadoop', HADOOP, 0o755)
  write('/bin/hive', '#!/bin/sh\necho OK >&2\n', 0o755)
  const place = '/var/lib/analytics-tasks/automation'
  write(`${place}/repo/README`, '')
  write(`${place}/venv/bin/activate`, `PATH=${dir}${place}/venv/bin:$PATH\n`)
  write(`${place}/venv/bin/launch-task`, `#!/bin/sh\nexec python3 ${STAND_IN} "$@"\n`, 0o755)
  const run = async (job: string) => {
    const script = '. "$HOME/.bashrc"; . "$1"'
    const { exitCode, all } = await execa('bash', ['-c', script, job, `${dir}${COMMANDS}/${job}`], {
      reject: false,
      all: true,
      stdin: 'ignore',
      timeout: 30_000,
      extendEnv: false,
      env: {
        PATH: process.env.PATH ?? '',
        HOME: `${dir}/home/hadoop`,
        STAND_IN_ROOT: dir,
        STAND_IN_PORT: String(port),
      },
    })
    return { exit: exitCode ?? -1, said: all ?? '' }
  }
  return { dir, run, put }
}
