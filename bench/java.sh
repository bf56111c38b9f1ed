#!/bin/sh
# Runs a class of the bench module, on the JDK that the launcher finds; builds when sources are newer than the last build.
#   bench/java.sh org.openjdk.jmh.Main -jvmArgs "$(bench/java.sh --fork-options)" MatMulBench
set -eu

root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P)
target=$root/bench/target/fast
jdk=$(LANEWISE_JAVA_OPTS=-XshowSettings:properties "$root/lanewise" --version 2>&1 | sed -n 's/^ *java\.home = //p')

if [ ! -f "$target/stamp" ] || [ -n "$(find "$root/pom.xml" "$root/bench/pom.xml" "$root/bench/main" "$root/src/core/pom.xml" \
  "$root/src/core/main" "$root/src/core/build" "$root/bindings/pom.xml" "$root/bindings/main" \
  "$root/src/cli/main/java/dev/lanewise/cli/bench" -newer "$target/stamp" -print |
  head -n 1)" ]; then
  echo "bench: building ..." >&2
  rm -rf "$target/libs"
  mkdir -p "$target"
  touch "$target/stamp.new" # before the build: a source changed while it runs counts as newer
  JAVA_HOME=$jdk JAVA25_HOME=$jdk MAVEN_OPTS="--sun-misc-unsafe-memory-access=allow ${MAVEN_OPTS:-}" \
    mvn -q -B -ntp -Dstyle.color=never -f "$root/pom.xml" -pl bench -am \
    -Dlanewise.fast -Dmaven.test.skip package >&2
  mv "$target/stamp.new" "$target/stamp"
fi

if [ "${1:-}" = --fork-options ]; then
  # JMH forks with the class path; Lanewise itself is on the module path, where its providers are found.
  echo "-p $(echo "$target"/libs/lanewise-core-*.jar):$(echo "$target"/libs/lanewise-openblas-*.jar)" \
    "--add-modules dev.lanewise.openblas --enable-native-access=dev.lanewise,dev.lanewise.openblas" \
    "--add-exports dev.lanewise/dev.lanewise.internal.kernel=ALL-UNNAMED" \
    "--add-exports dev.lanewise/dev.lanewise.internal.concurrent=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow"
  exit
fi
exec "$jdk/bin/java" -Djava.awt.headless=true --sun-misc-unsafe-memory-access=allow \
  -cp "$target/classes:$target/libs/*" "$@"
