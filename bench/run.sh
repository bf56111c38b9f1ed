#!/bin/sh
# Measures, and writes results/: JSON, tables, plots, and the figures in the README.
#   bench/run.sh [quick|all]
# quick (the default, about 13 minutes): matrix products and training steps by the command line, beside PyTorch, and the
# time until a first epoch is done. all: over an hour, with more rounds, other libraries' matrix products, those of the
# mlp step, at cut-offs, in F64 and by 256-bit vectors, steps of other sizes, and the JMH suites, whose options the
# variable JMH replaces. The commands of a table take turns, round by round, each in its own process, so that what else
# the machine does hits all alike. What fails is left out, and said to be; each part is written when it is done.
# RESULTS names another folder for the results, ROUNDS and SECONDS_EACH (of a measurement) other lengths; with
# RESULTS set the README stays as it is. RIVALS= (empty) leaves the others out, which are a download of 600 MB; where they
# cannot be had they are left out as well. PARTS names what to measure: "gemm products step start scaling kernels".
set -eu
unset OPENBLAS_CORETYPE OPENBLAS_L2_SIZE # forced kernels are no rival

root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P)
scope=${1:-quick}
case $scope in
  quick) rounds=${ROUNDS:-2} parts=${PARTS:-gemm step start} ;;
  all) rounds=${ROUNDS:-3} parts=${PARTS:-gemm products step start scaling kernels} ;;
  *) sed -n '2,11s/^# *//p' "$0" >&2; exit 2 ;;
esac
seconds=${SECONDS_EACH:-1}
gemm_seconds=${SECONDS_EACH:-0.5} # of each size
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

# try KIND COMMAND...: one measurement into KIND-NUMBER.json, the command into a .cmd file beside it.
measured=0
try() {
  measured=$((measured + 1))
  run=$raw/$1-$(printf %04d "$measured")
  shift
  printf '%s\n' "$*" >"$run.cmd"
  "$@" --json "$run.json" || { echo "left out: $*" >&2; rm -f "$run".*; return 1; }
}

# measure KIND COMMAND...: the same; all goes on where it fails, but ends with exit code 1.
failed=0
measure() { try "$@" || failed=1; }

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

# Whether a part is to be measured.
wanted() { case " $parts " in *" $1 "*) ;; *) return 1 ;; esac; }

# A rival may fail.
measure_rival() {
  kind=$1
  shift
  try "$kind" bench/rival.sh "$@" || true
}

# The kernels whose matrix products are compared.
kernels() {
  echo vector
  ! grep -q 'matmul: openblas' "$raw/info" || echo openblas
}

bench_gemm() {
  sizes=256,512,1024,2048,128x512x784,127x509x383,33x17x65
  for _ in $(seq "$rounds"); do
    for kernel in $(kernels); do
      measure gemm ./lanewise bench gemm --kernels "$kernel" --sizes $sizes --threads 1 \
        --seconds "$gemm_seconds"
    done
    [ "$scope" = all ] || continue
    for library in ${rivals:+onednn jniblas nd4j mkl vectorblas ejml}; do
      most=$sizes
      case $library in ejml|vectorblas) most=$(echo $sizes | sed 's/2048,//') ;; esac # takes minutes
      measure_rival gemm gemm "$library" --sizes "$most" --seconds "$gemm_seconds"
    done
  done
}

# forward, weights' and inputs' gradients of 784-512-512-10 with batch 128; both sides of each shape at which a kernel, or
# mode fast, goes another way; F64; the vectors that most machines have
bench_products() {
  mlp=128x512x784-NT,128x512x512-NT,128x10x512-NT,512x784x128-TN,512x512x128-TN,10x512x128-TN,128x512x512,128x512x10
  cutoffs=512x1x512,512x2x512,1x512x512-NT,2x512x512-NT,512x10x512,512x12x512,512x13x512,512x15x64-TN,512x15x512-TN
  cutoffs=$cutoffs,64x5x31,64x5x32,31x5x64,32x5x64,30x512x512,33x512x512,64x512x512,96x512x512,128x512x512,256x512x512
  cutoffs=$cutoffs,320x512x512,48x48x48,64x64x64,31x31x31,95x95x95,105x105x105,63x63x63-TN,63x63x63-NT,512x512x127
  cutoffs=$cutoffs,512x512x129,1024x128x1024,2048x256x2048,1024x1024x1024
  few=512x1x512,31x31x31,512,1024,2048
  narrow='LANEWISE_JAVA_OPTS=-Dlanewise.vector.bits=256'
  for _ in $(seq "$rounds"); do
    for kernel in $(kernels); do
      set -- ./lanewise bench gemm --kernels "$kernel" --threads 1 --seconds "$gemm_seconds"
      measure mlp "$@" --sizes $mlp
      measure cutoffs "$@" --sizes $cutoffs
      measure f64 "$@" --dtype f64 --sizes $few
      case $kernel-$(sed -n 's/^vectors  *//p' "$raw/info") in
        vector-512*|vector-256*) measure bits256 env $narrow "$@" --sizes $few ;;
        openblas-512*|openblas-256*) measure bits256 env $narrow OPENBLAS_CORETYPE=Haswell "$@" --sizes $few ;;
      esac
    done
  done
}

