package io.logprobe.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// How fast a process works on a job, by the latest third of what it has done: its first layers are slow, because code
/// is compiled meanwhile.
final class Pace {

    private static final double LATEST = 1 / 3.0;

    /// @param operations done by the process
    private record Mark(double operations, Duration elapsed) {}

    private final List<Mark> marks = new ArrayList<>(List.of(new Mark(0, Duration.ZERO)));
    private int from;

    /// Takes note that `done` operations are done and says how long `left` more will take; zero where nobody knows.
    ///
    /// @param done by this process
    /// @param elapsed since it began
    Duration remaining(double done, double left, Duration elapsed) {
        while (from + 1 < marks.size() && marks.get(from + 1).operations() <= done * (1 - LATEST)) {
            from++;
        }
        Mark since = marks.get(from);
        marks.add(new Mark(done, elapsed));
        double operations = done - since.operations();
        return operations <= 0
                ? Duration.ZERO
                : Duration.ofNanos((long) (elapsed.minus(since.elapsed()).toNanos() * (left / operations)));
    }
}
