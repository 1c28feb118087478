package io.logprobe.engine.model;

import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongConsumer;
import java.util.stream.LongStream;

/// Reads on all cores. All have ended when one that failed is told: the memory that they fill may be given back then,
/// and a stream would not wait for the others.
final class ParallelReads {

    private ParallelReads() {}

    /// Reads the pieces 0 to `count − 1`; after a failure no other one is begun.
    static void forEach(long count, LongConsumer read) {
        AtomicReference<Throwable> failure = new AtomicReference<>();
        LongStream.range(0, count).parallel().forEach(piece -> {
            if (failure.get() == null) {
                try {
                    read.accept(piece);
                } catch (RuntimeException | Error e) {
                    failure.compareAndSet(null, e);
                }
            }
        });
        switch (failure.get()) {
            case null -> {}
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            case Throwable e -> throw new IllegalStateException(e);
        }
    }
}
