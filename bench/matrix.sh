#!/usr/bin/env bash
# Proves that a recipe has one result: trains it over and over, with other threads, vector widths, compilers, and
# killed (kill -9) three times on the way; every run must end with the same weights and the same metrics.jsonl.
#   bench/matrix.sh [ci|all] [--recipes "mlp ..."] [--threads "1 2 ..."] [--widths "16 32 ..."]
#                   [--compilers "int c1 default comp"] [--ways "whole killed"] [--jobs N]
# Recipes are the files of bench/matrix. A width is -XX:MaxVectorSize in bytes, or pN for -Dlanewise.vector.bits=N. A
# compiler is -Xint, C1 alone, the default, or comp: -Xcomp for what computes, that is Lanewise and the parts of the JDK
# it computes with. A run that is killed goes on with the next number of threads each time.
# all (every combination; 20 to 30 minutes with two cores) writes results/matrix.md and .json; ci (the default, a minute
# or two) is a few cells that differ in everything. Jobs are cells at a time, by default one for each core. RESULTS names
# a folder for the tables of any choice.
# Exit code 1 when two runs of a recipe differ.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
cd "$root" # the recipes name their data from here
usage() { sed -n '2,14s/^# *//p' "${BASH_SOURCE[0]}" >&2; exit 2; }

part=ci
selected=
recipes=$(cd bench/matrix && printf '%s ' *.yaml | sed 's/\.yaml//g')
threads="1 2 3 5 8"
widths="16 32 64"
compilers="int c1 default comp"
ways="whole killed"
jobs=$(nproc 2>/dev/null || echo 2)
while [ $# -gt 0 ]; do
  case $1 in
    ci | all) part=$1 ;;
    --recipes) recipes=$2 selected=yes; shift ;;
    --threads) threads=$2 selected=yes; shift ;;
    --widths) widths=$2 selected=yes; shift ;;
    --compilers) compilers=$2 selected=yes; shift ;;
    --ways) ways=$2 selected=yes; shift ;;
    --jobs) jobs=$2; shift ;;
    *) usage ;;
  esac
  shift
done

results=${RESULTS:-}
if [ -n "$selected" ]; then
  part=all
elif [ -z "$results" ] && [ "$part" = all ]; then
  results=$root/results
fi
runs=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null || true; wait; rm -rf "$runs"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

readonly kills=3

# The cells of ci: every value of every axis but -Xcomp, which takes long.
ci_cells() {
  local recipe
  for recipe in $recipes; do
    printf '%s\n' "$recipe default 64 2 whole" "$recipe default 16 1 whole" "$recipe default 32 3,1,8,2 killed"
  done
  printf '%s\n' "mlp c1 p128 8 whole" "cnn c1 p256 5 whole" "mlp int 64 5 whole"
}

all_cells() {
  local recipe compiler width count
  local -a counts=($threads)
  local cell=0
  for recipe in $recipes; do
    for compiler in $compilers; do
      for width in $widths; do
        case $ways in *whole*)
          for count in $threads; do
            echo "$recipe $compiler $width $count whole"
          done ;;
        esac
        case $ways in *killed*)
          local stretches=
          for ((i = cell; i <= cell + kills; i++)); do
            stretches+=${stretches:+,}${counts[i % ${#counts[@]}]}
          done
          cell=$((cell + 1))
          echo "$recipe $compiler $width $stretches killed" ;;
        esac
      done
    done
  done
}

java_options() { # COMPILER WIDTH
  local computes
  case $1 in
    int) printf '%s ' -Xint ;;
    c1) printf '%s ' -XX:TieredStopAtLevel=1 -XX:CompilerDirectivesFile= ;; # the launcher's keep kernels from C1
    comp)
      printf '%s ' -Xcomp -XX:CompileCommand=quiet
      for computes in dev.lanewise jdk.incubator.vector jdk.internal.vm.vector jdk.internal.foreign java.lang.foreign \
        java.lang.invoke jdk.internal.misc java.lang.Float java.lang.Math; do
        printf '%s ' "-XX:CompileCommand=compileonly,$computes*::*"
      done ;;
    default) ;;
    *) usage ;;
  esac
  case $2 in
    p*) echo "-Dlanewise.vector.bits=${2#p}" ;;
    *) echo "-XX:MaxVectorSize=$2" ;;
  esac
}

# Sets $newest to the newest checkpoint in the folder of a run.
find_newest() { # FOLDER
  local files=("$1"/checkpoints/step-*.safetensors)
  newest=${files[-1]}
}

# Runs a command, and if it is to be killed, kills it as soon as there is a checkpoint it has written. Whether it ended.
stretch() { # FOLDER yes|no COMMAND...
  local folder=$1 kill=$2 before code=0
  shift 2
  find_newest "$folder"
  before=$newest
  "$@" &
  child=$!
  while [ "$kill" = yes ] && kill -0 "$child" 2>/dev/null; do
    find_newest "$folder"
    if [ "$newest" != "$before" ] && [ -e "$newest" ]; then
      kill -9 "$child" 2>/dev/null || true
      break
    fi
    read -r -t 0.003 -u "$never" || true
  done
  wait "$child" 2>/dev/null || code=$?
  child=
  [ $code -ne 137 ] || return 1
  [ $code -eq 0 ] || exit 1
}

