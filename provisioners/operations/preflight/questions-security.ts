/** What restricts daemons on a host, and what changes the host without anybody: what a host is asked about it. */

/** Tools of administrators may not be in the PATH. The rules of nft are read only for chains that drop by default. */
export const FIREWALL = `
PATH=$PATH:/usr/sbin:/sbin
if [ -r /sys/fs/selinux/enforce ]; then printf 'selinux=%s\\n' "$(cat /sys/fs/selinux/enforce)"; fi
if [ -r /sys/kernel/security/apparmor/profiles ]; then
  awk '/(mysqld|mariadbd|nginx|java)/ { print "apparmor=" $0 }' /sys/kernel/security/apparmor/profiles
fi
printf 'firewalld=%s\\n' "$(systemctl is-active firewalld 2>/dev/null || :)"
if command -v ufw >/dev/null; then printf 'ufw=%s\\n' "$(LC_ALL=C ufw status 2>/dev/null | head -n 1)"; fi
if command -v nft >/dev/null; then
  if rules=$(nft list ruleset 2>/dev/null); then
    printf 'nft=%s\\n' "$(printf '%s\\n' "$rules" | awk '
      / hook input / { input = 1; chain = $0; if (/policy drop/) drops = 1 }
      input && /^[[:space:]]+(reject|drop|counter .* (reject|drop))/ { drops = 1 }
      /^[[:space:]]*}/ { input = 0 }
      END { print (drops ? "drops" : "passes") }')"
  else echo nft=unreadable; fi
elif command -v iptables >/dev/null; then
  if rules=$(iptables -S INPUT 2>/dev/null); then
    case $rules in *'-P INPUT DROP'* | *'-j REJECT'* | *'-j DROP'*) echo nft=drops ;; *) echo nft=passes ;; esac
  else echo nft=unreadable; fi
fi`.trim()

export const UPDATES = `
if command -v apt-config >/dev/null; then
  printf 'unattended=%s\\n' "$(apt-config dump --format '%v' APT::Periodic::Unattended-Upgrade 2>/dev/null || :)"
fi
# shellcheck disable=SC2016 # a variable of Perl
if [ -e /etc/needrestart/needrestart.conf ]; then
  echo needrestart=installed
  cat /etc/needrestart/needrestart.conf /etc/needrestart/conf.d/*.conf 2>/dev/null |
    sed -n 's/^[[:space:]]*\\$nrconf{restart}[[:space:]]*=[[:space:]]*//p' | tail -n 1 | sed 's/^/mode=/'
  if cat /etc/needrestart/needrestart.conf /etc/needrestart/conf.d/*.conf 2>/dev/null | grep -v '^[[:space:]]*#' | grep -q 'hdfs|yarn'; then echo spared=yes; fi
fi`.trim()
