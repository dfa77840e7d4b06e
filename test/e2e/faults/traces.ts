import { SERVED_HOSTS } from '../served.ts'
import { onHost } from '../support.ts'

/**
 * Prints what a run leaves on a host: files with their hashes and owners, accounts, units and whether they run, records,
 * and the identity of HDFS. A stray file of a killed run differs. So does a second format, which changes the times and the
 * id in VERSION. What two unbroken runs of one cluster differ in is left out.
 */
const TRACES = `
  set -u
  files='/etc/hadoop /etc/hive /etc/sqoop /etc/howdah /etc/sudoers.d /usr/local/lib/howdah /usr/local/bin'
  find $files -printf '%y %m %u:%g %p %l\\n' 2>/dev/null | LC_ALL=C sort
  find $files -type f -exec sha256sum {} + 2>/dev/null | LC_ALL=C sort -k 2
  find /opt /data /var/lib/howdah -maxdepth 2 -printf '%y %m %u:%g %p\\n' 2>/dev/null | LC_ALL=C sort
  getent passwd | cut -d: -f1,6,7 | LC_ALL=C sort
  LC_ALL=C sort /var/lib/howdah/resources
  for unit in $(ls /etc/systemd/system | grep -E '^(hdfs|yarn|mapred|hive|howdah)-.*\\.service$'); do
    echo "$unit $(sha256sum </etc/systemd/system/$unit) $(systemctl is-enabled $unit) $(systemctl is-active $unit)"
  done
  cat $(find /data -path '*/current/VERSION' 2>/dev/null | LC_ALL=C sort) /dev/null | grep -v '^#'
  ls /run/howdah 2>/dev/null | grep -E '^(apply|stop)' || :
  ls -d /run/howdah-* 2>/dev/null || :
`

export type Traces = Readonly<Record<string, string>>

/** What all hosts of the lab have, by host. */
export async function traces(lab: string): Promise<Traces> {
  const texts = await Promise.all(SERVED_HOSTS.map((host) => onHost(lab, host, TRACES)))
  return Object.fromEntries(SERVED_HOSTS.map((host, i) => [host, texts[i] ?? '']))
}
