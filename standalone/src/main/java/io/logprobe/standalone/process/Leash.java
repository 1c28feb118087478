package io.logprobe.standalone.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;

/// Ends other processes when this one is gone, even if it was killed: a small shell process notices that the pipe to
/// it closes, asks each process it holds to end, and after ten seconds forces those that remain.
public final class Leash implements AutoCloseable {

    private static final String SCRIPT = """
            trap '' INT TERM HUP
            held=
            while read -r verb process; do
              case $verb in
                hold) held="$held $process" ;;
                release)
                  kept=
                  for each in $held; do [ "${each#*:}" = "$process" ] || kept="$kept $each"; done
                  held=$kept ;;
              esac
            done
            for each in $held; do kill -"${each%%:*}" "${each#*:}" 2>/dev/null; done
            seconds=0
            while [ $seconds -lt 10 ]; do
              alive=
              for each in $held; do kill -0 "${each#*:}" 2>/dev/null && alive=yes; done
              [ -n "$alive" ] || exit 0
              sleep 1
              seconds=$((seconds + 1))
            done
            for each in $held; do kill -KILL "${each#*:}" 2>/dev/null; done
            """;

    private final Process shell;
    private final Writer commands;

    /// How a process is asked to end.
    public enum Signal {
        /// An orderly end.
        TERM,
        /// An orderly end without waiting for clients: what PostgreSQL calls a fast shutdown.
        INT
    }

    private Leash(Process shell) {
        this.shell = shell;
        this.commands = shell.outputWriter(StandardCharsets.US_ASCII);
    }

    public static Leash start() {
        try {
            return new Leash(new ProcessBuilder("sh", "-c", SCRIPT)
                    .redirectOutput(Redirect.DISCARD)
                    .redirectError(Redirect.DISCARD)
                    .start());
        } catch (IOException e) {
            throw new UncheckedIOException("the shell (sh) that watches over child processes cannot be started", e);
        }
    }

    /// From now on the process does not outlive this one.
    public void hold(long pid, Signal signal) {
        try {
            command("hold " + signal + ":" + pid);
        } catch (IOException e) {
            throw new UncheckedIOException("the shell that watches over child processes is gone", e);
        }
    }

    /// The process has ended, or may go on alone.
    public void release(long pid) {
        try {
            command("release " + pid);
        } catch (IOException e) {
            // The shell is gone: it holds nothing any more.
        }
    }

    @Override
    public void close() {
        try {
            commands.close();
        } catch (IOException e) {
            // The shell is gone: it holds nothing any more.
            shell.destroyForcibly();
        }
    }

    private synchronized void command(String line) throws IOException {
        commands.write(line + "\n");
        commands.flush();
    }
}
