package io.logprobe.engine.checkpoint;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/// Writes pickles opcode by opcode.
final class PickleBuilder {

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    PickleBuilder() {
        op(0x80).op(2);
    }

    PickleBuilder op(int opcode) {
        bytes.write(opcode);
        return this;
    }

    PickleBuilder raw(byte... more) {
        bytes.writeBytes(more);
        return this;
    }

    PickleBuilder text(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        return op('X').raw(int32(utf8.length)).raw(utf8);
    }

    PickleBuilder integer(long value) {
        return value == (int) value
                ? op('J').raw(int32((int) value))
                : op(0x8A).op(8)
                        .raw(ByteBuffer.allocate(8)
                                .order(ByteOrder.LITTLE_ENDIAN)
                                .putLong(value)
                                .array());
    }

    PickleBuilder global(String module, String name) {
        return op('c').raw((module + "\n" + name + "\n").getBytes(StandardCharsets.UTF_8));
    }

    PickleBuilder tuple(long... values) {
        op('(');
        for (long value : values) {
            integer(value);
        }
        return op('t');
    }

    PickleBuilder emptyOrderedDict() {
        return global("collections", "OrderedDict").op(')').op('R');
    }

    /// A view of a storage of `elements` elements.
    PickleBuilder tensor(String storageType, String key, long elements, long offset, long[] shape, long[] strides) {
        return global("torch._utils", "_rebuild_tensor_v2")
                .op('(')
                .storage(storageType, key, elements)
                .integer(offset)
                .tuple(shape)
                .tuple(strides)
                .op(0x89)
                .emptyOrderedDict()
                .op('t')
                .op('R');
    }

    PickleBuilder storage(String storageType, String key, long elements) {
        return op('(').text("storage")
                .global("torch", storageType)
                .text(key)
                .text("cpu")
                .integer(elements)
                .op('t')
                .op('Q');
    }

    byte[] stop() {
        op('.');
        return bytes.toByteArray();
    }

    static byte[] int32(int value) {
        return ByteBuffer.allocate(4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(value)
                .array();
    }
}
