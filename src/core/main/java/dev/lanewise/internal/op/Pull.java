package dev.lanewise.internal.op;

/**
 * The last step of a gradient, described and not yet computed: {@code op(in...)}.
 *
 * @param op what to compute
 * @param in of what; at least one
 */
@SuppressWarnings("ArrayRecordComponent") // never compared; created on every backward step
public record Pull(Op op, Value... in) {}
