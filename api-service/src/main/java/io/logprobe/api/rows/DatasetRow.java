package io.logprobe.api.rows;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.List;

/// One example in canonical form.
///
/// @param text the prompt, may be empty
/// @param classes the candidate completions, at least one
/// @param target index of the right class, null if the dataset has none
@JsonPropertyOrder({"text", "classes", "target"})
public record DatasetRow(String text, List<String> classes, Integer target) {

    public DatasetRow {
        classes = List.copyOf(classes);
    }
}
