import { describe, expect, it } from 'vitest'
import { BASE, problemsOf } from './support.ts'

/** Bad text → "code line:column" of each error in the order of the file, and words of the first one's message. */
const cases: readonly (readonly [
  title: string,
  text: string,
  codes: readonly string[],
  said: RegExp,
  next?: RegExp,
])[] = [
  ['an empty file', '', ['SPEC_WRONG_TYPE 1:1'], /the file is empty.*a map of keys/],
  ['a list', '- a\n', ['SPEC_WRONG_TYPE 1:1'], /the file is a list/],
  ['a bracket left open', 'name: x\nhosts: [a, b\n', ['SPEC_SYNTAX 3:1'], /YAML/, /close the bracket/],
  ['a tab', 'name: x\nssh:\n\tuser: a\n', ['SPEC_SYNTAX 3:1'], /[Tt]ab/, /spaces/],
  ['two documents', `${BASE}---\nname: y\n`, ['SPEC_SYNTAX 5:1'], /documents/, /one document/],
  [
    'a key twice',
    `${BASE}name: other\n`,
    ['SPEC_DUPLICATE_KEY 5:1'],
    /name is written twice.*cluster\.yml:1:1/,
  ],
  ['an alias of nothing', `${BASE}ssh: *none\n`, ['SPEC_SYNTAX 5:6'], /no anchor/, /quote/],
  [
    'an unknown key',
    `${BASE}shs: {user: a}\n`,
    ['SPEC_UNKNOWN_KEY 5:1'],
    /shs is not a key/,
    /did you mean ssh\?/,
  ],
  [
    'a key of another section',
    `${BASE}replication: 2\n`,
    ['SPEC_UNKNOWN_KEY 5:1'],
    /replication/,
    /hdfs\.replication/,
  ],
  [
    'an unknown nested key',
    `${BASE}ssh:\n  hostkeys: strict\n`,
    ['SPEC_UNKNOWN_KEY 6:3'],
    /ssh\.hostkeys/,
    /hostKeys/,
  ],
  [
    'an unknown value',
    `${BASE}ssh: {hostKeys: stric}\n`,
    ['SPEC_INVALID_VALUE 5:17'],
    /"stric".*strict, accept-new/,
    /strict\?/,
  ],
  [
    'a wrong type',
    `${BASE}ssh: {port: '22'}\n`,
    ['SPEC_WRONG_TYPE 5:13'],
    /ssh\.port is "22"; that should be a whole number/,
  ],
  ['a port out of range', `${BASE}ssh: {port: 70000}\n`, ['SPEC_INVALID_VALUE 5:13'], /70000.*1 to 65535/],
  [
    'a version cut short',
    `${BASE}versions: {hadoop: 2.10}\n`,
    ['SPEC_INVALID_VALUE 5:20'],
    /"2\.10".*three numbers/,
  ],
  [
    'a name with an underscore',
    BASE.replace('insights', 'edx_insights'),
    ['SPEC_INVALID_VALUE 1:7'],
    /underscore/,
  ],
  ['no hosts', 'name: x\nhosts: []\n', ['SPEC_INVALID_VALUE 2:8'], /one host or more/],
  [
    'no name',
    BASE.replace('name: insights', '$schema: ./s.json'),
    ['SPEC_MISSING_KEY 1:1'],
    /name is missing/,
    /add name/,
  ],
  [
    'an unknown role',
    BASE.replace('[worker]', '[wroker]'),
    ['SPEC_INVALID_VALUE 4:57'],
    /"wroker"/,
    /worker\?/,
  ],
  [
    'a worker without an address',
    BASE.replace(", address: '10.0.0.[21-23]'", ''),
    ['SPEC_MISSING_KEY 4:5'],
    /hosts\[1\]\.address is missing/,
  ],
  [
    'memory without a unit',
    `${BASE}  - {name: x, address: 10.0.0.9, roles: [client], memory: 8GB}\n`,
    ['SPEC_INVALID_VALUE 5:59'],
    /"8GB".*8GiB/,
  ],
  [
    'a range of other length',
    BASE.replace('21-23', '21-24'),
    ['SPEC_RANGE_MISMATCH 4:31'],
    /3 hosts.*4 addresses/,
    /as many/,
  ],
  [
    'a range of names with one address',
    BASE.replace('[21-23]', '21'),
    ['SPEC_RANGE_MISMATCH 4:31'],
    /1 address/,
    /10\.0\.0\.\[21-23\]/,
  ],
  ['a range backwards', BASE.replace('w[1-3]', 'w[3-1]'), ['SPEC_BAD_RANGE 4:12'], /runs backwards/],
  [
    'a host with an underscore',
    BASE.replace('name: m1', 'name: m_1'),
    ['SPEC_BAD_HOST_NAME 3:12'],
    /underscore/,
    /write m-1/,
  ],
  [
    'a host with capitals',
    BASE.replace('name: m1', 'name: M1'),
    ['SPEC_BAD_HOST_NAME 3:12'],
    /capital/,
    /write m1/,
  ],
  [
    'a full name as name',
    BASE.replace('name: m1', 'name: m1.example.org'),
    ['SPEC_BAD_HOST_NAME 3:12'],
    /dot/,
    /short name m1/,
  ],
  [
    'an address that is none',
    BASE.replace('10.0.0.11', '10.0.0.311'),
    ['SPEC_BAD_ADDRESS 3:25'],
    /"10\.0\.0\.311" of m1/,
  ],
  ['an address of IPv6', BASE.replace('10.0.0.11', "'fd00::1'"), ['SPEC_BAD_ADDRESS 3:25'], /IPv6/],
  [
    'a loopback address',
    BASE.replace('10.0.0.11', '127.0.1.1'),
    ['SPEC_BAD_ADDRESS 3:25'],
    /loopback/,
    /hostname -I/,
  ],
  [
    'a name twice',
    `${BASE}  - {name: w2, address: 10.0.0.9, roles: [client]}\n`,
    ['SPEC_DUPLICATE_HOST 5:12'],
    /w2 is taken.*:4:12/,
  ],
  [
    'an address twice',
    `${BASE}  - {name: x, address: 10.0.0.22, roles: [client]}\n`,
    ['SPEC_DUPLICATE_ADDRESS 5:24'],
    /10\.0\.0\.22 of x.*of w2.*:4:31/,
  ],
  [
    'two masters',
    `${BASE}  - {name: m2, address: 10.0.0.12, roles: [master]}\n`,
    ['SPEC_TWO_MASTERS 5:44'],
    /m1 \(.*:3:44\) and m2 \(.*:5:44\)/,
    /from m2/,
  ],
  [
    'two NameNodes',
    `${BASE}  - {name: a, address: 10.0.0.1, roles: [namenode]}\n  - {name: b, address: 10.0.0.2, roles: [namenode]}\n`,
    ['SPEC_TWO_HOLDERS 6:42'],
    /one namenode.*a \(.*:5:42\) and b \(.*:6:42\)/,
  ],
  [
    'a role twice',
    BASE.replace('[worker]', '[worker, worker]'),
    ['SPEC_DUPLICATE_ROLE 4:65'],
    /worker twice/,
  ],
  [
    'no master',
    BASE.replace('master', 'client'),
    ['SPEC_MISSING_ROLE 2:1'],
    /no host is the master/,
    /roles: \[master\]/,
  ],
  ['no worker', BASE.replace('worker', 'client'), ['SPEC_MISSING_ROLE 2:1'], /no host is a worker/],
  ['no DataNode', BASE.replace('worker', 'nodemanager'), ['SPEC_MISSING_ROLE 2:1'], /no host is a datanode/],
  [
    'more copies than DataNodes',
    `${BASE}hdfs: {replication: 4}\n`,
    ['SPEC_REPLICATION 5:21'],
    /4.*3 DataNodes/,
    /write 3/,
  ],
  [
    'data in the metadata',
    `${BASE}  - {name: n, address: 10.0.0.1, roles: [namenode, datanode], dataDirs: [/data/nn/x]}\n`,
    ['SPEC_DIRECTORIES_CLASH 5:74'],
    /in one another on n/,
  ],
  [
    'a data directory twice',
    BASE.replace('[worker]', '[worker], dataDirs: [/d, /d/]'),
    ['SPEC_DIRECTORIES_CLASH 4:81'],
    /both data and data/,
  ],
  [
    'a relative data directory',
    BASE.replace('[worker]', '[worker], dataDirs: [data]'),
    ['SPEC_INVALID_VALUE 4:77'],
    /absolute path/,
  ],
  [
    'a store on no host',
    `${BASE}resultStore: {database: reports}\n`,
    ['SPEC_NO_SERVER 5:1'],
    /no server/,
    /role result-store/,
  ],
  [
    'a store on an unknown host',
    `${BASE}resultStore: {host: w9}\n`,
    ['SPEC_UNKNOWN_HOST 5:21'],
    /"w9"/,
    /did you mean w1\?/,
  ],
  [
    'a store in two places',
    `${BASE}  - {name: r, address: 10.0.0.9, roles: [result-store]}\nresultStore: {host: w1}\n`,
    ['SPEC_TWO_HOLDERS 6:21'],
    /one result-store.*r \(.*:5:42\) and w1/,
  ],
  [
    'a store on a host and outside',
    `${BASE}metastore:\n  host: m1\n  external: {address: db, admin: {user: root, password: {stdin: true}}}\n`,
    ['SPEC_TWO_HOLDERS 7:3'],
    /both on the host m1 and external/,
  ],
  [
    'two servers on one host',
    `${BASE}metastore: {flavor: mysql}\nlms: {host: m1, flavor: mariadb}\n`,
    ['SPEC_TWO_FLAVORS 6:25'],
    /mysql for metastore and mariadb for lms/,
  ],
  [
    'two ports on one host',
    `${BASE}lms: {host: m1, port: 3307}\n`,
    ['SPEC_TWO_PORTS 5:23'],
    /port 3306.*port 3307/,
  ],
  [
    'one account for both',
    `${BASE}resultStore: {host: m1, api: {user: pipeline}}\n`,
    ['SPEC_SAME_ACCOUNT 5:37'],
    /reader could write/,
  ],
  [
    'a secret found twice',
    `${BASE}metastore: {password: {file: a, env: B}}\n`,
    ['SPEC_SECRET_WAYS 5:23'],
    /2 places \(file, env\)/,
  ],
  ['a secret found nowhere', `${BASE}metastore: {password: {}}\n`, ['SPEC_SECRET_WAYS 5:23'], /no place/],
  [
    'two secrets from stdin',
    `${BASE}ssh: {password: {stdin: true}, sudoPassword: {stdin: true}}\n`,
    ['SPEC_STDIN_TWICE 5:46'],
    /ssh\.password .*:5:17/,
  ],
  [
    'a made-up password of a login',
    `${BASE}ssh: {password: {generate: true}}\n`,
    ['SPEC_UNKNOWN_KEY 5:18'],
    /ssh\.password\.generate/,
  ],
  [
    'a tarball without a checksum',
    `${BASE}java: {jdks: {8: {tarball: a.tgz}}}\n`,
    ['SPEC_JDK_CHECKSUM 5:28'],
    /no checksum/,
    /sha256sum a\.tgz/,
  ],
  [
    'a JDK from two places',
    `${BASE}java: {jdks: {8: {path: /x, package: y}}}\n`,
    ['SPEC_JDK_WAYS 5:18'],
    /package and path/,
  ],
  [
    'a package of unknown home',
    `${BASE}java: {jdks: {8: {package: my-jdk}}}\n`,
    ['SPEC_JDK_HOME 5:28'],
    /my-jdk/,
    /dpkg -L my-jdk/,
  ],
  ['an unknown JDK', `${BASE}java: {hadoop: 9}\n`, ['SPEC_INVALID_VALUE 5:16'], /8, 11, 17/],
  [
    'files without their provider',
    `${BASE}artifacts: {mirrors: ['http://x'], provider: maven}\n`,
    ['SPEC_KEY_NOT_USED 5:13'],
    /provider: mirror/,
  ],
  [
    'a file that is not named',
    `${BASE}artifacts: {provider: file, files: {hadoop: {url: h.tgz, sha256: ${'a'.repeat(64)}}, hive: {url: h.tgz, sha256: ${'b'.repeat(64)}}}}\n`,
    ['SPEC_MISSING_KEY 5:36'],
    /sqoop is missing/,
  ],
  ['this machine as four', `${BASE}ssh: {transport: local}\n`, ['SPEC_LOCAL_MANY 5:18'], /there are 4 hosts/],
  [
    'an old property',
    `${BASE}properties:\n  core-site:\n    fs.default.name: hdfs://x\n`,
    ['SPEC_DEPRECATED_PROPERTY 7:5'],
    /it is fs\.defaultFS now/,
    /hosts\.roles/,
  ],
  [
    'an old property with a new name',
    `${BASE}properties:\n  hdfs-site: {dfs.block.size: 1}\n`,
    ['SPEC_DEPRECATED_PROPERTY 6:15'],
    /dfs\.blocksize now/,
    /write dfs\.blocksize/,
  ],
  [
    'a property of Hadoop 1',
    `${BASE}properties:\n  mapred-site: {mapred.job.tracker: x}\n`,
    ['SPEC_DEPRECATED_PROPERTY 6:17'],
    /nobody reads it/,
    /remove/,
  ],
  [
    'a property that follows',
    `${BASE}properties:\n  hdfs-site: {dfs.replication: 1}\n`,
    ['SPEC_RESERVED_PROPERTY 6:15'],
    /follows from hdfs\.replication/,
  ],
  [
    'an unknown file of properties',
    `${BASE}properties:\n  hdfs-sit: {a: 1}\n`,
    ['SPEC_UNKNOWN_KEY 6:3'],
    /hdfs-sit/,
    /hdfs-site/,
  ],
  [
    'a list as a property',
    `${BASE}properties:\n  hdfs-site: {a: [1]}\n`,
    ['SPEC_INVALID_VALUE 6:18'],
    /text, a number/,
  ],
]

