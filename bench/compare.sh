#!/bin/sh
# Compares two folders of results: prints what moved, and fails when a figure is slower by more than its rounds spread.
#   bench/compare.sh OLD NEW
exec "$(dirname -- "$0")/java.sh" dev.lanewise.bench.report.Compare "$@"
