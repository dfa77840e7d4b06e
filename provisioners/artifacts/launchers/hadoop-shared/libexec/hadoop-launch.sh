# Shared by the launchers of all generations; sourced by hadoop-generation.sh, never run. A launcher sets HADOOP_HOME,
# then: launch_begin "$@"; picks a class; launch_exec. What a generation has of its own stands in hadoop-generation.sh:
# LAUNCH_WORDS, launch_environment, launch_subcommand_options, launch_jvm_options, and launch_daemon where there is one.

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

# Reads the options before the subcommand, then the environment. Leaves the subcommand in SUBCOMMAND and the number
# of words it took in LAUNCH_SHIFT. DAEMON_MODE is empty for the foreground.
launch_begin() {
  PROGRAM=$1
  shift
  DAEMON_MODE=
  LAUNCH_SHIFT=0
  _level=
  while [ $# -gt 0 ]; do
    case " $LAUNCH_WORDS " in *" $1 "*) ;; *) break ;; esac
    [ $# -ge 2 ] || launch_fail "$1 needs a value"
    case "$1" in
      --config) HADOOP_CONF_DIR=$2 ;;
      --daemon) DAEMON_MODE=$2 ;;
      --loglevel) _level=$2 ;;
    esac
    shift 2
    LAUNCH_SHIFT=$((LAUNCH_SHIFT + 2))
  done
  [ $# -gt 0 ] || launch_fail "usage: $PROGRAM $(for _word in $LAUNCH_WORDS; do printf '[%s VALUE] ' "$_word"; done)SUBCOMMAND [ARGUMENT...]"
  SUBCOMMAND=$1
  LAUNCH_SHIFT=$((LAUNCH_SHIFT + 1))
  launch_environment
  [ -z "$_level" ] || HADOOP_ROOT_LOGGER="$_level,console"
}

launch_conf_dir() {
  HADOOP_CONF_DIR=${HADOOP_CONF_DIR:-$1}
  [ -d "$HADOOP_CONF_DIR" ] || launch_fail "HADOOP_CONF_DIR $HADOOP_CONF_DIR is not a directory"
  export HADOOP_CONF_DIR
}

# launch_own NAME: appends the options in the variable of that name.
launch_own() {
  eval "_options=\${$1:-}"
  [ -z "$_options" ] || HADOOP_OPTS="${HADOOP_OPTS:+$HADOOP_OPTS }$_options"
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
  [ -z "$DAEMON_MODE" ] || launch_daemon "$_kind"
  launch_subcommand_options "$_kind"
  [ -n "${JAVA_HOME:-}" ] || launch_fail "JAVA_HOME is not set and could not be found: set it in $HADOOP_CONF_DIR/hadoop-env.sh"
  [ -x "$JAVA_HOME/bin/java" ] || launch_fail "JAVA_HOME $JAVA_HOME has no bin/java"
  export JAVA_HOME
  launch_user_path
  launch_log_options
  launch_jvm_options
  export CLASSPATH
  set -f
  [ -z "$DAEMON_MODE" ] || launch_daemon_start "$@"
  # Split on purpose: HADOOP_OPTS is a list of options.
  # shellcheck disable=SC2086
  exec "$JAVA_HOME/bin/java" "-Dproc_$SUBCOMMAND" $HADOOP_OPTS "$_class" "$@"
}
