#!/bin/sh
# Measures another library at the work of `lanewise bench`, at its best setting; downloads 600 MB on first use.
#   bench/rival.sh step NAME [--threads N] [--seconds S] --json FILE            PyTorch through DJL
#   bench/rival.sh gemm LIBRARY [--sizes N,MxNxK] [--seconds S] --json FILE     vectorblas jniblas ejml nd4j mkl onednn
#   bench/rival.sh torch NAME [--threads N] [--seconds S] --json FILE           PyTorch, where python3 has it
#   bench/rival.sh check                                                        builds; exit code 0 when there are rivals
set -eu

root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P)
if [ "${1:-}" = torch ]; then
  shift
  exec python3 "$root/bench/rivals/torch_step.py" "$@"
fi
target=$root/bench/rivals/target/fast
jdk=$(LANEWISE_JAVA_OPTS=-XshowSettings:properties "$root/lanewise" --version 2>&1 | sed -n 's/^ *java\.home = //p')

if [ ! -f "$target/stamp" ] || [ -n "$(find "$root/pom.xml" "$root/bench/rivals/pom.xml" "$root/bench/rivals/main" \
  "$root/src/cli/main/java/dev/lanewise/cli/bench" -newer "$target/stamp" -print | head -n 1)" ]; then
  echo "rivals: building ..." >&2
  rm -rf "$target/libs"
  mkdir -p "$target"
  touch "$target/stamp.new" # before the build: a source changed while it runs counts as newer
  JAVA_HOME=$jdk JAVA25_HOME=$jdk MAVEN_OPTS="--sun-misc-unsafe-memory-access=allow ${MAVEN_OPTS:-}" \
    mvn -q -B -ntp -Dstyle.color=never -f "$root/pom.xml" -Privals -pl bench/rivals -am \
    -Dlanewise.fast -Dmaven.test.skip package >&2
  mv "$target/stamp.new" "$target/stamp"
fi
[ "${1:-}" != check ] || exit 0

natives=$target/natives/org/bytedeco
options=
case ${1:-} in
  step)
    export OPT_OUT_TRACKING=true DJL_OFFLINE=true DJL_CACHE_DIR="$target/djl"
    # Memory that is not given back between steps, and no threads of the collector beside: 1.5 times as fast.
    export MALLOC_MMAP_THRESHOLD_=1073741824 MALLOC_TRIM_THRESHOLD_=4294967296
    options=-XX:+UseSerialGC
    ;;
  gemm)
    export OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 MKL_NUM_THREADS=1
    case ${2:-} in
      nd4j) # its old OpenBLAS takes a processor that it does not know for one without AVX
        ! grep -q avx512dq /proc/cpuinfo 2>/dev/null || export OPENBLAS_CORETYPE=SkylakeX
        ;;
      mkl) export MKL_INTERFACE_LAYER=LP64 MKL_THREADING_LAYER=INTEL LD_LIBRARY_PATH="$natives/mkl/linux-x86_64" ;;
    esac
    ;;
esac
# shellcheck disable=SC2086 # options are words
exec "$jdk/bin/java" $options --add-modules jdk.incubator.vector --enable-native-access=ALL-UNNAMED \
  --sun-misc-unsafe-memory-access=allow -Dslf4j.internal.verbosity=ERROR \
  -Drivals.natives="$target/natives" \
  -Ddev.ludovic.netlib.blas.nativeLibPath="$natives/openblas/linux-x86_64/libopenblas.so.0" \
  -cp "$target/classes:$target/libs/*" dev.lanewise.bench.rivals.Main "$@"
