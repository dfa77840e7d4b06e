/** A diagram of a deployment as data: boxes in groups, and arrows between them. */
export interface Diagram {
  readonly title: string
  readonly groups: readonly DiagramGroup[]
  readonly nodes: readonly DiagramNode[]
  readonly edges: readonly DiagramEdge[]
}

export type GroupKind = 'region' | 'vpc' | 'public' | 'private' | 'cluster'

export interface DiagramGroup {
  readonly id: string
  readonly kind: GroupKind
  readonly title: string
  /** Id of the enclosing group; absent: the diagram itself. */
  readonly parent?: string
}

export type NodeKind = 'users' | 'compute' | 'balancer' | 'database' | 'network' | 'storage' | 'security'

export interface DiagramNode {
  readonly id: string
  readonly kind: NodeKind
  readonly title: string
  /** Further lines: instance type, engine, zones. */
  readonly lines: readonly string[]
  readonly parent?: string
  /** Terraform's addresses of the parts of the box; empty for users and outsiders. */
  readonly addresses: readonly string[]
}

/** `from` and `to` name nodes, or groups where every member has the same arrow. */
export interface DiagramEdge {
  readonly from: string
  readonly to: string
  readonly label: string
}
