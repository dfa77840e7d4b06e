import type { KnownSymptom } from '../types.ts'

/** Messages about Kerberos. Howdah does not set it up, but a property or an external cluster can ask for it. */
export const kerberosSymptoms: readonly KnownSymptom[] = [
  {
    name: 'kerberos-clock',
    pattern: /Clock skew too great/,
    cause: 'the clocks of this host and of the Kerberos server differ by more than five minutes',
    next: 'on that host: timedatectl (switch time synchronisation on: timedatectl set-ntp true)',
  },
  {
    name: 'kerberos-principal',
    pattern: /Server has invalid Kerberos principal/,
    cause: 'the name under which a server was asked is not the name of its principal: _HOST, or reverse DNS',
    next: 'on that host: getent hosts SERVER (its first name must be the one in the principal)',
  },
  {
    name: 'kerberos-renewal',
    pattern: /Message stream modified \(41\)/,
    cause: 'JDK 8u242 and later refuse a renewable ticket that the Kerberos server does not renew',
    next: 'on that host: grep renew_lifetime /etc/krb5.conf (remove that line)',
  },
  {
    name: 'kerberos-no-ticket',
    pattern: /Failed to find any Kerberos tgt/,
    cause: 'the caller has no Kerberos ticket, or its keytab could not be read',
    next: 'on that host: klist (then kinit, or kinit -kt KEYTAB PRINCIPAL)',
  },
  {
    name: 'datanode-not-secure',
    pattern:
      /Cannot start secure DataNode (?:without configuring either privileged resources or SASL|due to incorrect config)/,
    cause: 'with Kerberos a DataNode needs ports below 1024, or SASL for its data and HTTPS for its page',
    next: 'remove properties.core-site.hadoop.security.authentication from cluster.yml (or set dfs.data.transfer.protection and dfs.http.policy); then howdah bootstrap',
  },
  {
    name: 'simple-authentication-refused',
    pattern: /SIMPLE authentication is not enabled\. {1,2}Available/,
    cause: 'the cluster wants Kerberos, and this client is configured without it',
    next: 'on that host: grep -A1 hadoop.security.authentication /etc/hadoop/conf/core-site.xml (it must be the value of the cluster)',
  },
]
