package io.logprobe.api.problem;

/// What is wrong with one field of a request.
///
/// @param field path of the field, for instance `models[1].id`
/// @param message one sentence, naming the file, row or column where there is one
public record FieldError(String field, String message) {}
