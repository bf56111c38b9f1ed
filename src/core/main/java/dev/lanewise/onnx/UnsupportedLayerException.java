package dev.lanewise.onnx;

import dev.lanewise.tensor.LanewiseException;

/** A layer, or a setting of one, that ONNX at the exported version has no operator for. */
public final class UnsupportedLayerException extends LanewiseException {
  private static final long serialVersionUID = 1L;

  private final String layer;

  UnsupportedLayerException(String layer, String why) {
    super("ONNX export: " + layer + ": " + why);
    this.layer = layer;
  }

  /** {@return the layer, as it describes itself} */
  public String layer() {
    return layer;
  }
}
