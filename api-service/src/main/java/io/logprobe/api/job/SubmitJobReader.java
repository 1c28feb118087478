package io.logprobe.api.job;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonMappingException.Reference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import io.logprobe.api.problem.JsonFault;
import io.logprobe.api.problem.ProblemType;
import io.logprobe.api.problem.Refusal;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/// Reads the body of a submission strictly: a misspelt option must not be silently ignored.
@ApplicationScoped
class SubmitJobReader {

    private static final int MAX_BYTES = 1 << 20;

    private final ObjectReader json;

    SubmitJobReader(ObjectMapper json) {
        this.json = json.readerFor(SubmitJobRequest.class)
                .with(
                        DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES,
                        DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    }

    SubmitJobRequest read(InputStream body) {
        try {
            byte[] bytes = body.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                throw Refusal.of(ProblemType.PAYLOAD_TOO_LARGE, "a job has at most " + MAX_BYTES + " bytes");
            }
            SubmitJobRequest request = json.readValue(bytes);
            if (request == null) {
                throw Refusal.of(ProblemType.MALFORMED_REQUEST, "the body is null");
            }
            return request;
        } catch (JsonMappingException e) {
            throw Refusal.of(ProblemType.MALFORMED_REQUEST, field(e), offence(e));
        } catch (JsonProcessingException e) {
            throw Refusal.of(ProblemType.MALFORMED_REQUEST, "the body is no JSON: " + JsonFault.describe(e));
        } catch (IOException e) {
            throw Refusal.of(ProblemType.MALFORMED_REQUEST, "the body could not be read to its end");
        }
    }

    private static String field(JsonMappingException e) {
        String path = e.getPath().stream().map(SubmitJobReader::step).collect(Collectors.joining());
        return path.isEmpty() ? "body" : path.substring(path.startsWith(".") ? 1 : 0);
    }

    private static String step(Reference reference) {
        return reference.getFieldName() == null ? "[" + reference.getIndex() + "]" : "." + reference.getFieldName();
    }

    private static String offence(JsonMappingException e) {
        return switch (e) {
            case UnrecognizedPropertyException _ -> "is no field of a job";
            case InvalidFormatException format
            when format.getTargetType().isEnum() ->
                "is none of "
                        + Arrays.stream(format.getTargetType().getEnumConstants())
                                .map(constant -> constant.toString().toLowerCase(Locale.ROOT))
                                .collect(Collectors.joining(", "));
            default -> "is not of the type it should have";
        };
    }
}
