/** JMH suites: one kernel family each, and whole training steps. */
@NullMarked
package dev.lanewise.bench;

import org.jspecify.annotations.NullMarked;
