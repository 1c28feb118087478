package io.logprobe.standalone.demo;

import java.io.PrintStream;
import java.util.List;

/// Shows lines that change: in place on a terminal, elsewhere only those that are new.
final class ProgressDisplay {

    private final PrintStream out;
    private final boolean terminal;
    private List<String> shown = List.of();

    ProgressDisplay(PrintStream out, boolean terminal) {
        this.out = out;
        this.terminal = terminal;
    }

    void show(List<String> lines) {
        if (lines.equals(shown)) {
            return;
        }
        if (terminal) {
            StringBuilder frame = new StringBuilder();
            if (!shown.isEmpty()) {
                frame.append("\u001b[").append(shown.size()).append('A');
            }
            lines.forEach(line -> frame.append("\u001b[2K").append(line).append('\n'));
            out.print(frame);
        } else {
            lines.stream().filter(line -> !shown.contains(line)).forEach(out::println);
        }
        out.flush();
        shown = lines;
    }
}
