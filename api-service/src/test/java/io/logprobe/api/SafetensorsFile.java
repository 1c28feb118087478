package io.logprobe.api;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Writes small safetensors files.
public final class SafetensorsFile {

    private SafetensorsFile() {}

    /// A file with one float32 tensor of zeros.
    public static byte[] float32(String name, int... shape) {
        int bytes = Float.BYTES * Arrays.stream(shape).reduce(1, Math::multiplyExact);
        return of(
                "{\"" + name + "\":{\"dtype\":\"F32\",\"shape\":" + Arrays.toString(shape) + ",\"data_offsets\":[0,"
                        + bytes + "]}}",
                bytes);
    }

    /// A file with this header and as many zero bytes of data.
    public static byte[] of(String header, int dataBytes) {
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(Long.BYTES + json.length + dataBytes)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(json.length)
                .put(json)
                .array();
    }
}
