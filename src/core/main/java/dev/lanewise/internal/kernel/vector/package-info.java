/**
 * Kernels on the Vector API, bit-identical to their scalar twins at every vector width.
 *
 * <p>Shapes at which a matrix product goes another way. Both sides of each are measured by {@code
 * bench/run.sh all}: "Matrix product at cut-offs" in results/zen4/README.md, unless another table
 * is named.
 *
 * <table>
 * <caption>Cut-offs</caption>
 * <tr><th>where</th><th>at</th><th>what changes</th></tr>
 * <tr><td>{@code VectorMatMulF32.depth}</td><td>k 512; 128 by 512-bit vectors and a first-level
 *     cache of 48 KiB, which that machine lacks</td>
 *     <td>another panel of K (512: "by 256-bit vectors")</td></tr>
 * <tr><td>{@code VectorMatMulF32.DEEPEST}</td><td>k 512</td>
 *     <td>all of C before the next panels of K ("Matrix product")</td></tr>
 * <tr><td>{@code VectorMatMulF32.blockRows}</td><td>m 256 to 1024, by k</td>
 *     <td>panels of B are kept for another block of rows</td></tr>
 * <tr><td>{@code VectorMatMulF32.ROWS_TO_PACK}</td><td>m 96</td>
 *     <td>panels of B are copied</td></tr>
 * <tr><td>{@code VectorMatMulF32.swaps}</td><td>m 2 vectors, k 32, n by the form</td>
 *     <td>last columns by lanes along M</td></tr>
 * <tr><td>{@code MatMulTilesF32.FEW_ROWS}</td><td>m 32</td>
 *     <td>panels of 4 vectors for any number of rows</td></tr>
 * <tr><td>{@code MatMul.GRAIN}</td><td>500,000 multiply-adds a task</td>
 *     <td>another thread takes part ("Width of mlp")</td></tr>
 * <tr><td>{@code OpenBlasProvider.isFaster}</td><td>n 1, m 2, few multiply-adds</td>
 *     <td>mode fast uses OpenBLAS</td></tr>
 * </table>
 */
@NullMarked
package dev.lanewise.internal.kernel.vector;

import org.jspecify.annotations.NullMarked;
