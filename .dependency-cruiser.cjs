// The doors between the rooms (ARCHITECTURE.md): what a room may touch, enforced.
const kernel = '^provisioners/(errors|secret|events|shell)\\.ts$'
const room = (from, ...mayTouch) => ({
  name: `door-of-${from.replaceAll('/', '-')}`,
  severity: 'error',
  from: { path: `^${from}/` },
  to: { path: '^(cli|stacks|hadoop-templates|provisioners|lab|test)/', pathNot: [`^${from}/`, kernel, ...mayTouch.map((r) => `^${r}/`)] },
})
module.exports = {
  forbidden: [
    room('stacks', 'provisioners/spec'),
    room('hadoop-templates'),
    room('provisioners/spec'),
    room('provisioners/emr', 'provisioners/spec'),
    room('provisioners/components', 'provisioners/spec', 'hadoop-templates', 'provisioners/engine', 'provisioners/artifacts', 'provisioners/keys'),
    room('provisioners/engine', 'provisioners/transport'),
    room('provisioners/transport'),
    room('provisioners/artifacts', 'provisioners/transport'),
    room('provisioners/keys', 'provisioners/spec', 'provisioners/artifacts'),
    room('provisioners/operations', 'provisioners', 'hadoop-templates'),
    room('lab', 'provisioners/artifacts', 'provisioners/transport', 'provisioners/spec'),
    room('cli', 'provisioners', 'stacks', 'lab'),
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } } },
  ],
  options: { doNotFollow: { path: 'node_modules' }, tsPreCompilationDeps: true, tsConfig: { fileName: 'tsconfig.json' } },
}
