package io.logprobe.engine.cli.verify;

import java.time.Duration;
import java.util.Locale;

/// What a verification consists of, in order, each with the time it may take.
public enum Part {
    DEVICE(20),
    CONFORMANCE(90),
    GOLDEN(120),
    INVARIANCE(40),
    PRODUCTS(40),
    HEAD(40),
    OPT_6_7B(40),
    OPT_13B(50),
    STREAMED(80),
    OPT_66B(140),
    TRANSFORMERS(150);

    private final Duration limit;

    Part(int seconds) {
        limit = Duration.ofSeconds(seconds);
    }

    public Duration limit() {
        return limit;
    }

    public String title() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-').replace("6-7b", "6.7b");
    }
}
