package io.logprobe.engine.checkpoint;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import io.logprobe.engine.failure.InvalidCheckpoint;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// The header of a safetensors file: eight bytes of length, a JSON object of tensors, then the data, which the tensors
/// must cover exactly once.
///
/// See <https://github.com/huggingface/safetensors#format>.
final class Safetensors {

    private static final int LENGTH_BYTES = 8;
    private static final ValueLayout.OfLong LENGTH = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(4)
                    .maxNameLength(Limits.NAME_LENGTH)
                    .maxNumberLength(Limits.JSON_NUMBER_LENGTH)
                    .maxStringLength(Limits.JSON_STRING_LENGTH)
                    .maxDocumentLength(Limits.SAFETENSORS_HEADER_BYTES)
                    .build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private final TensorFile file;
    private final long dataStart;

    private Safetensors(TensorFile file, long dataStart) {
        this.file = file;
        this.dataStart = dataStart;
    }

    /// All tensors of the file, in the order of their data.
    static List<StoredTensor> read(TensorFile file) {
        long length = headerLength(file);
        byte[] header = file.readBytes(LENGTH_BYTES, Math.toIntExact(length));
        if (header[0] != '{') {
            throw new InvalidCheckpoint(file.path() + ": header does not start with '{'");
        }
        Safetensors reader = new Safetensors(file, LENGTH_BYTES + length);
        List<StoredTensor> tensors = reader.parse(header);
        reader.requireCovered(tensors);
        return tensors;
    }

    private static long headerLength(TensorFile file) {
        if (file.size() < LENGTH_BYTES + 2) {
            throw new InvalidCheckpoint(file.path() + ": " + file.size() + " bytes are too few for a safetensors file");
        }
        long length = MemorySegment.ofArray(file.readBytes(0, LENGTH_BYTES)).get(LENGTH, 0);
        if (length < 2 || length > file.size() - LENGTH_BYTES) {
            throw new InvalidCheckpoint(file.path() + ": header of " + Long.toUnsignedString(length)
                    + " bytes in a file of " + file.size() + " bytes");
        }
        if (length > Limits.SAFETENSORS_HEADER_BYTES) {
            throw new InvalidCheckpoint(file.path() + ": header of " + length + " bytes exceeds the limit of "
                    + Limits.SAFETENSORS_HEADER_BYTES);
        }
        return length;
    }

