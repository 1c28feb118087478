package io.logprobe.api.rows;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.logprobe.api.problem.Unacceptable;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// Makes a [DatasetRow] of a row as it stands in a file, or says what is wrong with it.
final class RowParser {

    private static final Pattern INTEGER = Pattern.compile("\\s*[+-]?\\d{1,9}(\\.0*)?\\s*");

    private final ColumnMapping mapping;
    private final RowLimits limits;

    RowParser(ColumnMapping mapping, RowLimits limits) {
        this.mapping = mapping;
        this.limits = limits;
    }

    /// Checks and converts one row.
    ///
    /// @param place file and number of the row, for messages
    DatasetRow parse(ObjectNode row, String place) {
        String text = text(column(row, mapping.text(), place), mapping.text(), place);
        List<String> classes = classes(column(row, mapping.classes(), place), place);
        long length = text.length() + classes.stream().mapToLong(String::length).sum();
        if (length > limits.maxRowLength()) {
            throw Unacceptable.invalid(
                    place + ": text and classes have " + length + " characters, more than " + limits.maxRowLength());
        }
        Integer target = mapping.targetColumn()
                .map(name -> target(column(row, name, place), classes.size(), place))
                .orElse(null);
        return new DatasetRow(text, classes, target);
    }

    private static JsonNode column(ObjectNode row, String name, String place) {
        JsonNode value = row.has(name) ? row.get(name) : nested(row, name);
        if (value.isMissingNode()) {
            List<String> present = new ArrayList<>();
            row.fieldNames().forEachRemaining(present::add);
            throw Unacceptable.invalid(place + ": column '" + name + "' is missing; there are "
                    + (present.isEmpty() ? "none" : String.join(", ", present)));
        }
        return value;
    }

    private static JsonNode nested(ObjectNode row, String name) {
        if (name.indexOf('.') < 0) {
            return MissingNode.getInstance();
        }
        JsonNode value = row;
        for (String member : name.split("\\.", -1)) {
            value = value.path(member);
        }
        return value;
    }

    private static String text(JsonNode value, String column, String place) {
        if (!value.isTextual()) {
            throw Unacceptable.invalid(place + ": " + column + " is no string");
        }
        return wellFormed(value.textValue(), column, place);
    }

    private List<String> classes(JsonNode value, String place) {
        List<String> classes = list(value, place);
        if (classes.isEmpty()) {
            throw Unacceptable.invalid(place + ": " + mapping.classes() + " is an empty list");
        }
        if (classes.size() > limits.maxClasses()) {
            throw Unacceptable.invalid(place + ": " + mapping.classes() + " has " + classes.size()
                    + " elements, more than " + limits.maxClasses());
        }
        for (int i = 0; i < classes.size(); i++) {
            String element = mapping.classes() + "[" + i + "]";
            if (classes.get(i).isEmpty()) {
                throw Unacceptable.invalid(place + ": " + element + " is empty");
            }
            wellFormed(classes.get(i), element, place);
        }
        return classes;
    }

    private List<String> list(JsonNode value, String place) {
        if (value.isTextual()) {
            return PythonList.parse(value.textValue())
                    .orElseThrow(
                            () -> Unacceptable.invalid(place + ": " + mapping.classes() + " is no list of strings"));
        }
        if (!value.isArray()) {
            throw Unacceptable.invalid(place + ": " + mapping.classes() + " is no list");
        }
        List<String> classes = new ArrayList<>(value.size());
        for (JsonNode element : value) {
            if (!element.isTextual()) {
                throw Unacceptable.invalid(place + ": " + mapping.classes() + "[" + classes.size() + "] is no string");
            }
            classes.add(element.textValue());
        }
        return classes;
    }

    private int target(JsonNode value, int classes, String place) {
        int target = integer(value, place);
        if (target < 0 || target >= classes) {
            throw Unacceptable.invalid(place + ": " + mapping.target() + " " + target + " is no index into the "
                    + classes + " classes (0 to " + (classes - 1) + ")");
        }
        return target;
    }

    private int integer(JsonNode value, String place) {
        if (value.isNumber() && value.canConvertToExactIntegral() && value.canConvertToInt()) {
            return value.intValue();
        }
        if (value.isTextual() && INTEGER.matcher(value.textValue()).matches()) {
            return (int) Double.parseDouble(value.textValue());
        }
        throw Unacceptable.invalid(place + ": " + mapping.target() + " is no integer");
    }

    /// Half a surrogate pair has no UTF-8: it would silently become another text.
    private static String wellFormed(String text, String column, String place) {
        if (text.codePoints().anyMatch(codePoint -> codePoint >= 0xD800 && codePoint <= 0xDFFF)) {
            throw Unacceptable.invalid(place + ": " + column + " holds half of a surrogate pair");
        }
        return text;
    }
}
