#!/bin/sh
# Writes the bindings in main/java/dev/lanewise/openblas/cblas again, from cblas.h in the natives jar.
#
#   bindings/generate.sh [-o FOLDER] [JAR] [clang header folder]
#
# JAR: org.bytedeco:openblas with a classifier, 0.3.31 or later; by default the one in Maven's local repository.
# Needs a jextract for the project's JDK on the PATH, and unzip. Run it on Linux or macOS: a C long has 64 bits there.
set -eu

die() { printf 'generate.sh: %s\n' "$*" >&2; exit 1; }

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
output=$here/main/java
if [ "${1:-}" = -o ]; then
  [ $# -ge 2 ] || die "-o wants a folder"
  output=$2
  shift 2
fi
jar=${1:-}
headers=${2:-}

command -v jextract >/dev/null || die "there is no jextract on the PATH (https://jdk.java.net/jextract)"
command -v unzip >/dev/null || die "there is no unzip on the PATH"

if [ -z "$jar" ]; then
  version=$(sed -n 's:.*<openblas.version>\(.*\)</openblas.version>.*:\1:p' "$here/../pom.xml")
  folder=${MAVEN_REPOSITORY:-$HOME/.m2/repository}/org/bytedeco/openblas/$version
  for file in "$folder/openblas-$version"-*.jar; do
    [ ! -f "$file" ] || jar=$file
  done
  [ -n "$jar" ] || die "no natives jar in $folder: run mvn verify once, or name the jar"
fi
[ -f "$jar" ] || die "$jar is not a file"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
unzip -q -j "$jar" 'org/bytedeco/openblas/*/include/*.h' -d "$work/include" || die "$jar holds no headers"

# clang's own headers (stddef.h and the like), when jextract does not find them by itself
set -- "$work/include/cblas.h"
[ -z "$headers" ] || set -- -I "$headers" "$@"
jextract "@$here/openblas.symbols" --output "$output" "$@"
