package io.logprobe.engine.cli.verify;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/// Writes a `pytorch_model.bin` whose tensors are all views of one bfloat16 storage of random values.
///
/// The file is the zip form of PyTorch's: `archive/data.pkl`, a pickle of protocol 2, and `archive/data/0`.
final class SharedStorageCheckpoint {

    private static final int PATTERN_BYTES = 8 << 20;

    /// Tensors begin at different places, so that layers differ.
    private static final int SHIFTS = 4096;

    private static final double DEVIATION = 0.02;

    private SharedStorageCheckpoint() {}

    static void write(Path file, Map<String, int[]> shapes) throws IOException {
        long largest = shapes.values().stream()
                .mapToLong(SharedStorageCheckpoint::elements)
                .max()
                .orElseThrow();
        long elements = largest + SHIFTS;
        byte[] pattern = pattern();
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 20);
                ZipOutputStream zip = new ZipOutputStream(out)) {
            byte[] pickle = pickle(shapes, elements);
            stored(zip, "archive/data.pkl", pickle, pickle.length);
            stored(zip, "archive/data/0", pattern, 2 * elements);
            byte[] version = "3\n".getBytes(StandardCharsets.UTF_8);
            stored(zip, "archive/version", version, version.length);
        }
    }

    /// An entry of a content repeated up to a size, uncompressed.
    private static void stored(ZipOutputStream zip, String name, byte[] content, long size) throws IOException {
        CRC32 crc = new CRC32();
        for (long offset = 0; offset < size; offset += content.length) {
            crc.update(content, 0, (int) Math.min(content.length, size - offset));
        }
        ZipEntry entry = new ZipEntry(name);
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(size);
        entry.setCrc(crc.getValue());
        zip.putNextEntry(entry);
        for (long offset = 0; offset < size; offset += content.length) {
            zip.write(content, 0, (int) Math.min(content.length, size - offset));
        }
        zip.closeEntry();
    }

    private static byte[] pattern() {
        Random random = new Random(11);
        ByteBuffer values = ByteBuffer.allocate(PATTERN_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        while (values.hasRemaining()) {
            values.putShort((short) (Float.floatToRawIntBits((float) (DEVIATION * random.nextGaussian())) >> 16));
        }
        return values.array();
    }

    private static byte[] pickle(Map<String, int[]> shapes, long storageElements) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        bytes(out, 0x80, 2, '}', '('); // protocol 2, empty dict, mark
        int index = 0;
        for (Map.Entry<String, int[]> tensor : shapes.entrySet()) {
            text(out, tensor.getKey());
            global(out, "torch._utils", "_rebuild_tensor_v2");
            bytes(out, '(', '(');
            text(out, "storage");
            global(out, "torch", "BFloat16Storage");
            text(out, "0");
            text(out, "cpu");
            integer(out, storageElements);
            bytes(out, 't', 'Q'); // tuple, persistent id
            integer(out, (index++ * 61L) % SHIFTS);
            tuple(out, tensor.getValue());
            tuple(out, strides(tensor.getValue()));
            out.write(0x89); // False
            global(out, "collections", "OrderedDict");
            bytes(out, ')', 'R', 't', 'R'); // OrderedDict(), tuple, call
        }
        bytes(out, 'u', '.'); // set items, stop
        return out.toByteArray();
    }

    private static void bytes(ByteArrayOutputStream out, int... values) {
        for (int value : values) {
            out.write(value);
        }
    }

    private static void text(ByteArrayOutputStream out, String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        out.write('X');
        out.writeBytes(ByteBuffer.allocate(4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(utf8.length)
                .array());
        out.writeBytes(utf8);
    }

    private static void global(ByteArrayOutputStream out, String module, String name) {
        out.writeBytes(("c" + module + "\n" + name + "\n").getBytes(StandardCharsets.UTF_8));
    }

    private static void integer(ByteArrayOutputStream out, long value) {
        out.write(0x8a); // LONG1
        out.write(8);
        out.writeBytes(ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(value)
                .array());
    }

    private static void tuple(ByteArrayOutputStream out, int[] values) {
        out.write('(');
        for (int value : values) {
            integer(out, value);
        }
        out.write('t');
    }

    private static int[] strides(int[] shape) {
        int[] strides = new int[shape.length];
        int stride = 1;
        for (int i = shape.length - 1; i >= 0; i--) {
            strides[i] = stride;
            stride *= shape[i];
        }
        return strides;
    }

    private static long elements(int[] shape) {
        long elements = 1;
        for (int size : shape) {
            elements *= size;
        }
        return elements;
    }
}
