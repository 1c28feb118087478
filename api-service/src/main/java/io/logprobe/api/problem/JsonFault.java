package io.logprobe.api.problem;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What is wrong with a JSON text, in words for people who have the text and not our parser.
public final class JsonFault {

    private static final int MAX_QUOTED_LENGTH = 60;
    private static final Pattern DUPLICATE = Pattern.compile("Duplicate field '(.*)'", Pattern.DOTALL);
    private static final Pattern CHARACTER = Pattern.compile("Unexpected (?:character \\(|close marker )'(.{1,2})'");
    private static final Pattern WORD = Pattern.compile("Unrecognized token '([^']*)'");

    private JsonFault() {}

    /// Place and offence on one line, such as `line 3, column 7: field 'vocab_size' is there twice`.
    public static String describe(JsonProcessingException e) {
        JsonLocation place = e.getLocation();
        String where = place == null || place.getLineNr() < 1
                ? ""
                : "line " + place.getLineNr() + ", column " + place.getColumnNr() + ": ";
        return where + offence(e);
    }

    private static String offence(JsonProcessingException e) {
        String message = e.getOriginalMessage();
        return switch (e) {
            case JsonEOFException _ -> "it ends within a value";
            case StreamConstraintsException _ -> limit(message);
            case MismatchedInputException _ when message.startsWith("Trailing token") -> "something follows the value";
            default -> syntax(message);
        };
    }

    private static String limit(String message) {
        if (message.contains("nesting depth")) {
            return "values are nested too deeply";
        }
        return message.contains("Number value length") ? "a number is too long" : "a text is too long";
    }

    private static String syntax(String message) {
        Matcher duplicate = DUPLICATE.matcher(message);
        if (duplicate.lookingAt()) {
            return "field '" + quoted(duplicate.group(1)) + "' is there twice";
        }
        Matcher character = CHARACTER.matcher(message);
        if (character.lookingAt()) {
            return "unexpected '" + quoted(character.group(1)) + "'";
        }
        Matcher word = WORD.matcher(message);
        if (word.lookingAt()) {
            return "'" + quoted(word.group(1)) + "' is no value";
        }
        if (message.contains("CTRL-CHAR")) {
            return "a control character";
        }
        if (message.startsWith("Invalid numeric value")) {
            return "a number that is written wrongly";
        }
        return message.contains("UTF-8") ? "it is not UTF-8" : "it is damaged here";
    }

    private static String quoted(String text) {
        String line = text.replaceAll("\\p{Cntrl}", "�");
        return line.length() > MAX_QUOTED_LENGTH ? line.substring(0, MAX_QUOTED_LENGTH) + "…" : line;
    }
}
