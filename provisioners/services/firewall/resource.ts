import { placeFile } from '../../engine/fragments.ts'
import { sha256 } from '../../engine/hash.ts'
import { attributeChanges, isThere } from '../../engine/resources/attributes.ts'
import { removes } from '../../engine/resources/leave.ts'
import type { Change, ResourceBase, ResourceType, State } from '../../engine/types.ts'
import { RULES, UNIT_FILE } from './names.ts'
import { LOADED, PROBE, REMOVE, SITUATION, START } from './scripts.ts'

/**
 * The rules of one host, loaded now and at each boot. One resource has all of it, because it stays as a whole where
 * another program manages the firewall.
 */
export interface FirewallRules extends ResourceBase {
  readonly type: 'x-firewall'
  /** The rules, and the unit that loads them. */
  readonly rules: string
  readonly unit: string
  /** True when cluster.yml says `managed`: another manager is then a refusal, not a warning. */
  readonly required: boolean
  /** The ports, for the warning where no rules are added: "8020, 9870". */
  readonly ports: string
}

const FILE = { owner: 'root', group: 'root', mode: '0644' } as const

/** Why this host gets no rules; undefined where it gets them. */
function whyNot({ manager = 'none', kernel }: State): string | undefined {
  if (manager !== 'none') return `${manager} manages the firewall of this host`
  return kernel === 'no'
    ? 'the kernel of this host has no nf_tables, or does not let this host use it'
    : undefined
}

/** Text that a host prints when it gets no rules. */
const LEFT = 'no rules are added'

function diff(f: FirewallRules, state: State): Change | undefined {
  const why = whyNot(state)
  if (why !== undefined && !f.required) {
    const ours = state.loaded !== undefined && state.loaded !== 'no'
    return ours ? { action: 'remove', reason: why } : undefined
  }
  const shown = { content: f.rules }
  if (!isThere(state)) return { action: 'create', reason: 'not there', before: '', ...shown }
  if (state.sha256 !== sha256(f.rules)) return { action: 'update', reason: 'content', ...shown }
  const others = [
    ...attributeChanges(FILE, state),
    ...(state.unit === sha256(f.unit) ? [] : ['unit']),
    ...(state.enabled === 'enabled' ? [] : ['not loaded at boot']),
  ]
  if (others.length > 0) return { action: 'update', reason: others.join(', ') }
  if (state.loaded === state.sha256) return undefined
  return {
    action: 'start',
    reason: state.loaded === 'no' ? 'not loaded' : 'the rules of the kernel are others',
  }
}

function apply(f: FirewallRules, change: Change): string {
  if (change.action === 'remove') return REMOVE
  const stop = f.required ? 'exit 1' : 'exit 0'
  return [
    SITUATION,
    `if [ "$manager" != none ]; then echo "$manager manages the firewall of this host: ${LEFT}"; ${stop}; fi`,
    `if [ "$kernel" != yes ]; then echo "the kernel has no nf_tables, or nft may not use it: ${LEFT}"; ${stop}; fi`,
    placeFile({ path: RULES, content: f.rules, ...FILE, validate: 'nft -c -f {}' }),
    placeFile({ path: UNIT_FILE, content: f.unit, ...FILE }),
    START,
    LOADED,
    `[ "$loaded" = ${sha256(f.rules)} ] || howdah_die "the table of the kernel is not the one of ${RULES}: $loaded"`,
  ].join('\n')
}

/** The firewall of a host: its rules, the unit that loads them, and what the kernel has. */
export const firewallRules: ResourceType<FirewallRules> = {
  type: 'x-firewall',
  title: () => 'firewall',
  paths: () => [{ path: RULES }, { path: UNIT_FILE, key: 'unit' }],
  probe: () => PROBE,
  contentPath: () => RULES,
  diff,
  refusals(f, state) {
    const why = whyNot(state)
    if (why === undefined || !f.required) return []
    return [
      {
        message: `${why}, and cluster.yml has \`firewall: managed\``,
        found: state.manager === 'none' ? 'kernel=no' : `manager=${state.manager}`,
        next: `remove \`firewall\` from cluster.yml, and close these ports to others there: TCP ${f.ports}`,
      },
    ]
  },
  warning(f, state) {
    const why = whyNot(state)
    if (why === undefined || f.required) return undefined
    return `${why}, so Howdah adds no rules; only the hosts of the cluster and \`access\` must reach TCP ${f.ports} (docs/security.md)`
  },
  seconds: () => 120,
  apply,
  record: () => ({ path: RULES }),
  remove: () => removes('firewall', REMOVE),
}
