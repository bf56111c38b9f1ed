package dev.lanewise.onnx;

import static dev.lanewise.onnx.Graph.set;

import dev.lanewise.nn.Activation;

/** What each activation is in ONNX operators; formulas are those of {@link Activation}. */
final class Activations {
  private final Graph graph;

  Activations(Graph graph) {
    this.graph = graph;
  }

  /** Adds the nodes of {@code activation} of {@code x} and returns their result. */
  String of(Activation activation, String x) {
    return switch (activation) {
      case RELU -> graph.node("Relu", x);
      case SELU -> graph.node("Selu", x);
      case GELU -> gelu(x, graph.node("Erf", scaled(x, Math.sqrt(0.5))));
      case GELU_TANH -> gelu(x, graph.node("Tanh", geluTanhArgument(x)));
      case SILU -> graph.node("Mul", x, graph.node("Sigmoid", x));
      case MISH -> graph.node("Mul", x, graph.node("Tanh", graph.node("Softplus", x)));
      case TANH -> graph.node("Tanh", x);
      case SIGMOID -> graph.node("Sigmoid", x);
      case SOFTPLUS -> graph.node("Softplus", x);
      case LOGSIGMOID -> graph.node("Neg", graph.node("Softplus", graph.node("Neg", x)));
      case SOFTSIGN -> graph.node("Softsign", x);
      case HARDSIGMOID -> graph.node("HardSigmoid", new String[] {x}, set("alpha", 1 / 6.0));
      case HARDSWISH -> graph.node("HardSwish", x);
      case SOFTMAX -> graph.node("Softmax", new String[] {x}, set("axis", -1));
      case LOG_SOFTMAX -> graph.node("LogSoftmax", new String[] {x}, set("axis", -1));
    };
  }

  /** x / 2 (1 + f). */
  private String gelu(String x, String f) {
    return graph.node("Mul", scaled(x, 0.5), graph.node("Add", f, graph.scalar(1)));
  }

  /** sqrt(2 / pi) (x + 0.044715 x^3). */
  private String geluTanhArgument(String x) {
    String cube = graph.node("Mul", graph.node("Mul", x, x), x);
    return scaled(graph.node("Add", x, scaled(cube, 0.044715)), Math.sqrt(2 / Math.PI));
  }

  private String scaled(String x, double factor) {
    return graph.node("Mul", x, graph.scalar(factor));
  }
}
