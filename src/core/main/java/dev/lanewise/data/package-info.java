/**
 * Data sets in memory, where they come from, and how they are cut into batches.
 *
 * <p>{@link dev.lanewise.data.Digits}, {@link dev.lanewise.data.Mnist}, {@link
 * dev.lanewise.data.FashionMnist} and {@link dev.lanewise.data.CsvData} open {@link
 * dev.lanewise.data.Splits}, a training and a test {@link dev.lanewise.data.DataSet}. {@link
 * dev.lanewise.data.Batches} walks over one in a reproducible order, normalized on the way by a
 * {@link dev.lanewise.data.Normalizer}.
 */
@NullMarked
package dev.lanewise.data;

import org.jspecify.annotations.NullMarked;
