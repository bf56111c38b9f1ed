#!/usr/bin/env bash
# Runs the tests of faults and of endurance, prints what was injected, survived and lost, and writes results/soak.md.
#   bench/soak.sh [long|short]
# long (the default, about 20 minutes with two cores): 200 processes killed, 10^6 training steps, 10^5 models opened and
# closed, 10^4 rounds in which 8 threads use memory that is closed. short: the lengths of every build, in two minutes.
# RESULTS names another folder for the table. MVN_OPTIONS are for Maven, such as -o.
# Exit code 1 when a test fails.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
cd "$root"
unset OPENBLAS_CORETYPE OPENBLAS_L2_SIZE

length=${1:-long}
case $length in
  long) soak=true ;;
  short) soak=false ;;
  *) sed -n '2,7s/^# *//p' "${BASH_SOURCE[0]}" >&2; exit 2 ;;
esac
results=${RESULTS:-}
[ -n "$results" ] || [ "$length" = short ] || results=$root/results

tests=(EnduranceTest UseAfterCloseTest FaultsTest ResumeTest CheckpointTest AtomicFileTest BudgetTest # core
  OpenBlasLibraryTest HostileLibraryTest # bindings
  KillTest DiskFullTest SignalTest ResumeCommandTest TraceAndReplayTest) # cli
# Lines like "kill -9: 200 injected, ...", printed by the tests.
counted='^[A-Za-z0-9, -]+: [0-9]+ (injected|planted|taken|opened|tried)'
log=$(mktemp)
trap 'rm -f "$log"' EXIT

./lanewise --version >/dev/null # finds the JDK and Maven, or says what is missing
code=0
# shellcheck disable=SC2086 # options are words
mvn -B -ntp -Dstyle.color=never ${MVN_OPTIONS:-} test -pl src/core,bindings,src/cli -Dlanewise.fast -Dlanewise.soak=$soak \
  -Dtest="$(IFS=,; echo "${tests[*]}")" -Dsurefire.failIfNoSpecifiedTests=false | tee "$log" |
  grep -E --line-buffered "^\[(INFO|WARNING|ERROR)\] Tests run|$counted|ERROR" ||
  code=$?
grep -q 'BUILD SUCCESS' "$log" || code=1

counts() { grep -E "$counted" "$log" || true; }
outcome=$([ $code -eq 0 ] && echo "every test passed" || echo "TESTS FAILED")

echo
echo "$outcome, $SECONDS s"
counts
if [ -n "$results" ]; then
  mkdir -p "$results"
  {
    echo "# Faults and endurance"
    echo
    echo "\`bench/soak.sh $length\`: $outcome, $SECONDS s; $(date -u +%Y-%m-%d), commit $(git rev-parse --short=12 HEAD),"
    echo "$(./lanewise info | sed -n 's/^\(cpu\|java\)  *//p' | paste -s -d ';' | sed 's/;/; /g')."
    echo
    echo "| fault | count |"
    echo "|---|---|"
    counts | sed 's/^\([^:]*\): \(.*\)$/| \1 | \2 |/'
    echo
    echo "| test class | run | failed | skipped | s |"
    echo "|---|---|---|---|---|"
    sed -n 's/.*Tests run: \([0-9]*\), Failures: \([0-9]*\), Errors: \([0-9]*\), Skipped: \([0-9]*\), Time elapsed: \([0-9.]*\) s.* in .*\.\([A-Za-z]*\)$/\6 \1 \2 \3 \4 \5/p' "$log" |
      awk '{ print "| " $1 " | " $2 " | " $3 + $4 " | " $5 " | " $6 " |" }'
  } >"$results/soak.md"
fi
exit $code
