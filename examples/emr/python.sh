#!/bin/sh
# A bootstrap action: installs a version of Python beside that of Amazon Linux 2023.
# Usage: python.sh 3.11
set -eu
sudo dnf install -y "python$1"
