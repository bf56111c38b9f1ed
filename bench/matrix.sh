#!/usr/bin/env bash
# Proves that a recipe has one result: trains it over and over, with other threads, vector widths, compilers, and
# killed (kill -9) three times on the way; every run must end with the same weights and the same metrics.jsonl.
#   bench/matrix.sh [ci|all] [--recipes "mlp ..."] [--threads "1 2 ..."] [--widths "16 32 ..."]
#                   [--compilers "int c1 default comp"] [--ways "whole killed"]
# Recipes are the files of bench/matrix. A width is -XX:MaxVectorSize in bytes, or pN for -Dlanewise.vector.bits=N.
# all (200 runs of each recipe, of 5 to 60 s) writes results/matrix.md and .json; ci (the default) is a few cells that
# differ in everything. RESULTS names a folder for the tables of any choice.
# Exit code 1 when two runs of a recipe differ.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
usage() { sed -n '2,10s/^# *//p' "${BASH_SOURCE[0]}" >&2; exit 2; }

part=ci
selected=
recipes=$(cd "$root/bench/matrix" && printf '%s ' *.yaml | sed 's/\.yaml//g')
threads="1 2 3 5 8"
widths="16 32 64 p128 p256"
compilers="int c1 default comp"
ways="whole killed"
while [ $# -gt 0 ]; do
  case $1 in
    ci | all) part=$1 ;;
    --recipes) recipes=$2 selected=yes; shift ;;
    --threads) threads=$2 selected=yes; shift ;;
    --widths) widths=$2 selected=yes; shift ;;
    --compilers) compilers=$2 selected=yes; shift ;;
    --ways) ways=$2 selected=yes; shift ;;
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
child=
trap '[ -z "$child" ] || kill -9 "$child" 2>/dev/null; rm -rf "$runs"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# The cells of ci: every value of every axis but -Xcomp, which takes long.
ci_cells() {
  for recipe in $recipes; do
    printf '%s\n' "$recipe default 64 2 whole" "$recipe default 16 1 whole" "$recipe default 32 3 killed"
  done
  printf '%s\n' "mlp c1 p128 8 whole" "mlp int 64 5 whole"
}

all_cells() {
  for recipe in $recipes; do
    for compiler in $compilers; do
      for width in $widths; do
        for count in $threads; do
          for way in $ways; do
            printf '%s\n' "$recipe $compiler $width $count $way"
          done
        done
      done
    done
  done
}

java_options() { # COMPILER WIDTH
  case $1 in
    int) printf '%s ' -Xint ;;
    c1) printf '%s ' -XX:TieredStopAtLevel=1 ;;
    comp) printf '%s ' -Xcomp ;;
    default) ;;
    *) usage ;;
  esac
  case $2 in
    p*) echo "-Dlanewise.vector.bits=${2#p}" ;;
    *) echo "-XX:MaxVectorSize=$2" ;;
  esac
}

newest() { # FOLDER: its newest checkpoint
  local files=("$1"/checkpoints/step-*.safetensors)
  [ -e "${files[-1]}" ] && echo "${files[-1]}"
}

# Runs a command and kills it as soon as there is a checkpoint it has written; whether it was killed.
killed() { # FOLDER COMMAND...
  local folder=$1 before
  shift
  before=$(newest "$folder" || true)
  "$@" &
  child=$!
  while kill -0 "$child" 2>/dev/null; do
    if [ "$(newest "$folder" || true)" != "$before" ]; then
      kill -9 "$child" 2>/dev/null || true
      break
    fi
    sleep 0.005
  done
  local code=0
  wait "$child" 2>/dev/null || code=$?
  child=
  [ $code -eq 137 ] && return 0
  [ $code -eq 0 ] || { cat "$runs/log" >&2; exit 1; }
  return 1
}

