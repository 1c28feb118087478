package io.logprobe.standalone.platform;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;

/// What is to be closed, the last one first.
final class Closing {

    private final Deque<AutoCloseable> parts = new ArrayDeque<>();

    synchronized void add(AutoCloseable part) {
        parts.push(part);
    }

    /// Closes everything; a part that fails does not keep the others open.
    synchronized void closeAll(Consumer<String> notices) {
        while (!parts.isEmpty()) {
            try {
                parts.pop().close();
            } catch (Exception e) {
                notices.accept("stopping: " + e.getMessage());
            }
        }
    }
}
