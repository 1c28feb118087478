package io.logprobe.api.rows;

import java.util.List;
import java.util.Optional;

/// Which columns of a dataset hold what is scored. A dot in a name that is no column itself leads into a nested one.
///
/// @param text the prompt
/// @param classes the candidate completions, a list of strings
/// @param target index of the right class; an empty name if the dataset has none
public record ColumnMapping(String text, String classes, String target) {

    public static final ColumnMapping DEFAULT = new ColumnMapping("text", "classes", "target");

    public ColumnMapping {
        text = text == null ? "text" : text;
        classes = classes == null ? "classes" : classes;
        target = target == null ? "target" : target;
    }

    Optional<String> targetColumn() {
        return target.isEmpty() ? Optional.empty() : Optional.of(target);
    }

    List<String> columns() {
        return target.isEmpty() ? List.of(text, classes) : List.of(text, classes, target);
    }
}
