/** From raw measurements to results: JSON, tables, plots, and what moved between two of them. */
@NullMarked
package dev.lanewise.bench.report;

import org.jspecify.annotations.NullMarked;
