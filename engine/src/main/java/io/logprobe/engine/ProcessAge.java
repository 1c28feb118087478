package io.logprobe.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// How long this process has been running, the start of the virtual machine included.
final class ProcessAge {

    private static final Path STAT = Path.of("/proc/self/stat");
    private static final Path UPTIME = Path.of("/proc/uptime");

    /// Clock ticks per second in `/proc`, the same on every Linux that runs on these processors.
    private static final double TICKS_PER_SECOND = 100;

    /// Field 22 of `stat` (proc_pid_stat(5)), counted from the one after the name, which may hold spaces.
    private static final int START_TIME = 19;

    private ProcessAge() {}

    /// Seconds since the process was started, or 0 where the system does not tell.
    static double seconds() {
        try {
            return seconds(Files.readString(STAT), Files.readString(UPTIME));
        } catch (IOException e) {
            return 0;
        }
    }

    static double seconds(String stat, String uptime) {
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        double now = Double.parseDouble(uptime.substring(0, uptime.indexOf(' ')));
        return now - Long.parseLong(fields[START_TIME]) / TICKS_PER_SECOND;
    }
}