# Trains a cell, each stretch but the last until it is killed, in a process of its own. Writes the cell with how often it
# was killed, and its hash, to FILE.done, or to FILE.failed.
run_cell() { # FILE RECIPE COMPILER WIDTH THREADS[,THREADS]... WAY
  file=$1 child= # for the traps
  shift
  cell=$*
  local folder=$file.run times=0 count kill newest stretches weights
  trap '[ -z "$child" ] || kill -9 "$child" 2>/dev/null; [ -e "$file.done" ] || echo "$cell" >"$file.failed"' EXIT
  trap 'exit 143' TERM INT HUP
  exec {never}<> <(:) # a pipe that stays empty: waiting for it takes no process
  LANEWISE_JAVA_OPTS=$(java_options "$2" "$3")
  export LANEWISE_JAVA_OPTS
  IFS=, read -r -a stretches <<<"$4"
  for count in "${stretches[@]}"; do
    local command=(./lanewise train "bench/matrix/$1.yaml" --quiet --threads "$count" --out "$folder")
    [ ! -e "$folder" ] || command=(./lanewise resume --quiet --threads "$count" "$folder")
    kill=no
    [ "$5" = whole ] || [ $times -eq $kills ] || kill=yes
    if stretch "$folder" $kill "${command[@]}"; then
      break
    fi
    times=$((times + 1))
  done >"$file.log" 2>&1
  weights=$(sed -n 's/.*"weights_sha256" *: *"\([0-9a-f]*\)".*/\1/p' "$folder/summary.json")
  [ -n "$weights" ] || { echo "no weights_sha256 in $folder/summary.json" >>"$file.log"; exit 1; }
  echo "$* $times $({ echo "$weights"; cat "$folder/metrics.jsonl"; } | sha256sum | cut -c 1-16)" >"$file"
  rm -rf "$folder" "$file.log"
  mv "$file" "$file.done"
}

# Prints the cells that have ended and were not printed yet; ends the script if one could not be run.
declare -A first
count=0
different=0
report() {
  local cell recipe compiler width thread_counts way times hash same
  for cell in "$runs"/cell-*.failed; do
    [ ! -e "$cell" ] || { echo "failed: $(cat "$cell")" >&2; cat "${cell%.failed}.log" >&2; exit 1; }
  done
  for cell in "$runs"/cell-*.done; do
    [ -e "$cell" ] || return 0
    read -r recipe compiler width thread_counts way times hash <"$cell"
    count=$((count + 1))
    same=
    if [ "${first[$recipe]:=$hash}" != "$hash" ]; then
      same=" DIFFERS from ${first[$recipe]}"
      different=$((different + 1))
    fi
    printf '%-12s %-8s %5s %8s %-7s %5s  %-16s%s  (%d of %d, %d s)\n' "$recipe" "$compiler" "$width" "$thread_counts" \
      "$way" "$times" "$hash" "$same" "$count" "$total" "$SECONDS"
    cat "$cell" >>"$runs/table"
    rm "$cell"
  done
}

unset OPENBLAS_CORETYPE OPENBLAS_L2_SIZE
./lanewise --version >/dev/null # builds
cells=$("${part}_cells")
total=$(wc -l <<<"$cells")
printf '%-12s %-8s %5s %8s %-7s %5s  %-16s\n' recipe compiler width threads way kills hash
: >"$runs/table"
number=0
running=0
while read -r recipe compiler width thread_counts way; do
  if [ $running -ge "$jobs" ]; then
    wait -n || true
    running=$((running - 1))
    report
  fi
  number=$((number + 1))
  run_cell "$runs/cell-$number" "$recipe" "$compiler" "$width" "$thread_counts" "$way" &
  running=$((running + 1))
done <<<"$cells"
while [ $count -lt "$total" ]; do
  wait -n || true
  report
done
echo "$count runs, $different different"

if [ -n "$results" ]; then
  mkdir -p "$results"
  {
    echo '{"cells": ['
    awk '{ printf "%s{\"recipe\": \"%s\", \"compiler\": \"%s\", \"width\": \"%s\", \"threads\": [%s], \"way\": \"%s\", \"kills\": %d, \"hash\": \"%s\"}",
      (NR > 1 ? ",\n" : ""), $1, $2, $3, $4, $5, $6, $7 } END { print "" }' "$runs/table"
    echo ']}'
  } >"$results/matrix.json"
  {
    echo "# One result for every machine setting"
    echo
    echo "$count runs, $different different, $SECONDS s; $(date -u +%Y-%m-%d), commit $(git rev-parse --short=12 HEAD),"
    echo "$(./lanewise info | sed -n 's/^\(cpu\|java\)  *//p' | paste -s -d ';' | sed 's/;/; /g')."
    echo
    echo "The hash covers the weights and metrics.jsonl. A width is -XX:MaxVectorSize in bytes, or pN for"
    echo "-Dlanewise.vector.bits=N; int is -Xint, c1 C1 alone, comp -Xcomp. A run was killed (kill -9) as often as stated, and"
    echo "resumed with the next number of threads. Written by \`bench/matrix.sh\`."
    echo
    awk '{ key = $1 " | " $2 " | " $3 " | " ($5 == "killed" ? "killed " $6 " times" : "whole") " | `" $7 "`"
        if (!(key in threads)) order[++n] = key
        threads[key] = threads[key] (threads[key] == "" ? "" : "; ") $4 }
      END { print "| recipe | compiler | width | way | hash | threads |"; print "|---|---|---|---|---|---|"
        for (i = 1; i <= n; i++) print "| " order[i] " | " threads[order[i]] " |" }' "$runs/table"
  } >"$results/matrix.md"
fi
[ $different -eq 0 ]
