package io.logprobe.api.problem;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.logprobe.contracts.FailureKind;
import java.util.List;

/// The body of every refusal (RFC 9457).
///
/// @param type identifies the kind of refusal
/// @param title says the kind in words
/// @param status the HTTP status
/// @param detail what is wrong this time
/// @param kind whether trying again may help
/// @param errors what is wrong field by field, absent where no field is at fault
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record Problem(String type, String title, int status, String detail, FailureKind kind, List<FieldError> errors) {

    /// The media type of a problem.
    public static final String MEDIA_TYPE = "application/problem+json";

    static Problem of(ProblemType type, String detail, List<FieldError> errors) {
        return new Problem(type.uri(), type.title(), type.status(), detail, type.kind(), errors);
    }
}
