#!/bin/sh
# Fails when a kernel allocates, or is slow in one of several fresh JVMs (about a minute).
bench=$(dirname -- "$0")
# shellcheck disable=SC2046 # options are words
options=$("$bench/java.sh" --fork-options) && exec "$bench/java.sh" dev.lanewise.bench.KernelGuard $options