describe('a spec that is wrong', () => {
  it.each(cases.map((one) => ({ title: one[0], one })))('$title', ({ one }) => {
    const [, text, codes, said, next] = one
    const found = problemsOf(text)
    expect(found.codes).toEqual(codes)
    const first = found.errors.find(({ details }) => details.code === codes[0]?.split(' ')[0])
    expect(first?.message).toMatch(said)
    if (next !== undefined) expect(first?.details.next).toMatch(next)
    for (const error of found.errors) expect(error.exitCode).toBe(10)
  })

  it('says everything at once, in the order of the file', () => {
    const text = `name: a_b
nmae: x
hosts:
  - {name: m1, address: 10.0.0.1, roles: [master]}
  - {name: m2, address: 10.0.0.1, roles: [master]}
  - {name: w_1, address: 10.0.0.3, roles: [worker]}
ssh: {hostKeys: no}
java: {hive: 17}
hdfs: {replication: 3}
`
    expect(problemsOf(text).codes).toEqual([
      'SPEC_INVALID_VALUE 1:7',
      'SPEC_UNKNOWN_KEY 2:1',
      'SPEC_DUPLICATE_ADDRESS 5:25',
      'SPEC_TWO_MASTERS 5:43',
      'SPEC_BAD_HOST_NAME 6:12',
      'SPEC_INVALID_VALUE 7:17',
      'SPEC_VERSION_PAIR 8:14',
      'SPEC_REPLICATION 9:21',
    ])
  })

  it('does not add what only follows from an error', () => {
    const text = BASE.replace('[worker]', '[wrker]').concat('hdfs: {replication: two}\n')
    expect(problemsOf(text).codes).toEqual(['SPEC_INVALID_VALUE 4:57', 'SPEC_WRONG_TYPE 5:21'])
  })
})

