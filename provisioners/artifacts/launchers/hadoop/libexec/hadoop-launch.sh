# Shared by bin/hadoop, bin/hdfs, bin/yarn and bin/mapred; sourced, never run. Each of them sets HADOOP_HOME,
# then: launch_begin "$@"; picks a class; launch_exec. The environment means what it means to Apache's 3.x scripts.

launch_fail() { echo "ERROR: $*" >&2; exit 1; }

# One entry for the class path; what does not exist is left out, what is there already is not repeated.
launch_add_path() {
  case "$1" in
    '') return ;;
    */'*') [ -d "${1%/\*}" ] || return 0 ;;
    *) [ -e "$1" ] || return 0 ;;
  esac
  case ":$CLASSPATH:" in *":$1:"*) return 0 ;; esac
  if [ "${2:-}" = before ]; then CLASSPATH="$1${CLASSPATH:+:$CLASSPATH}"; else CLASSPATH="${CLASSPATH:+$CLASSPATH:}$1"; fi
}

launch_product_path() {
  _share="$HADOOP_HOME/share/hadoop"
  CLASSPATH=
  launch_add_path "$_share/common/lib/*"
  launch_add_path "$_share/common/*"
  launch_add_path "$_share/hdfs"
  launch_add_path "$_share/hdfs/lib/*"
  launch_add_path "$_share/hdfs/*"
  launch_add_path "$_share/mapreduce/*"
  launch_add_path "$_share/yarn"
  launch_add_path "$_share/yarn/lib/*"
  launch_add_path "$_share/yarn/*"
  [ -z "${HADOOP_OPTIONAL_TOOLS:-}" ] || launch_tools
}

launch_tools() { launch_add_path "$HADOOP_HOME/share/hadoop/tools/lib/*"; }

# The user's class path, entry by entry, behind the product or (HADOOP_USER_CLASSPATH_FIRST) before all of it.
launch_user_path() {
  launch_add_path "$HADOOP_CONF_DIR" before
  [ -n "${HADOOP_CLASSPATH:-}" ] || return 0
  _product=$CLASSPATH
  CLASSPATH=
  [ -n "${HADOOP_USER_CLASSPATH_FIRST:-}" ] || CLASSPATH=$_product
  _ifs=$IFS
  IFS=:
  for _entry in $HADOOP_CLASSPATH; do launch_add_path "$_entry"; done
  IFS=$_ifs
  [ -z "${HADOOP_USER_CLASSPATH_FIRST:-}" ] || CLASSPATH="${CLASSPATH:+$CLASSPATH:}$_product"
}

# Appends an option unless one of its kind (the pattern $1) is there: what the operator set wins.
launch_option() {
  case " ${HADOOP_OPTS:-} " in *" $1"*) ;; *) HADOOP_OPTS="${HADOOP_OPTS:+$HADOOP_OPTS }$2" ;; esac
}

launch_heap_unit() { case "$1" in *[!0-9]*) echo "$1" ;; *) echo "${1}m" ;; esac; }

launch_heap() {
  _max=${HADOOP_HEAPSIZE_MAX:-${HADOOP_HEAPSIZE:-}}
  [ -z "$_max" ] || launch_option -Xmx "-Xmx$(launch_heap_unit "$_max")"
  [ -z "${HADOOP_HEAPSIZE_MIN:-}" ] || launch_option -Xms "-Xms$(launch_heap_unit "$HADOOP_HEAPSIZE_MIN")"
}

# JDK 9 and later have a `jmods` directory or a modules image; Hadoop 3.4 reflects into these packages.
launch_open_modules() {
  [ -e "$JAVA_HOME/lib/modules" ] || [ -d "$JAVA_HOME/jmods" ] || return 0
  for _package in java.lang java.lang.reflect java.io java.math java.net java.text java.util java.util.concurrent \
    java.util.zip sun.nio.ch sun.security.util sun.security.x509; do
    launch_option "--add-opens=java.base/$_package=" "--add-opens=java.base/$_package=ALL-UNNAMED"
  done
}

