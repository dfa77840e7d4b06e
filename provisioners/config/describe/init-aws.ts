import type { Deployment } from '../infrastructure/types.ts'
import { about, head } from './init-texts.ts'

interface Part {
  readonly path: string
  /** The lines below `aws`, without their indentation. */
  readonly lines: readonly string[]
  /** Deployments that it belongs to; without it, all. */
  readonly of?: readonly Deployment[]
  /** Deployments that need it, so it is not a comment there. */
  readonly needed?: readonly Deployment[]
}

const LARGE = ['large-emr', 'large-hadoop'] as const
const EMR = ['small-emr', 'large-emr'] as const

const PARTS: readonly Part[] = [
  {
    path: 'api',
    of: LARGE,
    needed: LARGE,
    lines: ['api: {domain: api.example.org, hostedZone: example.org}'],
  },
  {
    path: 'insights',
    of: LARGE,
    needed: LARGE,
    lines: ['insights: {domain: insights.example.org, hostedZone: example.org}'],
  },
  // Without a key, `howdah bootstrap` has no way onto the hosts that it installs.
  {
    path: 'keyPair',
    needed: ['large-hadoop', 'single-server'],
    lines: ['keyPair: {publicKeyFile: ~/.ssh/id_ed25519.pub}'],
  },
  { path: 'operators', lines: ['operators: [203.0.113.7/32]'] },
  { path: 'zones', lines: ['zones: [eu-west-1a, eu-west-1b]'] },
  { path: 'tags', lines: ['tags: {Project: analytics}'] },
  {
    path: 'network',
    lines: [
      'network:',
      '  cidr: 10.20.0.0/16',
      '  lms: {peering: {vpc: vpc-0123456789abcdef0, cidr: 10.40.0.0/16}}',
    ],
  },
  {
    path: 'buckets',
    lines: [
      'buckets:',
      '  logs: {name: example-org-insights-logs}',
      '  configuration: {name: example-org-insights-config}',
    ],
  },
  { path: 'state', lines: ['state: {bucket: example-org-insights-state}'] },
  {
    path: 'emr',
    of: ['small-emr'],
    lines: [
      'emr:',
      '  release: emr-7.13.0',
      '  master: {type: m5.2xlarge}',
      '  core: {type: m5.xlarge, count: 1}',
    ],
  },
  {
    path: 'emr',
    of: ['large-emr'],
    lines: ['emr:', '  release: emr-7.13.0', '  fleets: {core: {onDemand: 2}, task: {spot: 8}}'],
  },
  { path: 'emr.sqoop', of: EMR, lines: [] },
  { path: 'fleet', of: ['large-hadoop'], lines: ['fleet: {workers: {count: 3, type: m7i.xlarge}}'] },
  { path: 'server', of: ['single-server'], lines: ['server: {type: m7i.2xlarge}'] },
  { path: 'resultStore', of: LARGE, lines: ['resultStore: {storage: 100}'] },
  { path: 'scheduler', of: LARGE, lines: ['scheduler: {type: m7i.large}'] },
]

/** A cluster.yml with the infrastructure of a deployment: valid, with every optional part as a comment. */
export function initInfrastructure(name: string, deployment: Deployment): string {
  const parts = PARTS.filter(({ of }) => of === undefined || of.includes(deployment))
  return [
    ...head(name),
    ...about('aws'),
    'aws:',
    ...indented(about('aws', 'deployment')),
    `  deployment: ${deployment}`,
    ...indented(about('aws', 'region')),
    '  region: eu-west-1',
    ...parts.flatMap(({ path, lines, needed }) => {
      const written = needed?.includes(deployment) ? lines : lines.map((line) => `# ${line}`)
      return ['', ...indented([...about('aws', ...path.split('.')), ...written])]
    }),
    '',
  ].join('\n')
}

const indented = (lines: readonly string[]): readonly string[] => lines.map((line) => `  ${line}`)