describe('a password in the file', () => {
  const places = [
    'ssh: {password: hunter22}',
    'ssh: {password: {value: hunter22}}',
    'ssh: {password: [hunter22]}',
    "ssh: {password: {env: 'hunter22!'}}",
    'ssh: {sudoPassword: *hunter22}',
    'ssh: {password: "hunter22}',
    'ssh: {password: hunter22: b}',
    'ssh: {password: {file: [hunter22]}}',
    'ssh:\n  password: "a" hunter22',
    'ssh: {password: !h!hunter22 x}',
    'metastore: {password: hunter22}',
    'metastore: {password: {generate: hunter22}}',
    'metastore: {passwd: hunter22}',
    'password: hunter22',
    'resultStore: {host: m1, api: {password: hunter22}, pipeline: hunter22}',
    'lms: {external: {address: db, admin: {user: root, password: hunter22}}}',
    'properties: {hive-site: {javax.jdo.option.ConnectionPassword: hunter22}}',
    'properties: {core-site: {fs.s3a.secret.key: hunter22}}',
    'properties: {core-site: {fs.s3a.secret.key: [hunter22]}}',
  ]
  it.each(places)('%s is refused and not repeated', (line) => {
    const { errors } = problemsOf(`${BASE}${line}\n`)
    expect(errors.length).toBeGreaterThan(0)
    const said = JSON.stringify(
      errors.map((error) => [error.details, error.message, error.stack, String(error.cause)]),
    )
    expect(said).not.toContain('hunter22')
  })

  it('is answered with the way out', () => {
    const [error] = problemsOf(`${BASE}ssh: {password: hunter22}\n`).errors
    expect(error?.code).toBe('SPEC_PLAIN_PASSWORD')
    expect(error?.details.where).toBe('/srv/site/cluster.yml:5:17')
    expect(error?.details.expected).toBe('where the secret is: {file: path}, {env: NAME} or {stdin: true}')
    expect(error?.details.next).toContain('mode 0600')
  })

  it('may be a file name or a path of properties', () => {
    const name = 'hadoop.security.credstore.java-keystore-provider.password-file'
    expect(problemsOf(`${BASE}properties: {core-site: {${name}: /etc/x}}\n`).codes).toEqual([])
  })
})
