import { connectOpenSsh } from './connect-openssh.ts'
import { connectSsh2 } from './connect-ssh2.ts'
import type { Link } from './link.ts'
import { LocalLink } from './link-local.ts'
import type { TransportDeps } from './run-state.ts'
import { LinkTransport } from './transport.ts'
import type { HostAddress, SshOptions, Transport } from './types.ts'

async function openLink(address: HostAddress, options: SshOptions, deps: TransportDeps): Promise<Link> {
  switch (options.kind) {
    case 'ssh2':
      return connectSsh2(address, options, deps)
    case 'openssh':
      return connectOpenSsh(address, options, deps)
    case 'local':
      return new LocalLink()
  }
}

/**
 * Opens the connection to a host, including the login.
 * Throws SSH_UNREACHABLE (connection), SSH_AUTH_FAILED, SSH_IDENTITY_*, SSH_HOST_KEY_* (authentication),
 * SSH_CONFIG_* (configuration).
 */
export async function openTransport(
  address: HostAddress,
  options: SshOptions,
  deps: TransportDeps,
): Promise<Transport> {
  for (const secret of [options.password, options.sudoPassword]) {
    if (secret !== undefined) deps.redactor.add(secret)
  }
  const open = () => openLink(address, options, deps)
  const transport = {
    host: address.host,
    open,
    redact: (text: string) => deps.redactor.redact(text),
    report: deps.report,
    ...(options.sudoPassword !== undefined && { sudoPassword: options.sudoPassword }),
  }
  return new LinkTransport(transport, await open())
}
