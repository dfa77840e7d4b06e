-- A step of Hive: the database of the pipeline's tables.
CREATE DATABASE IF NOT EXISTS insights;
