/** The public interface of this folder. */
export type { HostKeyQuestion } from './host-keys.ts'
export { createLimiter, type Limiter } from './limiter.ts'
export { openTransport } from './open.ts'
export { REDACTED, type RedactedSink, Redactor, redactReporter } from './redact.ts'
export type { TransportDeps } from './run-state.ts'
export type {
  HostAddress,
  HostKeyPolicy,
  RunRequest,
  RunResult,
  SshOptions,
  Transport,
  UploadRequest,
} from './types.ts'
