package dev.lanewise.cli.run;

import static com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Label.LABEL_OPTIONAL;
import static com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Label.LABEL_REPEATED;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Label;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Type;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DynamicMessage;
import dev.lanewise.engine.Mode;
import dev.lanewise.train.EpochReport;
import dev.lanewise.train.Evaluation;
import dev.lanewise.train.StepReport;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Events, as Google's protobuf library and a CRC computed bit by bit see them. */
class EventFileTest {
  @TempDir Path folder;

  /** The fields of tensorflow.Event that matter here, by their numbers there. */
  private static Descriptor eventType() throws DescriptorValidationException {
    DescriptorProto value =
        DescriptorProto.newBuilder()
            .setName("Value")
            .addField(field("tag", 1, Type.TYPE_STRING, LABEL_OPTIONAL))
            .addField(field("simple_value", 2, Type.TYPE_FLOAT, LABEL_OPTIONAL))
            .build();
    DescriptorProto summary =
        DescriptorProto.newBuilder()
            .setName("Summary")
            .addField(field("value", 1, Type.TYPE_MESSAGE, LABEL_REPEATED).setTypeName("Value"))
            .build();
    DescriptorProto event =
        DescriptorProto.newBuilder()
            .setName("Event")
            .addField(field("wall_time", 1, Type.TYPE_DOUBLE, LABEL_OPTIONAL))
            .addField(field("step", 2, Type.TYPE_INT64, LABEL_OPTIONAL))
            .addField(field("file_version", 3, Type.TYPE_STRING, LABEL_OPTIONAL))
            .addField(field("summary", 5, Type.TYPE_MESSAGE, LABEL_OPTIONAL).setTypeName("Summary"))
            .build();
    FileDescriptorProto file =
        FileDescriptorProto.newBuilder()
            .setName("event.proto")
            .addMessageType(value)
            .addMessageType(summary)
            .addMessageType(event)
            .build();
    return FileDescriptor.buildFrom(file, new FileDescriptor[0]).findMessageTypeByName("Event");
  }

  private static FieldDescriptorProto.Builder field(
      String name, int number, Type type, Label label) {
    return FieldDescriptorProto.newBuilder()
        .setName(name)
        .setNumber(number)
        .setType(type)
        .setLabel(label);
  }

  /** CRC-32C by its definition: the polynomial 0x1EDC6F41, reflected, one bit at a time. */
  private static int crc(byte[] bytes) {
    int crc = -1;
    for (byte b : bytes) {
      crc ^= b & 0xFF;
      for (int bit = 0; bit < 8; bit++) {
        crc = crc >>> 1 ^ ((crc & 1) != 0 ? 0x82F63B78 : 0);
      }
    }
    return ~crc;
  }

  private static int masked(byte[] bytes) {
    int crc = crc(bytes);
    return (crc >>> 15 | crc << 17) + 0xa282ead8;
  }

  /** The events of a file whose checksums are right and that ends with a whole record. */
  static List<DynamicMessage> read(Path file) throws IOException, DescriptorValidationException {
    Descriptor type = eventType();
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    List<DynamicMessage> events = new ArrayList<>();
    while (bytes.hasRemaining()) {
      byte[] length = new byte[8];
      bytes.get(length);
      assertThat(bytes.getInt()).isEqualTo(masked(length));
      byte[] data =
          new byte[(int) ByteBuffer.wrap(length).order(ByteOrder.LITTLE_ENDIAN).getLong()];
      bytes.get(data);
      assertThat(bytes.getInt()).isEqualTo(masked(data));
      DynamicMessage event = DynamicMessage.parseFrom(type, data);
      assertThat(event.getUnknownFields().asMap()).isEmpty();
      events.add(event);
    }
    return events;
  }

  private static Object get(DynamicMessage message, String field) {
    return message.getField(message.getDescriptorForType().findFieldByName(field));
  }

