# Copied to sqoop-env.sh, this is read by bin/sqoop before anything starts.
# export HADOOP_COMMON_HOME=/opt/hadoop/current
# export HADOOP_MAPRED_HOME=/opt/hadoop/current
# export HIVE_HOME=/opt/hive/current
