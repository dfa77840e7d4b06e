/** The public functions of provisioners/mysql, the client of MySQL and MariaDB. */
export { explain, isLost, type SqlLogin, withLogin } from './connection.ts'
export { createSqlDriver, type SqlDriverOptions } from './driver.ts'
export {
  type CopyDifference,
  collationOf,
  compareCopy,
  type DatabaseFingerprint,
  fingerprint,
  tablesOf,
} from './fingerprint.ts'
export { quoteName } from './grants.ts'
export { readVersion as serverVersion } from './read.ts'
export { sqlTypes } from './sql-types.ts'
export { type Connect, type Link, openConnection } from './tls.ts'
export {
  allowBoth,
  checkTwoPasswords,
  loginWorks,
  type TwoPasswordAccess,
  withdraw,
} from './two-passwords.ts'
export {
  diffSql,
  type SqlDatabase,
  type SqlResource,
  type SqlServerDefault,
  type SqlUser,
} from './types.ts'
