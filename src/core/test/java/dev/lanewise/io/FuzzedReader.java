package dev.lanewise.io;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.lanewise.data.Normalizer;
import dev.lanewise.data.TableData;
import dev.lanewise.tensor.DType;
import dev.lanewise.tensor.Scope;
import dev.lanewise.tensor.Shape;
import dev.lanewise.tensor.Tensor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;

/** The readers of files, each with valid files to start from. */
enum FuzzedReader {
  SAFETENSORS {
    @Override
    void read(Path file, Scope scope) {
      try (SafeTensors content = SafeTensors.open(file)) {
        for (String name : content.names()) {
          if (content.isLoadable(name)) {
            content.read(name, scope);
          }
        }
      }
    }

    @Override
    List<byte[]> seeds(Path folder, Scope scope) {
      Path file = folder.resolve("seed");
      SafeTensors.write(file, tensors(scope), Map.of("format", "pt", "a\n", "ü"));
      String small =
          "{\"a\":{\"dtype\":\"I8\",\"shape\":[2],\"data_offsets\":[0,2]},"
              + "\"b\":{\"dtype\":\"F4\",\"shape\":[2,1],\"data_offsets\":[2,3],\"x\":[1,{}]}}";
      ByteBuffer unaligned = ByteBuffer.allocate(8 + small.length() + 3);
      unaligned.putLong(Long.reverseBytes(small.length())).put(small.getBytes(UTF_8));
      return List.of(bytes(file), unaligned.array());
    }
  },

  CHECKPOINT {
    @Override
    void read(Path file, Scope scope) {
      Checkpoint.read(file, scope);
    }

    @Override
    List<byte[]> seeds(Path folder, Scope scope) {
      Path file = folder.resolve("seed");
      new Checkpoint(tensors(scope), Map.of("step", "12", "note", "ä\n")).write(file);
      return List.of(bytes(file));
    }
  },

  NPY {
    @Override
    void read(Path file, Scope scope) {
      Npy.read(file, scope);
    }

    @Override
    List<byte[]> seeds(Path folder, Scope scope) {
      Path file = folder.resolve("seed");
      Npy.write(file, scope.of(new double[] {1, 2, 3, 4, 5, 6}, 3, 2).transpose());
      byte[] fortran = bytes(file);
      Npy.write(file, scope.zeros(DType.BOOL, Shape.of(0, 5)));
      return List.of(fortran, bytes(file), gzip(fortran));
    }
  },

  NPZ {
    @Override
    void read(Path file, Scope scope) {
      Npz.read(file, scope);
    }

    @Override
    List<byte[]> seeds(Path folder, Scope scope) {
      Path file = folder.resolve("seed");
      Map<String, Tensor> tensors = tensors(scope);
      Npz.write(file, tensors, false);
      byte[] stored = bytes(file);
      Npz.write(file, tensors, true);
      return List.of(stored, bytes(file));
    }
  },

  IDX {
    @Override
    void read(Path file, Scope scope) {
      Idx.read(file, scope);
    }

    @Override
    List<byte[]> seeds(Path folder, Scope scope) {
      ByteBuffer bytes = ByteBuffer.allocate(4 + 3 * 4 + 8);
      bytes.putInt(0x0B03).putInt(2).putInt(1).putInt(2).putLong(0x0102030405060708L);
      return List.of(bytes.array(), gzip(bytes.array()));
    }
  },

  CSV {
    @Override
    void read(Path file, Scope scope) {
      Csv.read(file, ',');
    }

    @Override
    List<byte[]> seeds(Path folder, Scope scope) {
      byte[] named = "a,\"b \"\"x\"\"\",é\r\n1,-2.5,3e-4\r\n\"7\",8,-0\r\n".getBytes(UTF_8);
      return List.of(named, "1,2\n3,4".getBytes(UTF_8), gzip(named));
    }
  },

  TABLE {
    @Override
    void read(Path file, Scope scope) {
      TableData.open(file, new TableData.Options("", false, 0.5, 1)).close();
    }

    @Override
    List<byte[]> seeds(Path folder, Scope scope) {
      byte[] typed = "size,colour,price\r\n1,red,3\r\nNA,\"b\"\"\",4\r\n,,5e-1\r\n".getBytes(UTF_8);
      return List.of(typed, "a,b\n1,2\n3,4\n".getBytes(UTF_8), gzip(typed));
    }
  },

  JSON {
    @Override
    void read(Path file, Scope scope) {
      JsonReader json = new JsonReader(bytes(file), file.toString(), 0);
      json.skip();
      json.end();
    }

    @Override
    List<byte[]> seeds(Path folder, Scope scope) {
      String text = "{\"a\\ud83d\\ude00\\n\":[1,-2.5e+3,true,null,{}],\"é\":\"\\u0041\"} \n";
      return List.of(text.getBytes(UTF_8), "[[[[0]],false]]".getBytes(UTF_8));
    }
  },

  NORMALIZER {
    @Override
    void read(Path file, Scope scope) {
      Normalizer.decode(new String(bytes(file), UTF_8));
    }

    @Override
    List<byte[]> seeds(Path folder, Scope scope) {
      return List.of("standard;1.5,-2.0;0.25,3.0E-4".getBytes(UTF_8));
    }
  };

  /** Reads a file; only a {@link dev.lanewise.tensor.LanewiseException} may come out. */
  abstract void read(Path file, Scope scope);

  /** Valid files. */
  abstract List<byte[]> seeds(Path folder, Scope scope);

  private static Map<String, Tensor> tensors(Scope scope) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    tensors.put("w", scope.of(new float[] {1, -0f, Float.NaN, 4, 5, 6}, 2, 3));
    tensors.put("é", scope.of(new long[] {7}, 1));
    tensors.put("none", scope.zeros(DType.U8, Shape.of(0, 3)));
    tensors.put("half", scope.zeros(DType.F16, Shape.of(2)));
    return tensors;
  }

  private static byte[] bytes(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] gzip(byte[] plain) {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
      out.write(plain);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return packed.toByteArray();
  }
}
