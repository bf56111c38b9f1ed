/** Pages that people look at: what training wrote and what the model does, as charts. */
@NullMarked
package dev.lanewise.cli.report;

import org.jspecify.annotations.NullMarked;
