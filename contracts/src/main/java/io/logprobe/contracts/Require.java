package io.logprobe.contracts;

import java.util.regex.Pattern;

/// Checks that the records' constructors share; each names the component at fault.
public final class Require {

    private static final Pattern SHA1 = Pattern.compile("[0-9a-f]{40}");
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");
    private static final Pattern REPOSITORY_ID = Pattern.compile("[A-Za-z0-9][\\w.-]{0,95}/[A-Za-z0-9_][\\w.-]{0,95}");

    private static final Pattern GGUF_PATH =
            Pattern.compile("([^/\\p{Cntrl}]{1,200}/){0,8}[^/\\p{Cntrl}]{1,200}\\.gguf");
    private static final Pattern FOLDER_ABOVE = Pattern.compile("(^|.*/)\\.{1,2}(/.*|$)");

    private Require() {}

    /// Returns `value` unless it is missing.
    ///
    /// @throws IllegalArgumentException if `value` is null
    public static <T> T present(T value, String name) {
        check(value != null, name, "is missing", "");
        return value;
    }

    /// Returns `value` if it says something.
    ///
    /// @throws IllegalArgumentException if `value` is null or blank
    public static String text(String value, String name) {
        check(value != null && !value.isBlank(), name, "is missing", "");
        return value;
    }

    /// Returns `value` if it is zero or more.
    ///
    /// @throws IllegalArgumentException if `value` is negative
    public static long notNegative(long value, String name) {
        check(value >= 0, name, "is negative", value);
        return value;
    }

    /// Returns `value` if it is one or more.
    ///
    /// @throws IllegalArgumentException if `value` is zero or negative
    public static long positive(long value, String name) {
        check(value > 0, name, "is not positive", value);
        return value;
    }

    /// Returns `value` if it names a commit.
    ///
    /// @throws IllegalArgumentException if `value` is no commit hash of 40 hexadecimal digits
    public static String commit(String value, String name) {
        check(value != null && SHA1.matcher(value).matches(), name, "is no commit hash", value);
        return value;
    }

    /// Returns `value` if it is a digest.
    ///
    /// @throws IllegalArgumentException if `value` is no SHA-256 of 64 hexadecimal digits
    public static String sha256(String value, String name) {
        check(value != null && SHA256.matcher(value).matches(), name, "is no SHA-256", value);
        return value;
    }

    /// Returns `value` if it names a repository.
    ///
    /// @throws IllegalArgumentException if `value` is not of the form `owner/name` as the Hub allows it
    public static String repositoryId(String value, String name) {
        check(isRepositoryId(value), name, "is not of the form owner/name", value);
        return value;
    }

    /// Whether `value` is of the form `owner/name` as the Hub allows it.
    public static boolean isRepositoryId(String value) {
        return value != null && REPOSITORY_ID.matcher(value).matches() && !value.contains("..");
    }

    /// Returns `value` if it is the path of a GGUF file within a repository.
    ///
    /// @throws IllegalArgumentException if `value` is no such path, or leaves the repository
    public static String ggufPath(String value, String name) {
        check(isGgufPath(value), name, "is no path of a GGUF file", value);
        return value;
    }

    /// Whether `value` is the path of a GGUF file within a repository.
    public static boolean isGgufPath(String value) {
        return value != null
                && GGUF_PATH.matcher(value).matches()
                && !FOLDER_ABOVE.matcher(value).matches();
    }

    private static void check(boolean valid, String name, String offence, Object value) {
        if (!valid) {
            throw new IllegalArgumentException(name + " " + offence + (value == "" ? "" : ": " + value));
        }
    }
}
