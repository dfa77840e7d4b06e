// The doors between the rooms (ARCHITECTURE.md): what a room may touch, enforced.
const kernel = '^provisioners/(errors|secret|events|shell|files)\\.ts$'
const room = (from, ...mayTouch) => ({
  name: `door-of-${from.replaceAll('/', '-')}`,
  severity: 'error',
  from: { path: `^${from}/` },
  to: { path: '^(cli|stacks|hadoop-templates|provisioners|lab|test)/', pathNot: [`^${from}/`, kernel, ...mayTouch.map((r) => `^${r}/`)] },
})
module.exports = {
  forbidden: [
    room('stacks', 'provisioners/config', 'provisioners/catalog'),
    room('hadoop-templates'),
    room('provisioners/error-codes'),
    room('provisioners/catalog'),
    room('provisioners/config', 'provisioners/catalog'),
    room('provisioners/emr', 'provisioners/config'),
    room('provisioners/mysql', 'provisioners/config', 'provisioners/engine'),
    room(
      'provisioners/services',
      ...['catalog', 'config', 'engine', 'artifacts', 'keys', 'mysql'].map((name) => `provisioners/${name}`),
      'hadoop-templates',
    ),
    room('provisioners/engine', 'provisioners/transport'),
    room('provisioners/transport'),
    room('provisioners/artifacts', 'provisioners/catalog', 'provisioners/transport'),
    room('provisioners/keys', 'provisioners/config', 'provisioners/artifacts'),
    room(
      'provisioners/runtime',
      ...['catalog', 'config', 'services', 'engine', 'artifacts', 'keys', 'mysql', 'transport'].map((name) => `provisioners/${name}`),
    ),
    room('provisioners/operations', 'provisioners', 'hadoop-templates'),
    room('lab', 'provisioners/artifacts', 'provisioners/transport', 'provisioners/config'),
    room('cli', 'provisioners', 'stacks', 'lab'),
    {
      name: 'one-door-to-cdktf',
      comment: 'stacks/tf.ts alone imports CDKTF, so that a move to its successor is one file',
      severity: 'error',
      from: { pathNot: ['^stacks/tf\\.ts$', '^test/', '^node_modules/'] },
      to: { path: '^node_modules/(cdktf|constructs|@cdktf/[^/]+)/' },
    },
    {
      name: 'no-barrel-of-the-bindings',
      comment: 'the barrel costs 4 seconds and 0.6 GB; import the resource: lib/<resource>/index.js',
      severity: 'error',
      from: { pathNot: '^node_modules/' },
      to: { path: '^node_modules/@cdktf/provider-aws/lib/(lazy-)?index\\.(js|d\\.ts)$' },
    },
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } } },
  ],
  options: { doNotFollow: { path: 'node_modules' }, tsPreCompilationDeps: true, tsConfig: { fileName: 'tsconfig.json' } },
}
