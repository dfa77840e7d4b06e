import type { ErrorEntries } from './types.ts'

/** What can go wrong with the connection to a host: SSH, sudo, scripts and files. */
export const CONNECTIONS_ERRORS = {
  SSH_UNREACHABLE: {
    exit: 'connection',
    meaning: 'No SSH connection to a host could be opened.',
    remedy:
      'Run the `ssh -v` command of the error: check the address, the port, firewalls, and whether the host runs.',
  },
  HOST_NOT_CONNECTED: {
    exit: 'connection',
    meaning: 'A question needs a host to which this run has no connection.',
    remedy: 'Check that the host is in `hosts` of cluster.yml and that `ssh HOST` reaches it.',
  },
  SSH_UNEXPECTED: {
    exit: 'connection',
    meaning: 'A connection failed for a reason that Howdah does not know.',
    remedy: 'Log in to the host with `ssh` by hand, and report the error if that works.',
  },
  SSH_AUTH_FAILED: {
    exit: 'authentication',
    meaning: 'A host accepted none of the keys or passwords.',
    remedy: 'Set `ssh.user`, `ssh.identityFiles` or `ssh.password`, or load your key into the SSH agent.',
  },
  SSH_IDENTITY_MISSING: {
    exit: 'authentication',
    meaning: 'An identity file cannot be read.',
    remedy: 'Correct `ssh.identityFiles`, or give yourself permission to read the file.',
  },
  SSH_IDENTITY_LOCKED: {
    exit: 'authentication',
    meaning: 'An identity file has a passphrase, which Howdah does not ask for.',
    remedy: 'Load the key into the SSH agent: `ssh-add FILE`.',
  },
  SSH_HOST_KEY_UNKNOWN: {
    exit: 'authentication',
    meaning: 'The host key of a host is not in the known hosts.',
    remedy:
      "Compare the fingerprint with the one on the host's console, then record it or set `ssh.hostKeys: accept-new`.",
  },
  SSH_HOST_KEY_CHANGED: {
    exit: 'authentication',
    meaning:
      'A host shows another host key than the recorded one. It was reinstalled, or an attacker intercepts the connection.',
    remedy:
      'Find out why the key changed. Only then remove the old one with the `ssh-keygen -R` command of the error.',
  },
  SSH_HOST_KEY_REVOKED: {
    exit: 'authentication',
    meaning: 'A host shows a host key that is marked as revoked.',
    remedy: 'Give the host a new key, and find out who else has the old one.',
  },
  SSH_HOST_KEY_DECLINED: {
    exit: 'authentication',
    meaning: 'You did not accept the host key.',
    remedy: "Compare the fingerprint with the one on the host's console, then run the command again.",
  },
  SSH_KNOWN_HOSTS_UNREADABLE: {
    exit: 'authentication',
    meaning: 'A file of known hosts cannot be read.',
    remedy: 'Correct its permissions, or set `ssh.knownHosts`.',
  },
  SSH_KNOWN_HOSTS_UNWRITABLE: {
    exit: 'authentication',
    meaning: 'The host key of a new host cannot be recorded.',
    remedy: 'Make the file writable, or set `ssh.knownHosts` to one that is.',
  },
  SSH_CONFIG_BAD: {
    exit: 'configuration',
    meaning: 'ssh cannot read its own configuration.',
    remedy: 'Run `ssh -G HOST` and correct the line that it names, or set `ssh.config: false`.',
  },
  SSH_CONFIG_UNSUPPORTED: {
    exit: 'configuration',
    meaning: 'Your SSH configuration uses an option that `ssh.transport: ssh2` does not support.',
    remedy: 'Set `ssh.transport: openssh`, or `ssh.config: false`.',
  },
  SSH_PROGRAM_MISSING: {
    exit: 'configuration',
    meaning: '`ssh.transport` is `openssh`, and the program ssh cannot be started on this machine.',
    remedy: 'Install openssh-client, or set `ssh.transport: ssh2`.',
  },
  SSH_SESSION_REFUSED: {
    exit: 'connection',
    meaning: 'A host accepted the login but refused a session.',
    remedy:
      "Check `MaxSessions` and `ForceCommand` in the host's sshd_config, and the limits of the account.",
  },
  SSH_SHELL_FAILED: {
    exit: 'connection',
    meaning: 'The login works, but the account does not run commands.',
    remedy: "Check the login shell of the account, and `ForceCommand` in the host's sshd_config.",
  },
  CONNECT_FAILED: {
    exit: 'connection',
    meaning: 'A host could not open a connection to another address, for example to a database.',
    remedy: 'Check on the host that something listens there, and that `AllowTcpForwarding` is on.',
  },
  LINK_LOST: {
    exit: 'connection',
    meaning:
      'The connection to a host or a database server broke while something was running, so its outcome is unknown.',
    remedy: 'Run the same command again: it reads the state first and does only what is left.',
  },
  RUN_TIMEOUT: {
    exit: 'connection',
    meaning: 'A script on a host did not finish in time, so its outcome is unknown.',
    remedy: 'Look at the load of the host, then run the same command again: it reads the state first.',
  },
  RUN_FLOOD: {
    exit: 'connection',
    meaning: 'A host sent far more output than a script of Howdah prints, so it was given up.',
    remedy: 'Check what the login shell and the programs on the host print, then run the same command again.',
  },
  RUN_ABORTED: {
    exit: 'interrupted',
    meaning: 'A script on a host was interrupted, so its outcome is unknown.',
    remedy: 'Run the same command again: it reads the state first.',
  },
  UPLOAD_SOURCE_FAILED: {
    exit: 'stepFailed',
    meaning: 'A file on this machine could not be read while it was sent to a host.',
    remedy: 'Check the file. A cached artifact may be removed: it is downloaded again.',
  },
  UPLOAD_FAILED: {
    exit: 'stepFailed',
    meaning: 'A file could not be written on a host.',
    remedy: 'Check the free space (`df -h`) and the permissions of the directory on the host.',
  },
  UPLOAD_CORRUPT: {
    exit: 'stepFailed',
    meaning: 'The file that arrived on a host is not the one that was sent.',
    remedy: 'Run the command again; if it fails again, check the source and the disk of the host.',
  },
  SUDO_FAILED: {
    exit: 'authentication',
    meaning: 'sudo failed for a reason that Howdah does not know.',
    remedy: 'Try `sudo -u USER true` on the host by hand.',
  },
  SUDO_MISSING: {
    exit: 'authentication',
    meaning: 'sudo is not installed on a host.',
    remedy: 'Install it there as root, or log in as root.',
  },
  SUDO_NOT_ALLOWED: {
    exit: 'authentication',
    meaning: 'sudo does not allow the account to run commands as the other user.',
    remedy: 'Add a rule to `/etc/sudoers.d` with `visudo -f`.',
  },
  SUDO_PASSWORD_REQUIRED: {
    exit: 'authentication',
    meaning: 'sudo asks for a password, and none is given.',
    remedy: 'Set `ssh.sudoPassword`, or allow the account to use sudo without a password.',
  },
  SUDO_PASSWORD_WRONG: {
    exit: 'authentication',
    meaning: 'sudo refuses the password, or the password holds a line break.',
    remedy: 'Correct the secret that `ssh.sudoPassword` names.',
  },
  SUDO_TTY_REQUIRED: {
    exit: 'authentication',
    meaning: 'sudo on the host requires a terminal (`requiretty`).',
    remedy: 'Add `Defaults:USER !requiretty` to its sudoers file.',
  },
  SUDO_USER_UNKNOWN: {
    exit: 'authentication',
    meaning: 'The user that sudo should switch to does not exist on the host.',
    remedy: 'Check the name of the user.',
  },
} as const satisfies ErrorEntries
