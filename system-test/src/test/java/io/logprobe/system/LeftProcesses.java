package io.logprobe.system;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Processes that work with a folder, by their command line or in it.
final class LeftProcesses {

    private LeftProcesses() {}

    static List<ProcessHandle> in(Path folder) {
        return ProcessHandle.allProcesses()
                .filter(process -> process.info().commandLine().orElse("").contains(folder.toString())
                        || workingFolder(process).startsWith(folder))
                .toList();
    }

    private static Path workingFolder(ProcessHandle process) {
        try {
            return Files.readSymbolicLink(Path.of("/proc", Long.toString(process.pid()), "cwd"));
        } catch (IOException e) {
            // It has ended, or belongs to somebody else.
            return Path.of("/");
        }
    }
}
