package dev.lanewise.io;

import java.util.List;

/** A table of numbers, read from a CSV file. Immutable. */
public final class CsvTable {
  private final List<String> names;
  private final int rows;
  private final int columns;
  private final double[] values;

  /** Takes over the values, row by row. */
  CsvTable(List<String> names, int rows, int columns, double[] values) {
    this.names = names;
    this.rows = rows;
    this.columns = columns;
    this.values = values;
  }

  /** {@return the names of the columns; empty if the file has no header} */
  public List<String> names() {
    return names;
  }

  /** {@return the number of rows, the header not counted, at least 1} */
  public int rows() {
    return rows;
  }

  /** {@return the number of columns, at least 1} */
  public int columns() {
    return columns;
  }

  /**
   * Returns a number.
   *
   * @param row its row, from 0
   * @param column its column, from 0
   * @return a finite number
   * @throws IndexOutOfBoundsException if there is no such field
   */
  public double value(int row, int column) {
    if (row < 0 || row >= rows || column < 0 || column >= columns) {
      throw new IndexOutOfBoundsException(
          "no row " + row + ", column " + column + " in a table of " + rows + " x " + columns);
    }
    return values[row * columns + column];
  }
}
