package io.logprobe.engine.checkpoint;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;

/// Writes GGUF files, sound or not.
public final class GgufBuilder {

    private final ByteArrayOutputStream metadata = new ByteArrayOutputStream();
    private final ByteArrayOutputStream infos = new ByteArrayOutputStream();
    private final ByteArrayOutputStream data = new ByteArrayOutputStream();
    private int version = 3;
    private long keys;
    private long tensors;

    public GgufBuilder version(int other) {
        version = other;
        return this;
    }

    public GgufBuilder uint32(String key, long value) {
        key(key, 4).writeBytes(int32((int) value));
        return this;
    }

    /// What a part of a split file says of itself.
    ///
    /// @param index counted from 0
    /// @param tensorsInAll of all parts together
    public GgufBuilder part(int index, int count, int tensorsInAll) {
        key("split.no", 2).writeBytes(new byte[] {(byte) index, 0});
        key("split.count", 2).writeBytes(new byte[] {(byte) count, 0});
        key("split.tensors.count", 5).writeBytes(int32(tensorsInAll));
        return this;
    }

    public GgufBuilder float32(String key, float value) {
        key(key, 6).writeBytes(int32(Float.floatToRawIntBits(value)));
        return this;
    }

    public GgufBuilder flag(String key, boolean value) {
        key(key, 7).write(value ? 1 : 0);
        return this;
    }

    public GgufBuilder text(String key, String value) {
        key(key, 8).writeBytes(string(value));
        return this;
    }

    public GgufBuilder texts(String key, Collection<String> values) {
        array(key, 8, values.size());
        values.forEach(value -> metadata.writeBytes(string(value)));
        return this;
    }

    public GgufBuilder int32s(String key, List<Integer> values) {
        array(key, 5, values.size());
        values.forEach(value -> metadata.writeBytes(int32(value)));
        return this;
    }

    public GgufBuilder float32s(String key, List<Float> values) {
        array(key, 6, values.size());
        values.forEach(value -> metadata.writeBytes(int32(Float.floatToRawIntBits(value))));
        return this;
    }

    public GgufBuilder flags(String key, List<Boolean> values) {
        array(key, 7, values.size());
        values.forEach(value -> metadata.write(value ? 1 : 0));
        return this;
    }

    /// Metadata of any bytes.
    public GgufBuilder raw(String key, int type, byte[] value) {
        key(key, type).writeBytes(value);
        return this;
    }

    /// A tensor at the next aligned position.
    ///
    /// @param shape outermost dimension first
    public GgufBuilder tensor(String name, int type, byte[] content, long... shape) {
        return tensorAt(data.size(), name, type, content, shape);
    }

    GgufBuilder tensorAt(long offset, String name, int type, byte[] content, long... shape) {
        tensors++;
        infos.writeBytes(string(name));
        infos.writeBytes(int32(shape.length));
        for (int i = shape.length - 1; i >= 0; i--) {
            infos.writeBytes(int64(shape[i]));
        }
        infos.writeBytes(int32(type));
        infos.writeBytes(int64(offset));
        data.writeBytes(content);
        pad(data);
        return this;
    }

    public byte[] build() {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        file.writeBytes("GGUF".getBytes(StandardCharsets.US_ASCII));
        file.writeBytes(int32(version));
        file.writeBytes(int64(tensors));
        file.writeBytes(int64(keys));
        file.writeBytes(metadata.toByteArray());
        file.writeBytes(infos.toByteArray());
        pad(file);
        file.writeBytes(data.toByteArray());
        return file.toByteArray();
    }

    private ByteArrayOutputStream key(String key, int type) {
        keys++;
        metadata.writeBytes(string(key));
        metadata.writeBytes(int32(type));
        return metadata;
    }

    private void array(String key, int elementType, long length) {
        key(key, 9).writeBytes(int32(elementType));
        metadata.writeBytes(int64(length));
    }

    private static void pad(ByteArrayOutputStream bytes) {
        while (bytes.size() % 32 != 0) {
            bytes.write(0);
        }
    }

    static byte[] string(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(8 + utf8.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(utf8.length)
                .put(utf8)
                .array();
    }

    static byte[] int32(int value) {
        return ByteBuffer.allocate(4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(value)
                .array();
    }

    static byte[] int64(long value) {
        return ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(value)
                .array();
    }
}
