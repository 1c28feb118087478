package io.logprobe.engine.tokenizer;

import java.util.Optional;

/// A regular expression of a tokenizer. The native library's engine backtracks, and ends the process when that takes
/// too long; so repetitions that can match one text in many ways are refused. What published tokenizers use passes:
/// single characters and classes may be repeated, groups of them only where they match in one way.
final class SplitPattern {

    private static final int MAX_DEPTH = 16;
    private static final int MAX_REPEAT = 1000;

    /// Variable repetitions in a row.
    private static final int MAX_VARIABLE = 4;

    private final String regex;
    private int at;

    private SplitPattern(String regex) {
        this.regex = regex;
    }

    /// Why a pattern is refused, if it is.
    static Optional<String> findProblem(String regex) {
        SplitPattern pattern = new SplitPattern(regex);
        try {
            pattern.alternatives(0);
            if (pattern.at < regex.length()) {
                throw new Refused("a ')' closes nothing");
            }
            return Optional.empty();
        } catch (Refused e) {
            return Optional.of(e.getMessage());
        }
    }

    private static final class Refused extends RuntimeException {

        private static final long serialVersionUID = 1L;

        Refused(String reason) {
            super(reason, null, false, false);
        }
    }

    /// How often the preceding atom may occur.
    private enum Repetition {
        ONCE,
        FIXED,
        OPTIONAL,
        VARIABLE
    }

    /// Reads up to the end of the group, and tells whether it matches a text in at most one way.
    private boolean alternatives(int depth) {
        if (depth > MAX_DEPTH) {
            throw new Refused("groups are nested too deeply");
        }
        boolean unambiguous = true;
        int variable = 0;
        while (at < regex.length() && regex.charAt(at) != ')') {
            if (regex.charAt(at) == '|') {
                at++;
                unambiguous = false;
                variable = 0;
                continue;
            }
            boolean atomUnambiguous = atom(depth);
            Repetition repetition = repetition();
            if (!atomUnambiguous && (repetition == Repetition.VARIABLE || repetition == Repetition.FIXED)) {
                throw new Refused("a group that can match in several ways is repeated");
            }
            if (repetition == Repetition.VARIABLE && ++variable > MAX_VARIABLE) {
                throw new Refused("more than " + MAX_VARIABLE + " repetitions follow each other");
            }
            unambiguous &= atomUnambiguous && (repetition == Repetition.ONCE || repetition == Repetition.FIXED);
        }
        return unambiguous;
    }

    private boolean atom(int depth) {
        char c = next();
        return switch (c) {
            case '(' -> group(depth);
            case '[' -> {
                characterClass(0);
                yield true;
            }
            case '\\' -> {
                escape();
                yield true;
            }
            case '*', '+', '?' -> throw new Refused("a repetition follows nothing");
            default -> true;
        };
    }

    private boolean group(int depth) {
        if (at < regex.length() && regex.charAt(at) == '*') {
            throw new Refused("there is a callout");
        }
        if (at < regex.length() && regex.charAt(at) == '?') {
            at++;
            kindOfGroup();
        }
        boolean unambiguous = alternatives(depth + 1);
        if (at >= regex.length()) {
            throw new Refused("a group is not closed");
        }
        at++;
        return unambiguous;
    }

    /// `(?:`, `(?i:`, `(?i)`, `(?=`, `(?!`, `(?>`, `(?<=`, `(?<!`.
    private void kindOfGroup() {
        char c = next();
        if (c == ':' || c == '=' || c == '!' || c == '>') {
            return;
        }
        if (c == '<') {
            char direction = next();
            if (direction != '=' && direction != '!') {
                throw new Refused("there is a named group");
            }
            return;
        }
        while (c == 'i' || c == 'm' || c == 's' || c == 'x' || c == '-') {
            c = next();
        }
        if (c == ')') {
            at--;
        } else if (c != ':') {
            throw new Refused("there is an unknown kind of group");
        }
    }

    private void characterClass(int depth) {
        if (depth > MAX_DEPTH) {
            throw new Refused("classes are nested too deeply");
        }
        if (at < regex.length() && regex.charAt(at) == '^') {
            at++;
        }
        boolean first = true;
        while (true) {
            char c = next();
            if (c == ']' && !first) {
                return;
            }
            if (c == '[') {
                characterClass(depth + 1);
            } else if (c == '\\') {
                next();
            }
            first = false;
        }
    }

    private void escape() {
        char c = next();
        if ((c >= '1' && c <= '9') || c == 'k' || c == 'g' || c == 'X' || c == 'R' || c == 'K') {
            throw new Refused("there is '\\" + c + "'");
        }
        boolean named = (c == 'p' || c == 'P' || c == 'x') && at < regex.length() && regex.charAt(at) == '{';
        if (named) {
            int end = regex.indexOf('}', at);
            if (end < 0) {
                throw new Refused("a '{' is not closed");
            }
            at = end + 1;
        }
    }

    private Repetition repetition() {
        if (at >= regex.length()) {
            return Repetition.ONCE;
        }
        Repetition repetition =
                switch (regex.charAt(at)) {
                    case '*', '+' -> Repetition.VARIABLE;
                    case '?' -> Repetition.OPTIONAL;
                    case '{' -> counted();
                    default -> Repetition.ONCE;
                };
        if (repetition == Repetition.ONCE) {
            return repetition;
        }
        boolean counted = regex.charAt(at) == '}';
        at++;
        // Lazy or possessive.
        if (at < regex.length() && (regex.charAt(at) == '?' || (regex.charAt(at) == '+' && !counted))) {
            at++;
        }
        if (at < regex.length() && "*+?{".indexOf(regex.charAt(at)) >= 0) {
            throw new Refused("a repetition is repeated");
        }
        return repetition;
    }

    /// `{n}`, `{n,}`, `{,m}` or `{n,m}`; leaves the position at the closing brace.
    private Repetition counted() {
        int end = regex.indexOf('}', at);
        String counts = end < 0 ? "" : regex.substring(at + 1, end);
        if (!counts.matches("\\d{1,4}|\\d{0,4},\\d{0,4}") || counts.equals(",")) {
            throw new Refused("a '{' does not start a count");
        }
        for (String count : counts.split(",", -1)) {
            if (!count.isEmpty() && Integer.parseInt(count) > MAX_REPEAT) {
                throw new Refused("something is repeated more than " + MAX_REPEAT + " times");
            }
        }
        at = end;
        return counts.contains(",") ? Repetition.VARIABLE : Repetition.FIXED;
    }

    private char next() {
        if (at >= regex.length()) {
            throw new Refused("something is not closed");
        }
        return regex.charAt(at++);
    }
}