  /** The scalars of an event by their tags. */
  static Map<String, Float> scalars(DynamicMessage event) {
    Map<String, Float> scalars = new LinkedHashMap<>();
    DynamicMessage summary = (DynamicMessage) get(event, "summary");
    for (Object value : (List<?>) get(summary, "value")) {
      DynamicMessage scalar = (DynamicMessage) value;
      scalars.put((String) get(scalar, "tag"), (Float) get(scalar, "simple_value"));
    }
    return scalars;
  }

  static long step(DynamicMessage event) {
    return (Long) get(event, "step");
  }

  @Test
  void theCheckItselfKnowsCrc32c() {
    assertThat(crc("123456789".getBytes(StandardCharsets.US_ASCII))).isEqualTo(0xE3069283);
  }

  @Test
  void decodesAsWritten() throws IOException, DescriptorValidationException {
    Path file = folder.resolve("events");
    long bigStep = 1L << 40;
    Map<String, Double> values = new LinkedHashMap<>();
    values.put("loss", 0.1);
    values.put("Größe/λ", Double.POSITIVE_INFINITY);
    values.put("x".repeat(300), -0.0);
    try (EventFile events = new EventFile(file, () -> 1_700_000_000_125L)) {
      events.begin();
      events.scalars(bigStep, values);
      events.scalars(127, Map.of());
    }
    List<DynamicMessage> read = read(file);
    assertThat(read).hasSize(3);
    assertThat(get(read.getFirst(), "file_version")).isEqualTo("brain.Event:2");
    assertThat(get(read.getFirst(), "wall_time")).isEqualTo(1_700_000_000.125);
    assertThat(step(read.get(1))).isEqualTo(bigStep);
    Map<String, Float> expected = new LinkedHashMap<>();
    values.forEach((tag, value) -> expected.put(tag, value.floatValue()));
    assertThat(scalars(read.get(1))).isEqualTo(expected);
    assertThat(scalars(read.get(2))).isEmpty();
  }

  @Test
  void goesOnAfterACut() throws IOException, DescriptorValidationException {
    Path file = folder.resolve("events");
    long size;
    try (EventFile events = new EventFile(file, () -> 0)) {
      events.begin();
      events.scalars(1, Map.of("loss", 1.0));
      size = events.forcedSize();
      events.scalars(2, Map.of("loss", 2.0));
    }
    try (EventFile events = new EventFile(file, () -> 0)) {
      events.goOn(size);
      events.scalars(3, Map.of("loss", 3.0));
    }
    assertThat(read(file).stream().map(EventFileTest::step)).containsExactly(0L, 1L, 3L);
    try (EventFile events = new EventFile(file, () -> 0)) {
      events.goOn(1 << 20);
      events.scalars(4, Map.of("loss", 4.0));
    }
    assertThat(read(file).stream().map(EventFileTest::step)).containsExactly(0L, 4L);
  }

  @Test
  void holdsWhatTheMetricsHold() throws IOException, DescriptorValidationException {
    Path metrics = folder.resolve("metrics");
    Path events = folder.resolve("events");
    Evaluation trained = new Evaluation(0.5, Double.NaN, 10, null, null);
    try (MetricsFile file = new MetricsFile(metrics, events, () -> "0".repeat(64))) {
      file.begin("name", 1, Mode.STRICT, "f");
      file.onStep(new StepReport(6, 0, 6, 7, 2, 0.75, Double.NaN, 0.25, 1.5));
      file.onEpoch(new EpochReport(0, 1, 7, trained, null, 1, 10));
    }
    List<DynamicMessage> read = read(events);
    assertThat(read.stream().map(EventFileTest::step)).containsExactly(0L, 7L, 7L);
    assertThat(scalars(read.get(1)))
        .isEqualTo(Map.of("step/loss", 0.75f, "step/lr", 0.25f, "step/grad_norm", 1.5f));
    assertThat(scalars(read.get(2))).isEqualTo(Map.of("epoch/train_loss", 0.5f));
  }
}
