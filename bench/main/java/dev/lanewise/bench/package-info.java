/** JMH suites and the step benchmark. */
@NullMarked
package dev.lanewise.bench;

import org.jspecify.annotations.NullMarked;