# Trains a cell; leaves its hash in $hash and how often it was killed in $kills.
run_cell() { # RECIPE COMPILER WIDTH THREADS WAY
  local folder=$runs/run
  rm -rf "$folder"
  LANEWISE_JAVA_OPTS=$(java_options "$2" "$3")
  export LANEWISE_JAVA_OPTS
  local train=("$root/lanewise" train "$root/bench/matrix/$1.yaml" --quiet --threads "$4" --out "$folder")
  local resume=("$root/lanewise" resume --quiet --threads "$4" "$folder")
  kills=0
  if [ "$5" = killed ]; then
    local command=("${train[@]}")
    while [ $kills -lt 3 ] && killed "$folder" "${command[@]}" >"$runs/log" 2>&1; do
      kills=$((kills + 1))
      command=("${resume[@]}")
    done
    [ $kills -lt 3 ] || "${resume[@]}" >"$runs/log" 2>&1 || { cat "$runs/log" >&2; exit 1; }
  else
    "${train[@]}" >"$runs/log" 2>&1 || { cat "$runs/log" >&2; exit 1; }
  fi
  local weights
  weights=$(sed -n 's/.*"weights_sha256" *: *"\([0-9a-f]*\)".*/\1/p' "$folder/summary.json")
  [ -n "$weights" ] || { echo "no weights_sha256 in $folder/summary.json" >&2; exit 1; }
  hash=$({ echo "$weights"; cat "$folder/metrics.jsonl"; } | sha256sum | cut -c 1-16)
}

unset OPENBLAS_CORETYPE OPENBLAS_L2_SIZE
"$root/lanewise" --version >/dev/null # builds
declare -A first
cells=$("${part}_cells")
total=$(wc -l <<<"$cells")
count=0
different=0
printf '%-10s %-8s %5s %7s %-7s %5s  %-16s\n' recipe compiler width threads way kills hash
: >"$runs/table"
while read -r recipe compiler width thread_count way; do
  count=$((count + 1))
  run_cell "$recipe" "$compiler" "$width" "$thread_count" "$way"
  same=
  if [ "${first[$recipe]:=$hash}" != "$hash" ]; then
    same=" DIFFERS from ${first[$recipe]}"
    different=$((different + 1))
  fi
  printf '%-10s %-8s %5s %7s %-7s %5s  %-16s%s  (%d of %d, %d s)\n' "$recipe" "$compiler" "$width" "$thread_count" "$way" \
    "$kills" "$hash" "$same" "$count" "$total" "$SECONDS"
  echo "$recipe $compiler $width $thread_count $way $kills $hash" >>"$runs/table"
done <<<"$cells"
echo "$count runs, $different different"

if [ -n "$results" ]; then
  mkdir -p "$results"
  {
    echo '{"cells": ['
    awk '{ printf "%s{\"recipe\": \"%s\", \"compiler\": \"%s\", \"width\": \"%s\", \"threads\": %d, \"way\": \"%s\", \"kills\": %d, \"hash\": \"%s\"}",
      (NR > 1 ? ",\n" : ""), $1, $2, $3, $4, $5, $6, $7 } END { print "" }' "$runs/table"
    echo ']}'
  } >"$results/matrix.json"
  {
    echo "# One result for every machine setting"
    echo
    echo "$count runs, $different different. The hash covers the weights and metrics.jsonl. A width is -XX:MaxVectorSize in bytes,"
    echo "or pN for -Dlanewise.vector.bits=N; a killed run was killed (kill -9) three times, or as often as stated, and"
    echo "resumed. Written by \`bench/matrix.sh\`."
    echo
    awk '{ cell = $1 " | " $2 " | " $3 " | " ($5 == "killed" ? "killed " $6 " times" : "whole")
        key = cell " | `" $7 "`"
        if (!(key in threads)) { order[++n] = key }
        threads[key] = threads[key] (threads[key] == "" ? "" : ", ") $4 }
      END { print "| recipe | compiler | width | way | hash | threads |"; print "|---|---|---|---|---|---|"
        for (i = 1; i <= n; i++) print "| " order[i] " | " threads[order[i]] " |" }' "$runs/table"
  } >"$results/matrix.md"
fi
[ $different -eq 0 ]
