package io.logprobe.worker;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A number of bytes, written as `512MiB`, `4GiB` or a plain number.
///
/// @param bytes positive
public record ByteSize(long bytes) {

    private static final Pattern WRITTEN = Pattern.compile("(\\d{1,12})\\s*(?:([kmgt])i?b?|b)?");

    public ByteSize {
        if (bytes <= 0) {
            throw new IllegalArgumentException("size is not positive: " + bytes);
        }
    }

    /// Reads a size; SmallRye Config calls this for configuration values.
    public static ByteSize valueOf(String written) {
        Matcher matcher = WRITTEN.matcher(written.strip().toLowerCase(Locale.ROOT));
        if (!matcher.matches()) {
            throw new IllegalArgumentException("'" + written + "' is no size such as 512MiB or 4GiB");
        }
        int exponent = matcher.group(2) == null ? 0 : 1 + "kmgt".indexOf(matcher.group(2));
        return new ByteSize(Math.multiplyExact(Long.parseLong(matcher.group(1)), 1L << (10 * exponent)));
    }
}