# Reads what stands before the subcommand, then hadoop-env.sh. Leaves the subcommand in SUBCOMMAND and the number
# of words it took in LAUNCH_SHIFT. DAEMON_MODE is start, stop, status or empty (the foreground).
launch_begin() {
  PROGRAM=$1
  shift
  DAEMON_MODE=
  LAUNCH_SHIFT=0
  _level=
  while :; do
    case "${1:-}" in
      --config) HADOOP_CONF_DIR=${2:-} ;;
      --daemon) DAEMON_MODE=${2:-} ;;
      --loglevel) _level=${2:-} ;;
      *) break ;;
    esac
    [ $# -ge 2 ] || launch_fail "$1 needs a value"
    shift 2
    LAUNCH_SHIFT=$((LAUNCH_SHIFT + 2))
  done
  case "$DAEMON_MODE" in '' | start | stop | status) ;; *) launch_fail "--daemon must be start, stop or status" ;; esac
  [ $# -gt 0 ] || launch_fail "usage: $PROGRAM [--config DIR] [--daemon start|stop|status] [--loglevel LEVEL] SUBCOMMAND [ARGUMENT...]"
  SUBCOMMAND=$1
  LAUNCH_SHIFT=$((LAUNCH_SHIFT + 1))
  launch_environment
  [ -z "$_level" ] || HADOOP_ROOT_LOGGER="$_level,console"
}

launch_environment() {
  export HADOOP_HOME
  HADOOP_CONF_DIR=${HADOOP_CONF_DIR:-$HADOOP_HOME/etc/hadoop}
  [ -d "$HADOOP_CONF_DIR" ] || launch_fail "HADOOP_CONF_DIR $HADOOP_CONF_DIR is not a directory"
  export HADOOP_CONF_DIR
  # hadoop-env.sh may append to variables, so a nested launcher must not read it a second time.
  if [ "${HADOOP_ENV_PROCESSED:-}" != true ] && [ -f "$HADOOP_CONF_DIR/hadoop-env.sh" ]; then
    . "$HADOOP_CONF_DIR/hadoop-env.sh"
    export HADOOP_ENV_PROCESSED=true
  fi
  export HADOOP_COMMON_HOME="${HADOOP_COMMON_HOME:-$HADOOP_HOME}" HADOOP_HDFS_HOME="${HADOOP_HDFS_HOME:-$HADOOP_HOME}"
  export HADOOP_YARN_HOME="${HADOOP_YARN_HOME:-$HADOOP_HOME}" HADOOP_MAPRED_HOME="${HADOOP_MAPRED_HOME:-$HADOOP_HOME}"
  HADOOP_IDENT_STRING=${HADOOP_IDENT_STRING:-$(id -un 2>/dev/null || id -u)}
  HADOOP_LOG_DIR=${HADOOP_LOG_DIR:-$HADOOP_HOME/logs}
  HADOOP_PID_DIR=${HADOOP_PID_DIR:-/tmp}
  launch_product_path
}

# For subcommands that are not a class of their own: class path, version, environment, a class by its full name.
launch_common_subcommand() {
  case "$SUBCOMMAND" in
    version) CLASS=org.apache.hadoop.util.VersionInfo ;;
    classpath)
      if [ $# -eq 0 ]; then launch_user_path; echo "$CLASSPATH"; exit 0; fi
      CLASS=org.apache.hadoop.util.Classpath
      ;;
    envvars)
      for _name in JAVA_HOME HADOOP_HOME HADOOP_CONF_DIR HADOOP_LOG_DIR HADOOP_COMMON_HOME HADOOP_HDFS_HOME \
        HADOOP_YARN_HOME HADOOP_MAPRED_HOME; do eval "echo \"$_name='\${$_name:-}'\""; done
      exit 0
      ;;
    *.*) CLASS=$SUBCOMMAND ;;
    *) launch_fail "$SUBCOMMAND is not a command of $PROGRAM" ;;
  esac
}

# <PROGRAM>_<SUBCOMMAND>_OPTS, for example HDFS_NAMENODE_OPTS; a client also gets HADOOP_CLIENT_OPTS.
launch_subcommand_options() {
  if [ "$1" = client ] && [ -n "${HADOOP_CLIENT_OPTS:-}" ]; then
    HADOOP_OPTS="${HADOOP_OPTS:+$HADOOP_OPTS }$HADOOP_CLIENT_OPTS"
  fi
  case "$SUBCOMMAND" in *[!A-Za-z0-9_]*) return 0 ;; esac
  _variable=$(echo "${PROGRAM}_${SUBCOMMAND}_OPTS" | tr '[:lower:]' '[:upper:]')
  eval "_options=\${$_variable:-}"
  [ -z "$_options" ] || HADOOP_OPTS="${HADOOP_OPTS:+$HADOOP_OPTS }$_options"
}

