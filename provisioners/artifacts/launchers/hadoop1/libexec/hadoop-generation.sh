# What is peculiar to Hadoop 1: its class path and its environment. Sourced by bin/hadoop; the environment means what
# it means to Apache's 1.x scripts.
. "$HADOOP_HOME/libexec/hadoop-launch.sh"

# Options before the subcommand, each with a value.
LAUNCH_WORDS='--config'

# $HADOOP_HOME itself holds webapps/.
launch_product_path() {
  CLASSPATH=
  launch_add_path "${JAVA_HOME:-}/lib/tools.jar"
  launch_add_path "$HADOOP_HOME"
  for _jar in "$HADOOP_HOME"/hadoop-core-*.jar; do launch_add_path "$_jar"; done
  launch_add_path "$HADOOP_HOME/lib/*"
  launch_add_path "$HADOOP_HOME/lib/jsp-2.1/*"
}

launch_tools() { for _jar in "$HADOOP_HOME"/hadoop-tools-*.jar; do launch_add_path "$_jar"; done; }

launch_environment() {
  export HADOOP_HOME HADOOP_PREFIX="$HADOOP_HOME"
  launch_conf_dir "$HADOOP_HOME/conf"
  [ ! -f "$HADOOP_CONF_DIR/hadoop-env.sh" ] || . "$HADOOP_CONF_DIR/hadoop-env.sh"
  # The allocator of newer C libraries makes an arena a thread, and with them huge address spaces.
  export MALLOC_ARENA_MAX="${MALLOC_ARENA_MAX:-4}"
  HADOOP_IDENT_STRING=${HADOOP_IDENT_STRING:-$(id -un 2>/dev/null || id -u)}
  HADOOP_LOG_DIR=${HADOOP_LOG_DIR:-$HADOOP_HOME/logs}
  launch_product_path
}

# HADOOP_<SUBCOMMAND>_OPTS for a daemon, HADOOP_CLIENT_OPTS for the rest.
launch_subcommand_options() {
  case "$1 $SUBCOMMAND" in
    'daemon historyserver') launch_own HADOOP_JOB_HISTORYSERVER_OPTS ;;
    daemon*) launch_own "HADOOP_$(echo "$SUBCOMMAND" | tr '[:lower:]' '[:upper:]')_OPTS" ;;
    *) launch_own HADOOP_CLIENT_OPTS ;;
  esac
}

launch_jvm_options() { launch_option -Xmx "-Xmx$(launch_heap_unit "${HADOOP_HEAPSIZE:-1000}")"; }
