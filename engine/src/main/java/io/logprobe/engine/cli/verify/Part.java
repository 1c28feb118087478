package io.logprobe.engine.cli.verify;

import java.time.Duration;
import java.util.List;
import java.util.Locale;

/// What a verification consists of, in order, each with its share of the time.
public enum Part {
    DEVICE(20),
    CONFORMANCE(60),
    GOLDEN(80),
    INVARIANCE(30),
    PRODUCTS(30),
    HEAD(25),
    OPT_6_7B(30),
    OPT_13B(40),
    STREAMED(60),
    OPT_66B(85),
    TRANSFORMERS(110);

    private final int share; // seconds, of 570 for all

    Part(int share) {
        this.share = share;
    }

    /// The time that this part may take, so that each of those after it has its share whatever happens. What others
    /// have left goes to all that follow.
    ///
    /// @param left for this part and those after it
    Duration limit(Duration left, List<Part> after) {
        int shares = share + after.stream().mapToInt(part -> part.share).sum();
        return left.multipliedBy(share).dividedBy(shares);
    }

    public String title() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-').replace("6-7b", "6.7b");
    }
}
