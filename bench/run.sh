#!/bin/sh
# Measures, and writes results/: JSON, tables, plots, and the figures in the README.
#   bench/run.sh [quick|all]
# quick (the default, about 3 minutes): matrix products and training steps by the command line. all: half an hour,
# longer rounds and the JMH suites, whose options the variable JMH replaces. The commands of a table take turns, round
# by round, so that what else the machine does hits all alike.
# RESULTS names another folder for the results, ROUNDS and SECONDS_EACH (of a measurement) other lengths; with
# RESULTS set the README stays as it is.
set -eu
unset OPENBLAS_CORETYPE OPENBLAS_L2_SIZE # forced kernels are no rival

root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P)
scope=${1:-quick}
case $scope in
  quick) rounds=${ROUNDS:-5} gemm_seconds=${SECONDS_EACH:-1} step_seconds=${SECONDS_EACH:-1} ;;
  all) rounds=${ROUNDS:-9} gemm_seconds=${SECONDS_EACH:-2} step_seconds=${SECONDS_EACH:-3} ;;
  *) sed -n '2,8s/^# *//p' "$0" >&2; exit 2 ;;
esac
results=$root/results
readme=$root/README.md
if [ -n "${RESULTS:-}" ]; then
  mkdir -p "$RESULTS"
  results=$(CDPATH='' cd -- "$RESULTS" && pwd -P)
  readme=
fi
raw=$(mktemp -d)
trap 'rm -rf "$raw"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
cd "$root" # the commands are recorded as one would type them here

load() { cut -d ' ' -f 1 /proc/loadavg 2>/dev/null || echo unknown; }

# entry KEY VALUE: one line of the environment.
entry() { printf '%s\t%s\n' "$1" "$2" >>"$raw/environment"; }

# measure KIND COMMAND...: one measurement into KIND-NUMBER.json, the command into a .cmd file beside it.
measured=0
measure() {
  measured=$((measured + 1))
  run=$raw/$1-$(printf %04d "$measured")
  shift
  printf '%s\n' "$*" >"$run.cmd"
  "$@" --json "$run.json"
}

record_environment() {
  changed=
  [ -z "$(git status --porcelain -- pom.xml lanewise src bindings bench)" ] || changed=", with changes"
  entry date "$(date -u +%Y-%m-%dT%H:%MZ)"
  entry commit "$(git rev-parse --short=12 HEAD)$changed"
  ./lanewise info >"$raw/info"
  for key in cpu system java vectors threads 'mode strict' 'mode fast'; do
    entry "$key" "$(sed -n "s/^$key  *//p" "$raw/info")"
  done
  entry command "bench/run.sh $scope"
  entry rounds "$rounds"
  entry 'load average before' "$load_before"
}

bench_gemm() {
  kernels='vector openblas'
  grep -q 'matmul: openblas' "$raw/info" || kernels=vector
  for _ in $(seq "$rounds"); do
    for kernel in $kernels; do
      measure gemm ./lanewise bench gemm --kernels "$kernel" --sizes 256,512,1024,2048 --threads 1 \
        --seconds "$gemm_seconds"
    done
  done
}

bench_step() {
  for _ in $(seq "$rounds"); do
    for model in mlp mlp-small; do
      for threads in 1 2; do
        for mode in strict fast; do
          measure step ./lanewise bench step "$model" --threads "$threads" --mode "$mode" \
            --seconds "$step_seconds"
        done
      done
    done
  done
}

bench_kernels() {
  printf '%s\n' "bench/run.sh all, which runs org.openjdk.jmh.Main ${JMH:=-f 2 -wi 5 -w 1s -i 5 -r 500ms} -prof gc" \
    >"$raw/kernels.cmd"
  # shellcheck disable=SC2086 # options are words
  bench/java.sh org.openjdk.jmh.Main -jvmArgs "$(bench/java.sh --fork-options)" $JMH -prof gc \
    -foe true -rf json -rff "$raw/kernels.json" dev.lanewise.bench
}

load_before=$(load)
./lanewise --version # builds when due, before anything is timed
bench/java.sh --fork-options >/dev/null
record_environment
echo "matrix products ..."
bench_gemm
echo "training steps ..."
bench_step
[ "$scope" = quick ] || bench_kernels

mkdir "$raw/before"
cp "$results"/*.json "$raw/before/" 2>/dev/null || true
bench/java.sh dev.lanewise.bench.report.Report "$raw" "$results" ${readme:+"$readme"}
echo "wrote $results; against the last results:"
bench/compare.sh "$raw/before" "$results" || true
