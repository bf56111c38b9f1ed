#!/usr/bin/env bash
# Trains the recipes that promise a figure, and writes results/accuracy.json and results/accuracy.md.
#   bench/accuracy.sh [RECIPE...]
# Without names, all of them: half an hour on two cores. Entries of recipes that are not trained now stay. Run folders
# lie in target/accuracy. THREADS (2) compute; RESULTS names another folder for the results.
# Exit code 1 when a figure misses what is promised.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
results=${RESULTS:-$root/results}
mkdir -p "$results"
results=$(cd "$results" && pwd -P)
trap 'exit 130' INT
trap 'exit 143' TERM HUP
cd "$root" # the commands are recorded as one would type them here
unset OPENBLAS_CORETYPE OPENBLAS_L2_SIZE

./lanewise --version # builds when due
promised=$(bench/java.sh dev.lanewise.bench.report.Accuracy)
[ $# -gt 0 ] || set -- $promised # names are words
for recipe; do
  grep -qx -e "$recipe" <<<"$promised" || { echo "no promise for \"$recipe\"; known:" $promised >&2; exit 2; }
done

changed=
[ -z "$(git status --porcelain -- pom.xml lanewise src bindings bench)" ] || changed=", with changes"
commit="$(git rev-parse --short=12 HEAD)$changed"
missed=
for recipe; do
  run=target/accuracy/$recipe
  rm -rf "$run"
  train=(./lanewise train "$recipe" --threads "${THREADS:-2}")
  "${train[@]}" --out "$run"
  bench/java.sh dev.lanewise.bench.report.Accuracy "$run" "$results" "$commit" "${train[*]}" || missed="$missed $recipe"
done
[ -z "$missed" ] || { echo "missed:$missed" >&2; exit 1; }
