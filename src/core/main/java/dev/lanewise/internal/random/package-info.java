/**
 * Counter-based random numbers: every draw is a pure function of a key and an element index, so
 * that masks, initial values and orders are the same for any number of threads, any vector width,
 * on recomputation and after a resume. Knows nothing of the other packages.
 *
 * <h2>rng-v1</h2>
 *
 * This section is the whole specification; a change of any bit it fixes is {@code rng-v2}. Integers
 * are unsigned and wrap around; {@code lo} and {@code hi} are the low and high 32 bits of a 64-bit
 * integer; floating point is IEEE 754, round to nearest even, without contraction.
 *
 * <p><b>Block.</b> {@code block(key, counter)} maps 64 bits to 64 bits by Threefry2x32 with 20
 * rounds (Salmon, Moraes, Dror, Shaw: <i>Parallel random numbers: as easy as 1, 2, 3</i>, SC11,
 * doi:10.1145/2063384.2063405; the same bits as Random123). The key words are {@code lo(key),
 * hi(key)}, the counter words {@code lo(counter), hi(counter)}; the first result word is the low
 * half of the result and the second its high half. For a given key it is a bijection.
 *
 * <p><b>Draws</b>, for an element {@code e} in {@code [0, 2^64)}:
 *
 * <ul>
 *   <li>{@code bits(e)}: 32 bits. {@code lo(block(key, e / 2))} for even e, {@code hi(block(key, e
 *       / 2))} for odd e. So the words of the blocks 0, 1, 2, ..., written one after the other in
 *       little-endian order, are the bits of the elements 0, 1, 2, ...
 *   <li>{@code bits64(e)}: 64 bits, {@code block(key, e)}.
 *   <li>{@code uniform(e)}: a float in {@code [0, 1)}, {@code floor(bits(e) / 2^8) * 2^-24}.
 *   <li>{@code uniformDouble(e)}: a double in {@code [0, 1)}, {@code floor(bits64(e) / 2^11) *
 *       2^-53}.
 *   <li>{@code below(bound, e)}, bound in {@code [1, 2^63)}: {@code floor(bits64(e) * bound /
 *       2^64)} over the 128-bit product. The probability of any value is within {@code 2^-64} of
 *       {@code 1 / bound}.
 *   <li>Bernoulli(p): an element is <i>dropped</i> (the event of probability p) when {@code bits(e)
 *       < threshold(p)}, where {@code threshold(p) = floor(p * 2^32)} computed exactly, p in {@code
 *       [0, 1)}.
 *   <li>{@code normal(e)}: a standard normal double, the inverse distribution function of {@code u
 *       = (floor(bits64(e) / 2^12) + 0.5) * 2^-52} (exact, never 0 or 1) by Wichura's AS 241,
 *       routine PPND16 (Applied Statistics 37(3), 1988): the polynomials are evaluated by Horner's
 *       rule with separately rounded multiplications and additions, the logarithm is that of
 *       fdlibm, every operation as in the class {@code InverseNormal}.
 * </ul>
 *
 * <p>Different kinds of draw from one key share their bits. So a key serves one purpose; fold a
 * name or a number into it to obtain another.
 *
 * <p><b>Keys</b> derive from each other, each kind of derivation from a key space of its own (the
 * constants are the first digits of the fraction of pi):
 *
 * <ul>
 *   <li>{@code ofSeed(seed)} = {@code block(0x243F6A8885A308D3, seed)}.
 *   <li>{@code key.fold(name)} = {@code block(key ^ 0x13198A2E03707344, h)}, where h is the 64-bit
 *       FNV-1a hash of the UTF-8 bytes of the name.
 *   <li>{@code key.fold(n)} = {@code block(key ^ 0xA4093822299F31D0, n)}, n taken as 64 bits (two's
 *       complement).
 * </ul>
 *
 * <p>The block being a bijection, different seeds give different keys, and so do different numbers
 * folded into one key.
 *
 * <h2>shuffle-v1</h2>
 *
 * The permutation of {@code 0 .. n-1} under a key: start from {@code a[i] = i}; for i from n - 1
 * down to 1, exchange {@code a[i]} with {@code a[below(i + 1, i)]}. The order of an epoch uses
 * {@code ofSeed(seed).fold("shuffle").fold(epoch)}.
 */
@NullMarked
package dev.lanewise.internal.random;

import org.jspecify.annotations.NullMarked;
