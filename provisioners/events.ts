/** Events that a run reports. Code below the command line reports events and never prints. */

export type CheckStatus = 'pass' | 'fail' | 'skip'

export type RunEvent =
  /** A phase of the run begins: "Reading 5 hosts". */
  | { readonly type: 'phase'; readonly title: string }
  | {
      readonly type: 'host'
      readonly host: string
      readonly state: 'connecting' | 'connected' | 'probed' | 'lost' | 'done'
      readonly detail?: string
    }
  | {
      readonly type: 'step'
      /** `host!resource` */
      readonly ref: string
      readonly host: string
      readonly title: string
      readonly status: 'start' | 'ok' | 'failed' | 'skipped' | 'unknown'
      readonly ms?: number
      readonly detail?: string
    }
  /** Bytes or items of something long: a download, an upload, an assembly. `total` 0 means unknown. */
  | {
      readonly type: 'progress'
      readonly id: string
      readonly title: string
      readonly done: number
      readonly total: number
      readonly unit: 'bytes' | 'items'
      readonly host?: string
    }
  | {
      readonly type: 'check'
      readonly name: string
      readonly title: string
      readonly status: CheckStatus
      readonly ms: number
      readonly host?: string
      readonly detail?: string
    }
  | {
      readonly type: 'log'
      readonly level: 'debug' | 'info' | 'warn'
      readonly text: string
      readonly host?: string
    }

export type Reporter = (event: RunEvent) => void

export const silent: Reporter = () => {}
