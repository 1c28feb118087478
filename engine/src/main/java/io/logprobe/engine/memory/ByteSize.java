package io.logprobe.engine.memory;

import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// An amount of memory as people write it: `768MiB`, `4GiB`, `1.5G`, `2GB` (10⁹ bytes each) or a number of bytes.
///
/// @param bytes positive
public record ByteSize(long bytes) {

    private static final Pattern FORM = Pattern.compile("(\\d+(?:\\.\\d+)?)\\s*([kmgt]?)(i?b?)");

    private static final long LEAST_ROUNDED = 10 << 20;

    /// The larger ones first.
    private static final List<Unit> UNITS = List.of(
            new Unit("GiB", 1 << 30),
            new Unit("GB", 1_000_000_000),
            new Unit("MiB", 1 << 20),
            new Unit("MB", 1_000_000),
            new Unit("KiB", 1 << 10),
            new Unit("kB", 1000));

    private record Unit(String name, long bytes) {}

    public ByteSize {
        if (bytes <= 0) {
            throw new IllegalArgumentException("an amount of memory must be positive, not " + bytes);
        }
    }

    /// Reads an amount.
    ///
    /// @throws IllegalArgumentException quoting what is none
    public static ByteSize valueOf(String text) {
        Matcher matcher = FORM.matcher(text.strip().toLowerCase(Locale.ROOT));
        if (!matcher.matches()) {
            throw new IllegalArgumentException("'" + text + "' is not an amount of memory such as 4GiB");
        }
        int step = matcher.group(3).equals("b") ? 1000 : 1024;
        int steps = matcher.group(2).isEmpty() ? 0 : "kmgt".indexOf(matcher.group(2)) + 1;
        BigDecimal bytes = new BigDecimal(matcher.group(1))
                .multiply(BigDecimal.valueOf(step).pow(steps));
        if (bytes.compareTo(BigDecimal.ONE) < 0 || bytes.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0) {
            throw new IllegalArgumentException("'" + text + "' is out of range");
        }
        return new ByteSize(bytes.longValue());
    }

    /// As people write it: `768 MiB`, `2 GB`, `4097 bytes`. What is neither round nor small, as the free memory of a
    /// device, is told in whole MiB.
    @Override
    public String toString() {
        for (Unit unit : UNITS) {
            if (bytes % unit.bytes() == 0) {
                return bytes / unit.bytes() + " " + unit.name();
            }
        }
        if (bytes >= LEAST_ROUNDED) {
            return (bytes >> 20) + " MiB";
        }
        return bytes == 1 ? "1 byte" : bytes + " bytes";
    }
}
