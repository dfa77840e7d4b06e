# What only Hadoop 2 has: its environment, where YARN and MapReduce have variables of their own. Sourced by bin/hadoop,
# bin/hdfs, bin/yarn and bin/mapred; the variables mean what they mean to Apache's 2.x scripts.
. "$HADOOP_HOME/libexec/hadoop-launch.sh"

# Options before the subcommand, each with a value.
LAUNCH_WORDS='--config --loglevel'

launch_product_path() {
  _share="$HADOOP_HOME/share/hadoop"
  CLASSPATH=
  launch_add_path "$_share/common/lib/*"
  launch_add_path "$_share/common/*"
  launch_add_path "$_share/hdfs"
  launch_add_path "$_share/hdfs/lib/*"
  launch_add_path "$_share/hdfs/*"
  launch_add_path "$_share/yarn"
  launch_add_path "$_share/yarn/lib/*"
  launch_add_path "$_share/yarn/*"
  launch_add_path "$_share/mapreduce/lib/*"
  launch_add_path "$_share/mapreduce/*"
}

launch_tools() { launch_add_path "$HADOOP_HOME/share/hadoop/tools/lib/*"; }

launch_read() { [ ! -f "$HADOOP_CONF_DIR/$1" ] || . "$HADOOP_CONF_DIR/$1"; }

launch_environment() {
  export HADOOP_HOME HADOOP_PREFIX="$HADOOP_HOME"
  launch_conf_dir "$HADOOP_HOME/etc/hadoop"
  launch_read hadoop-env.sh
  # The allocator of newer C libraries makes an arena a thread, and with them huge address spaces.
  export MALLOC_ARENA_MAX="${MALLOC_ARENA_MAX:-4}"
  export HADOOP_COMMON_HOME="${HADOOP_COMMON_HOME:-$HADOOP_HOME}" HADOOP_HDFS_HOME="${HADOOP_HDFS_HOME:-$HADOOP_HOME}"
  export HADOOP_YARN_HOME="${HADOOP_YARN_HOME:-$HADOOP_HOME}" HADOOP_MAPRED_HOME="${HADOOP_MAPRED_HOME:-$HADOOP_HOME}"
  HADOOP_IDENT_STRING=${HADOOP_IDENT_STRING:-$(id -un 2>/dev/null || id -u)}
  HEAP=${HADOOP_HEAPSIZE:-1000}
  case "$PROGRAM" in
    yarn) launch_yarn_environment ;;
    mapred) launch_mapred_environment ;;
  esac
  HADOOP_LOG_DIR=${HADOOP_LOG_DIR:-$HADOOP_HOME/logs}
  launch_product_path
}

# YARN does not look at HADOOP_OPTS, HADOOP_HEAPSIZE and the rest: YARN_OPTS, YARN_LOG_DIR and so on stand in their place.
launch_yarn_environment() {
  launch_read yarn-env.sh
  HADOOP_OPTS=${YARN_OPTS:-}
  HADOOP_LOG_DIR=${YARN_LOG_DIR:-$HADOOP_HOME/logs}
  HADOOP_LOGFILE=${YARN_LOGFILE:-yarn.log}
  HADOOP_ROOT_LOGGER=${YARN_ROOT_LOGGER:-INFO,console}
  HADOOP_IDENT_STRING=${YARN_IDENT_STRING:-$HADOOP_IDENT_STRING}
  HADOOP_POLICYFILE=${YARN_POLICYFILE:-${HADOOP_POLICYFILE:-}}
  HEAP=${YARN_HEAPSIZE:-1000}
}

launch_mapred_environment() {
  launch_read mapred-env.sh
  HADOOP_LOG_DIR=${HADOOP_MAPRED_LOG_DIR:-${HADOOP_LOG_DIR:-}}
  HADOOP_LOGFILE=${HADOOP_MAPRED_LOGFILE:-${HADOOP_LOGFILE:-}}
  HADOOP_ROOT_LOGGER=${HADOOP_MAPRED_ROOT_LOGGER:-${HADOOP_ROOT_LOGGER:-}}
  HADOOP_IDENT_STRING=${HADOOP_MAPRED_IDENT_STRING:-$HADOOP_IDENT_STRING}
}

# HADOOP_NAMENODE_OPTS, YARN_RESOURCEMANAGER_OPTS, HADOOP_JOB_HISTORYSERVER_OPTS; HADOOP_CLIENT_OPTS or YARN_CLIENT_OPTS
# for the rest. A daemon of YARN and the history server also have a heap of their own, in MB.
launch_subcommand_options() {
  _prefix=HADOOP
  [ "$PROGRAM" != yarn ] || _prefix=YARN
  if [ "$1" = client ]; then launch_own "${_prefix}_CLIENT_OPTS"; return; fi
  _daemon=$(echo "$SUBCOMMAND" | tr '[:lower:]' '[:upper:]')
  [ "$PROGRAM" != mapred ] || _daemon=JOB_$_daemon
  launch_own "${_prefix}_${_daemon}_OPTS"
  case "$PROGRAM" in yarn | mapred) eval "HEAP=\${${_prefix}_${_daemon}_HEAPSIZE:-$HEAP}" ;; esac
}

launch_jvm_options() {
  launch_option -Xmx "-Xmx$(launch_heap_unit "$HEAP")"
  [ "$PROGRAM" != yarn ] || launch_option -Dyarn.root.logger= "-Dyarn.root.logger=$HADOOP_ROOT_LOGGER"
}