    private List<StoredTensor> parse(byte[] header) {
        List<StoredTensor> tensors = new ArrayList<>();
        try (JsonParser parser = JSON.createParser(header)) {
            expect(parser, parser.nextToken(), JsonToken.START_OBJECT, "the header");
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                String name = parser.currentName();
                parser.nextToken();
                if (name.equals("__metadata__")) {
                    skipMetadata(parser);
                } else {
                    tensors.add(tensor(name, parser));
                }
                if (tensors.size() > Limits.TENSORS) {
                    throw new InvalidCheckpoint(file.path() + ": more than " + Limits.TENSORS + " tensors");
                }
            }
            if (parser.nextToken() != null) {
                throw new InvalidCheckpoint(file.path() + ": something follows the header's JSON object");
            }
        } catch (JsonProcessingException e) {
            throw new InvalidCheckpoint(file.path() + ": header is not valid JSON: " + JsonFault.describe(e), e);
        } catch (IOException e) {
            throw new InvalidCheckpoint(file.path() + ": header is not valid JSON: " + e.getMessage(), e);
        }
        return tensors;
    }

    private void skipMetadata(JsonParser parser) throws IOException {
        expect(parser, parser.currentToken(), JsonToken.START_OBJECT, "__metadata__");
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            expect(parser, parser.nextToken(), JsonToken.VALUE_STRING, "__metadata__");
        }
    }

    private StoredTensor tensor(String name, JsonParser parser) throws IOException {
        expect(parser, parser.currentToken(), JsonToken.START_OBJECT, name);
        String dtype = null;
        List<Long> shape = null;
        List<Long> offsets = null;
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String field = parser.currentName();
            JsonToken value = parser.nextToken();
            switch (field) {
                case "dtype" -> {
                    expect(parser, value, JsonToken.VALUE_STRING, name);
                    dtype = parser.getText();
                }
                case "shape" -> shape = longs(parser, name, Limits.DIMENSIONS);
                case "data_offsets" -> offsets = longs(parser, name, 2);
                default -> throw invalid(name, "unknown field '" + field + "'");
            }
        }
        if (dtype == null || shape == null || offsets == null || offsets.size() != 2) {
            throw invalid(name, "must have dtype, shape and two data_offsets");
        }
        return located(name, dtype, shape, offsets.getFirst(), offsets.getLast());
    }

    private StoredTensor located(String name, String dtype, List<Long> shape, long begin, long end) {
        StoredType type =
                StoredType.ofSafetensors(dtype).orElseThrow(() -> invalid(name, "unknown dtype '" + dtype + "'"));
        long dataSize = file.size() - dataStart;
        if (begin > end || end > dataSize) {
            throw invalid(name, "data_offsets " + begin + ".." + end + " in " + dataSize + " bytes of data");
        }
        TensorInfo info = new TensorInfo(name, type, shape, file.path());
        long bytes;
        try {
            bytes = type.byteSize(info.elements());
        } catch (ArithmeticException e) {
            throw new InvalidCheckpoint(
                    file.path() + ": tensor '" + name + "': shape " + shape + " has too many elements", e);
        }
        if (bytes != end - begin) {
            throw invalid(
                    name,
                    "shape " + shape + " of " + dtype + " needs " + bytes + " bytes, data_offsets " + begin + ".." + end
                            + " hold " + (end - begin));
        }
        return new StoredTensor(info, file, dataStart + begin, new Layout.RowMajor());
    }

    private List<Long> longs(JsonParser parser, String name, int most) throws IOException {
        expect(parser, parser.currentToken(), JsonToken.START_ARRAY, name);
        List<Long> values = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            expect(parser, parser.currentToken(), JsonToken.VALUE_NUMBER_INT, name);
            if (parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER || parser.getLongValue() < 0) {
                throw invalid(name, "'" + parser.getText() + "' is not a size");
            }
            values.add(parser.getLongValue());
            if (values.size() > most) {
                throw invalid(name, "a list of more than " + most + " numbers");
            }
        }
        return values;
    }

    /// Every byte of data belongs to exactly one tensor; tensors without elements lie between two others.
    private void requireCovered(List<StoredTensor> tensors) {
        tensors.sort(Comparator.comparingLong(StoredTensor::offset).thenComparingLong(Safetensors::end));
        long position = dataStart;
        for (StoredTensor tensor : tensors) {
            if (tensor.offset() != position) {
                String problem =
                        tensor.offset() < position ? "overlaps the tensor before it" : "leaves a hole before it";
                throw invalid(tensor.info().name(), problem + ", at byte " + (tensor.offset() - dataStart));
            }
            position = end(tensor);
        }
        if (position != file.size()) {
            throw new InvalidCheckpoint(
                    file.path() + ": " + (file.size() - position) + " bytes at the end belong to no tensor");
        }
    }

    private static long end(StoredTensor tensor) {
        return tensor.offset() + tensor.info().type().byteSize(tensor.info().elements());
    }

    private void expect(JsonParser parser, JsonToken actual, JsonToken expected, String where) {
        if (actual != expected) {
            throw invalid(
                    where,
                    "expected " + JsonFault.kind(expected) + " in the header, found " + JsonFault.kind(actual)
                            + " at byte " + parser.currentTokenLocation().getByteOffset());
        }
    }

    private InvalidCheckpoint invalid(String tensor, String problem) {
        return new InvalidCheckpoint(file.path() + ": tensor '" + tensor + "': " + problem);
    }
}
