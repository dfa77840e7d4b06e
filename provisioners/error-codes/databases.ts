import type { ErrorEntries } from './types.ts'

/** What can go wrong with the database servers: TLS, backup, restore, rotation. */
export const DATABASES_ERRORS = {
  DATABASE_CA_UNREADABLE: {
    exit: 'configuration',
    meaning: 'The file of certificates that `external.ca` names cannot be read.',
    remedy: 'Look at it with `ls -l FILE`, and give yourself permission to read it.',
  },
  DATABASE_CA_UNFIT: {
    exit: 'configuration',
    meaning: 'The file of `external.ca` holds no certificate in PEM form.',
    remedy: 'Name a PEM file; `openssl x509 -in FILE -noout -subject` reads one.',
  },
  DATABASE_NO_TLS: {
    exit: 'connection',
    meaning: 'cluster.yml requires TLS, and the database server does not offer it.',
    remedy: 'Give the server a certificate, or write `tls: preferred` on a network that you trust.',
  },
  DATABASE_TLS_WANTED: {
    exit: 'connection',
    meaning: 'The database server requires TLS, and cluster.yml turns TLS off.',
    remedy: 'Write `tls: required` below `external`.',
  },
  DATABASE_TLS_NAME: {
    exit: 'authentication',
    meaning: 'The certificate of the database server was issued for another name.',
    remedy:
      'Write the name in the certificate as `external.address`, or give the server a certificate for this one.',
  },
  DATABASE_TLS_UNTRUSTED: {
    exit: 'authentication',
    meaning: 'The certificate of the database server was not issued by an authority in `external.ca`.',
    remedy: 'Put the certificate of the authority that signed it into `external.ca`.',
  },
  DATABASE_TLS_FAILED: {
    exit: 'connection',
    meaning: 'No TLS connection to the database server could be made.',
    remedy: 'Run the `openssl s_client` command of the error. Howdah speaks TLS 1.2 and 1.3.',
  },
  STORE_ABSENT: {
    exit: 'configuration',
    meaning: 'The cluster has no result store.',
    remedy: 'Give a host the role `result-store`, or write `resultStore.external`.',
  },
  STORE_LOST: {
    exit: 'connection',
    meaning: 'The database server stopped, or the connection to it broke, during an operation.',
    remedy: 'Check with `howdah status` that it runs, then run the same command again.',
  },
  STORE_REFUSED: {
    exit: 'stepFailed',
    meaning: 'The database server refused a statement.',
    remedy: "Read the server's message, repair the cause, and run the same command again.",
  },
  STORE_NO_CLIENT: {
    exit: 'preflight',
    meaning: 'The host that should dump or load the database has no client of MySQL or MariaDB.',
    remedy: 'Run `apt-get install default-mysql-client` on that host.',
  },
  STORE_CLIENT_FAILED: {
    exit: 'stepFailed',
    meaning: 'The client that dumps or loads the database failed.',
    remedy:
      'Read the detail, check with `howdah status` that the server runs, and run the same command again.',
  },
  BACKUP_NO_DATABASE: {
    exit: 'preflight',
    meaning: 'The database that should be backed up does not exist.',
    remedy: 'Name another with `--database`, or let `howdah bootstrap` make it.',
  },
  BACKUP_NOT_WRITTEN: {
    exit: 'stepFailed',
    meaning: 'The dump cannot be written to this machine; no part of it was kept.',
    remedy: 'Free some space, or name another directory with `--to`.',
  },
  BACKUP_CUT: {
    exit: 'stepFailed',
    meaning: 'The dump ended before it was complete, and was removed.',
    remedy: 'Run `howdah store backup` again.',
  },
  BACKUP_DAMAGED: {
    exit: 'configuration',
    meaning: 'A backup is not complete, or was changed after it was written.',
    remedy: 'Use another backup.',
  },
  RESTORE_DECLINED: {
    exit: 'declined',
    meaning: 'You did not confirm the restore, so nothing was changed.',
    remedy: 'Run the command again and confirm, or add `--yes`.',
  },
  RESTORE_UNCONFIRMED: {
    exit: 'configuration',
    meaning: '`--replace` replaces a whole database, and needs its name as a confirmation.',
    remedy: 'Add `--confirm=DATABASE`.',
  },
  RESTORE_FOREIGN: {
    exit: 'configuration',
    meaning:
      'The target cannot be a database for results, because it belongs to the system or to another section, or its name is not valid.',
    remedy: 'Name another database with `--into`.',
  },
  RESTORE_NOT_EMPTY: {
    exit: 'preflight',
    meaning: 'The target database holds tables, and a restore does not overwrite them.',
    remedy: 'Restore `--into` another database, or add `--replace --confirm=DATABASE`.',
  },
  RESTORE_OBJECTS: {
    exit: 'preflight',
    meaning: 'Views, triggers or routines are involved, which cannot be moved between databases.',
    remedy: 'Restore `--into` a database that does not exist yet.',
  },
  ROTATE_UNKNOWN: {
    exit: 'configuration',
    meaning: 'The named account is not one whose password can be rotated.',
    remedy: 'Name one of the accounts that `howdah store rotate --help` lists.',
  },
  ROTATE_NO_SECTION: {
    exit: 'configuration',
    meaning: 'cluster.yml has no server for the named account.',
    remedy: 'Name another account, or add its section to cluster.yml.',
  },
  ROTATE_NOT_OURS: {
    exit: 'configuration',
    meaning: 'The password is given by a source that Howdah cannot write, such as an environment variable.',
    remedy: 'Write `password: {generate: true}` or `{file: PATH}`, with the present password in that file.',
  },
  ROTATE_DECLINED: {
    exit: 'declined',
    meaning: 'You did not confirm the rotation, so nothing was changed.',
    remedy: 'Run the command again and confirm, or add `--yes`.',
  },
  ROTATE_NO_TWO_PASSWORDS: {
    exit: 'preflight',
    meaning:
      'The server cannot hold two passwords for one account, so a rotation would lock out its users for a moment.',
    remedy: 'Put the new password where cluster.yml says, in a quiet hour, and run `howdah bootstrap`.',
  },
  ROTATE_NO_ACCOUNT: {
    exit: 'preflight',
    meaning: 'The server does not have the account.',
    remedy: 'Run `howdah bootstrap`, which makes it.',
  },
  ROTATE_NO_PASSWORD: {
    exit: 'preflight',
    meaning: 'The account does not log in with a password.',
    remedy: 'Change the account with `ALTER USER` on the server, then run the same command again.',
  },
  ROTATE_LOCKED_OUT: {
    exit: 'preflight',
    meaning: 'The present password is refused, so it cannot be rotated.',
    remedy: 'Run `howdah bootstrap`: it makes the account as cluster.yml says.',
  },
  ROTATE_NOT_SO: {
    exit: 'stepFailed',
    meaning: 'The server accepted the change, but a login with the password does not work as it should.',
    remedy: 'Run the same command again; `howdah store audit` shows the account.',
  },
  ROTATE_HALFWAY: {
    exit: 'stepFailed',
    meaning: 'Some hosts did not get the new password. Both passwords work, so no client is locked out.',
    remedy: 'Repair the cause, and run the same command again: it continues where it stopped.',
  },
  METASTORE_PASSWORD_UNFIT: {
    exit: 'configuration',
    meaning:
      "The password of the metastore's database holds `${`, which Hadoop's configuration would replace.",
    remedy: 'Choose another password, or write `{generate: true}`.',
  },
} as const satisfies ErrorEntries