launch_log_options() {
  launch_option -Djava.net.preferIPv4Stack= -Djava.net.preferIPv4Stack=true
  launch_option -Dhadoop.log.dir= "-Dhadoop.log.dir=$HADOOP_LOG_DIR"
  launch_option -Dhadoop.log.file= "-Dhadoop.log.file=${HADOOP_LOGFILE:-hadoop.log}"
  launch_option -Dyarn.log.dir= "-Dyarn.log.dir=$HADOOP_LOG_DIR"
  launch_option -Dhadoop.home.dir= "-Dhadoop.home.dir=$HADOOP_HOME"
  launch_option -Dhadoop.id.str= "-Dhadoop.id.str=$HADOOP_IDENT_STRING"
  launch_option -Dhadoop.root.logger= "-Dhadoop.root.logger=${HADOOP_ROOT_LOGGER:-INFO,console}"
  launch_option -Dhadoop.policy.file= "-Dhadoop.policy.file=${HADOOP_POLICYFILE:-hadoop-policy.xml}"
  launch_option -Dhadoop.security.logger= "-Dhadoop.security.logger=${HADOOP_SECURITY_LOGGER:-INFO,NullAppender}"
  [ ! -d "$HADOOP_HOME/lib/native" ] || launch_option -Djava.library.path= "-Djava.library.path=$HADOOP_HOME/lib/native"
}

# launch_exec client|daemon CLASS ARGUMENT...: never returns.
launch_exec() {
  _kind=$1
  _class=$2
  shift 2
  if [ -n "$DAEMON_MODE" ]; then
    [ "$_kind" = daemon ] || launch_fail "$PROGRAM $SUBCOMMAND cannot run as a daemon"
    HADOOP_ROOT_LOGGER=${HADOOP_DAEMON_ROOT_LOGGER:-INFO,RFA}
    HADOOP_LOGFILE="hadoop-$HADOOP_IDENT_STRING-$SUBCOMMAND-$(hostname).log"
    _pid_file="$HADOOP_PID_DIR/hadoop-$HADOOP_IDENT_STRING-$SUBCOMMAND.pid"
    [ "$DAEMON_MODE" = start ] || launch_daemon_"$DAEMON_MODE"
  fi
  launch_subcommand_options "$_kind"
  [ -n "${JAVA_HOME:-}" ] || launch_fail "JAVA_HOME is not set and could not be found: set it in $HADOOP_CONF_DIR/hadoop-env.sh"
  [ -x "$JAVA_HOME/bin/java" ] || launch_fail "JAVA_HOME $JAVA_HOME has no bin/java"
  export JAVA_HOME
  launch_user_path
  launch_log_options
  launch_heap
  launch_open_modules
  export CLASSPATH
  set -f
  [ -z "$DAEMON_MODE" ] || launch_daemon_start "$@"
  # Split on purpose: HADOOP_OPTS is a list of options.
  # shellcheck disable=SC2086
  exec "$JAVA_HOME/bin/java" "-Dproc_$SUBCOMMAND" $HADOOP_OPTS "$_class" "$@"
}

launch_daemon_alive() { [ -f "$_pid_file" ] && kill -0 "$(cat "$_pid_file")" 2>/dev/null; }

launch_daemon_status() { launch_daemon_alive && exit 0; [ -f "$_pid_file" ] && exit 1; exit 3; }

launch_daemon_stop() {
  launch_daemon_alive || { rm -f "$_pid_file"; exit 0; }
  _pid=$(cat "$_pid_file")
  kill "$_pid"
  _tries=${HADOOP_STOP_TIMEOUT:-30}
  while kill -0 "$_pid" 2>/dev/null; do
    [ "$_tries" -gt 0 ] || { kill -9 "$_pid"; break; }
    _tries=$((_tries - 1))
    sleep 1
  done
  rm -f "$_pid_file"
  exit 0
}

launch_daemon_start() {
  launch_daemon_alive && launch_fail "$SUBCOMMAND is running as process $(cat "$_pid_file")"
  mkdir -p "$HADOOP_LOG_DIR" "$HADOOP_PID_DIR"
  # shellcheck disable=SC2086
  nohup "$JAVA_HOME/bin/java" "-Dproc_$SUBCOMMAND" $HADOOP_OPTS "$_class" "$@" \
    >"$HADOOP_LOG_DIR/${HADOOP_LOGFILE%.log}.out" 2>&1 </dev/null &
  echo $! >"$_pid_file"
  exit 0
}