bench_step() {
  for _ in $(seq "$rounds"); do
    for model in mlp mlp-small lenet cnn gpt; do
      for threads in 1 2; do
        for mode in strict fast; do
          measure step ./lanewise bench step "$model" --threads "$threads" --mode "$mode" --seconds "$seconds"
        done
        [ -z "$rivals" ] || measure_rival step step "$model" --threads "$threads" --seconds "$seconds"
        [ -z "$torch" ] || measure_rival step torch "$model" --threads "$threads" --seconds "$seconds"
      done
    done
  done
}

# Whole runs of one epoch, three in a round, as they vary more; their summaries with the seconds from the start of Java
# to the end of the epoch.
bench_start() {
  ./lanewise data get mnist >&2
  for _ in $(seq $((3 * rounds))); do
    for recipe in digits-mlp mnist-mlp; do
      measure start first_epoch $recipe
    done
  done
}

# first_epoch RECIPE --json FILE
first_epoch() {
  train="./lanewise train $1 --epochs 1 --quiet"
  echo "$train" >"${3%.json}.cmd"
  rm -rf "$raw/run"
  $train --out "$raw/run" >&2 || return 1
  first=$(sed -n '1s/.*"since_start_s"://; 1s/[,}].*//p' "$raw/run/timings.jsonl")
  sed "1s/{/{ \"first_epoch_s\": $first,/" "$raw/run/summary.json" >"$3"
}

bench_scaling() {
  for _ in 1 2; do
    for threads in 1 2; do
      for batch in 1 4 16 64 256 1024 4096; do
        measure batch ./lanewise bench step mlp --batch $batch --threads $threads --seconds 0.5
      done
      for width in 64 128 256 512 1024 2048 4096 8192; do
        measure width ./lanewise bench step mlp --width $width --threads $threads --seconds 0.5
      done
    done
  done
}

# Without whole steps, which take longer to become fast than kernels do, and are measured by the command line.
bench_kernels() {
  printf '%s\n' "bench/run.sh all, which runs org.openjdk.jmh.Main ${JMH:=-f 2 -wi 2 -w 500ms -i 4 -r 250ms} -prof gc" \
    >"$raw/kernels.cmd"
  # shellcheck disable=SC2086 # options are words
  bench/java.sh org.openjdk.jmh.Main -jvmArgs "$(bench/java.sh --fork-options)" $JMH -prof gc \
    -rf json -rff "$raw/kernels.json" -e '\.StepBench\.' dev.lanewise.bench | tee "$raw/kernels.log"
  # JMH leaves out what fails
  ! grep '^<.*fail' "$raw/kernels.log" || failed=1
}

load_before=$(load)
./lanewise --version # builds when due, before anything is timed
bench/java.sh --fork-options >/dev/null
rivals=${RIVALS-yes}
torch=
if [ -n "$rivals" ]; then
  bench/rival.sh check || { echo "no other libraries: they cannot be had here" >&2; rivals=; }
  ! python3 -c 'import torch' 2>/dev/null || torch=yes
fi
record_environment
mkdir "$raw/before"
cp "$results"/*.json "$raw/before/" 2>/dev/null || true
for part in gemm products step start scaling kernels; do
  wanted $part || continue
  echo "$part ..."
  "bench_$part"
  bench/java.sh dev.lanewise.bench.report.Report "$raw" "$results" ${readme:+"$readme"}
done
echo "wrote $results; against the last results:"
bench/compare.sh "$raw/before" "$results" || true
exit "$failed"
