package io.logprobe.engine.tokenizer;

/// White space as Python's `str.isspace` and `str.rstrip` see it: neither Java's idea of it nor Unicode's alone.
final class PythonWhitespace {

    private PythonWhitespace() {}

    /// Length of the text without the white space at its end.
    static int strippedLength(String text) {
        int end = text.length();
        while (end > 0 && isSpace(text.charAt(end - 1))) {
            end--;
        }
        return end;
    }

    static boolean isSpace(char c) {
        return (c >= '\t' && c <= '\r')
                || (c >= 0x1C && c <= ' ')
                || c == 0x85
                || c == 0xA0
                || c == 0x1680
                || (c >= 0x2000 && c <= 0x200A)
                || c == 0x2028
                || c == 0x2029
                || c == 0x202F
                || c == 0x205F
                || c == 0x3000;
    }
}
