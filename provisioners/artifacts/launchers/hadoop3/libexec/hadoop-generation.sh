# What is peculiar to Hadoop 3: its class path, its environment, daemons that put themselves into the background (--daemon).
# Sourced by bin/hadoop, bin/hdfs, bin/yarn and bin/mapred. The environment means what it means to Apache's 3.x scripts.
. "$HADOOP_HOME/libexec/hadoop-launch.sh"

# Options before the subcommand, each with a value.
LAUNCH_WORDS='--config --daemon --loglevel'

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

launch_environment() {
  export HADOOP_HOME
  launch_conf_dir "$HADOOP_HOME/etc/hadoop"
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

# <PROGRAM>_<SUBCOMMAND>_OPTS, for example HDFS_NAMENODE_OPTS; a client also gets HADOOP_CLIENT_OPTS.
launch_subcommand_options() {
  [ "$1" = daemon ] || launch_own HADOOP_CLIENT_OPTS
  case "$SUBCOMMAND" in *[!A-Za-z0-9_]*) return 0 ;; esac
  launch_own "$(echo "${PROGRAM}_${SUBCOMMAND}_OPTS" | tr '[:lower:]' '[:upper:]')"
}

launch_jvm_options() {
  launch_heap
  launch_open_modules
}

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

# Before anything else of launch_exec: logs go to a file, and stop and status need no JVM.
launch_daemon() {
  [ "$1" = daemon ] || launch_fail "$PROGRAM $SUBCOMMAND cannot run as a daemon"
  HADOOP_ROOT_LOGGER=${HADOOP_DAEMON_ROOT_LOGGER:-INFO,RFA}
  HADOOP_LOGFILE="hadoop-$HADOOP_IDENT_STRING-$SUBCOMMAND-$(hostname).log"
  _pid_file="$HADOOP_PID_DIR/hadoop-$HADOOP_IDENT_STRING-$SUBCOMMAND.pid"
  case "$DAEMON_MODE" in
    start) ;;
    stop | status) launch_daemon_"$DAEMON_MODE" ;;
    *) launch_fail "--daemon must be start, stop or status" ;;
  esac
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
