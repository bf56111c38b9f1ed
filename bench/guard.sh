#!/bin/sh
# Fails when a kernel or a training step allocates vectors, or is slow in one of several fresh JVMs (three minutes).
bench=$(dirname -- "$0")
# shellcheck disable=SC2046 # options are words
options=$("$bench/java.sh" --fork-options) && exec "$bench/java.sh" --add-modules jdk.incubator.vector dev.lanewise.bench.KernelGuard "$bench/../src/cli/launch" $options
