package io.logprobe.api.model;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.logprobe.api.problem.JsonFault;
import io.logprobe.api.problem.Unacceptable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// What the head of a safetensors file says of its tensors: a length in eight bytes, little-endian, and that many
/// bytes of JSON (https://github.com/huggingface/safetensors#format). Nothing in it is believed unchecked: the
/// tensors must fill the rest of the file without gap or overlap.
///
/// @param tensors names of the tensors
/// @param parameterCount numbers in all tensors
/// @param dataBytes bytes of all tensors
record SafetensorsHeader(Set<String> tensors, long parameterCount, long dataBytes) {

    static final int LENGTH_BYTES = 8;
    static final int MAX_BYTES = 25_000_000;

    private static final int MAX_DIMENSIONS = 8;
    private static final Map<String, Integer> BYTES_OF_TYPE = Map.ofEntries(
            Map.entry("BOOL", 1),
            Map.entry("U8", 1),
            Map.entry("I8", 1),
            Map.entry("F8_E4M3", 1),
            Map.entry("F8_E5M2", 1),
            Map.entry("U16", 2),
            Map.entry("I16", 2),
            Map.entry("F16", 2),
            Map.entry("BF16", 2),
            Map.entry("U32", 4),
            Map.entry("I32", 4),
            Map.entry("F32", 4),
            Map.entry("U64", 8),
            Map.entry("I64", 8),
            Map.entry("F64", 8));

    private static final ObjectReader JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build()
            .reader();

    private record Tensor(String name, long begin, long end, long elements) {}

    /// Length of the JSON, as the first eight bytes of the file state it.
    ///
    /// @param head the first eight bytes, fewer if the file is shorter
    /// @param fileSize length of the file
    static int length(byte[] head, long fileSize, String file) {
        if (head.length < LENGTH_BYTES || fileSize < LENGTH_BYTES) {
            throw Unacceptable.invalid(file + " is truncated: " + fileSize + " bytes hold no header");
        }
        long length = ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN).getLong();
        if (length < 2 || length > MAX_BYTES) {
            throw Unacceptable.invalid(file + " states a header of " + Long.toUnsignedString(length)
                    + " bytes, which is not between 2 and " + MAX_BYTES);
        }
        if (length > fileSize - LENGTH_BYTES) {
            throw Unacceptable.invalid(
                    file + " is truncated: its header of " + length + " bytes is longer than the file");
        }
        return (int) length;
    }

    /// Checks the JSON against the length of the file.
    static SafetensorsHeader parse(byte[] json, long fileSize, String file) {
        JsonNode header = object(json, file);
        List<Tensor> tensors = new ArrayList<>();
        header.properties().stream()
                .filter(entry -> !entry.getKey().equals("__metadata__"))
                .map(entry -> tensor(entry.getKey(), entry.getValue(), file))
                .forEach(tensors::add);
        tensors.sort(Comparator.comparingLong(Tensor::begin).thenComparingLong(Tensor::end));
        long end = 0;
        long parameters = 0;
        for (Tensor tensor : tensors) {
            if (tensor.begin() != end) {
                throw Unacceptable.invalid(file + ": tensor " + tensor.name() + " begins at " + tensor.begin()
                        + " where " + end + " is due");
            }
            end = tensor.end();
            parameters = Math.addExact(parameters, tensor.elements());
        }
        long available = fileSize - LENGTH_BYTES - json.length;
        if (end != available) {
            String offence = end > available ? " is truncated" : " holds more than its tensors";
            throw Unacceptable.invalid(
                    file + offence + ": its header describes " + end + " bytes of tensors, the file has " + available);
        }
        return new SafetensorsHeader(
                tensors.stream().map(Tensor::name).collect(Collectors.toUnmodifiableSet()), parameters, end);
    }

    private static JsonNode object(byte[] json, String file) {
        try (JsonParser parser = JSON.createParser(json)) {
            JsonNode header = JSON.readTree(parser);
            if (!header.isObject() || header.isEmpty()) {
                throw Unacceptable.invalid(file + ": the header is no JSON object");
            }
            return header;
        } catch (JsonProcessingException e) {
            throw Unacceptable.invalid(file + ": the header is no JSON: " + JsonFault.describe(e), e);
        } catch (IOException e) {
            throw Unacceptable.invalid(file + ": the header cannot be read", e);
        }
    }

    private static Tensor tensor(String name, JsonNode description, String file) {
        String type = description.path("dtype").asText();
        Integer bytes = BYTES_OF_TYPE.get(type);
        if (bytes == null) {
            throw Unacceptable.invalid(file + ": tensor " + name + " has the unknown dtype '" + type + "'");
        }
        long begin = offset(description, 0, name, file);
        long end = offset(description, 1, name, file);
        try {
            long elements = elements(description.path("shape"), name, file);
            if (begin > end || end - begin != Math.multiplyExact(elements, (long) bytes)) {
                throw Unacceptable.invalid(file + ": tensor " + name + " of " + elements + " " + type
                        + " does not take the bytes " + begin + " to " + end);
            }
            return new Tensor(name, begin, end, elements);
        } catch (ArithmeticException e) {
            throw Unacceptable.invalid(file + ": tensor " + name + " has an impossible shape", e);
        }
    }

    private static long offset(JsonNode description, int index, String name, String file) {
        JsonNode offset = description.path("data_offsets").path(index);
        if (!offset.isIntegralNumber() || !offset.canConvertToLong() || offset.longValue() < 0) {
            throw Unacceptable.invalid(file + ": tensor " + name + " has no valid data_offsets");
        }
        return offset.longValue();
    }

    private static long elements(JsonNode shape, String name, String file) {
        if (!shape.isArray() || shape.size() > MAX_DIMENSIONS) {
            throw Unacceptable.invalid(file + ": tensor " + name + " has no valid shape");
        }
        long elements = 1;
        for (JsonNode size : shape) {
            if (!size.isIntegralNumber() || !size.canConvertToLong() || size.longValue() < 0) {
                throw Unacceptable.invalid(file + ": tensor " + name + " has no valid shape");
            }
            elements = Math.multiplyExact(elements, size.longValue());
        }
        return elements;
    }
}
