package io.logprobe.api.rows;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Reads a list of strings in Python's notation, as the data of the Inverse Scaling Prize has it:
/// `[' Yes', " No"]`, in brackets or parentheses. A JSON list of strings is one as well.
final class PythonList {

    private final String source;
    private int position;

    private PythonList(String source) {
        this.source = source;
    }

    /// The strings, or nothing if `source` is no such list.
    static Optional<List<String>> parse(String source) {
        try {
            return Optional.of(new PythonList(source.strip()).list());
        } catch (NoList e) {
            return Optional.empty();
        }
    }

    private static final class NoList extends Exception {
        private static final long serialVersionUID = 1L;
    }

    private List<String> list() throws NoList {
        char closing =
                switch (next()) {
                    case '[' -> ']';
                    case '(' -> ')';
                    default -> throw new NoList();
                };
        List<String> strings = new ArrayList<>();
        skipSpace();
        while (peek() != closing) {
            strings.add(string());
            skipSpace();
            if (peek() == ',') {
                position++;
                skipSpace();
            } else if (peek() != closing) {
                throw new NoList();
            }
        }
        position++;
        if (position != source.length()) {
            throw new NoList();
        }
        return strings;
    }

    private String string() throws NoList {
        char quote = next();
        if (quote != '\'' && quote != '"') {
            throw new NoList();
        }
        StringBuilder text = new StringBuilder();
        for (char c = next(); c != quote; c = next()) {
            if (c == '\\') {
                escape(text);
            } else {
                text.append(c);
            }
        }
        return text.toString();
    }

    private void escape(StringBuilder text) throws NoList {
        char c = next();
        switch (c) {
            case '\\', '\'', '"', '/' -> text.append(c);
            case 'n' -> text.append('\n');
            case 't' -> text.append('\t');
            case 'r' -> text.append('\r');
            case 'b' -> text.append('\b');
            case 'f' -> text.append('\f');
            case 'x' -> text.appendCodePoint(hexadecimal(2));
            case 'u' -> text.append((char) hexadecimal(4));
            case 'U' -> text.appendCodePoint(codePoint(hexadecimal(8)));
            default -> throw new NoList();
        }
    }

    private int hexadecimal(int digits) throws NoList {
        if (position + digits > source.length()) {
            throw new NoList();
        }
        int value = 0;
        for (int i = 0; i < digits; i++) {
            int digit = Character.digit(next(), 16);
            if (digit < 0) {
                throw new NoList();
            }
            value = value << 4 | digit;
        }
        return value;
    }

    private static int codePoint(int value) throws NoList {
        if (!Character.isValidCodePoint(value)) {
            throw new NoList();
        }
        return value;
    }

    private void skipSpace() {
        while (position < source.length() && Character.isWhitespace(source.charAt(position))) {
            position++;
        }
    }

    private char peek() throws NoList {
        if (position >= source.length()) {
            throw new NoList();
        }
        return source.charAt(position);
    }

    private char next() throws NoList {
        char c = peek();
        position++;
        return c;
    }
}
