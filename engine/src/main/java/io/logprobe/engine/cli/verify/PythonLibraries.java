package io.logprobe.engine.cli.verify;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Libraries of CUDA that a Python's packages bring, which the system's loader does not know.
public final class PythonLibraries {

    private static final int SECONDS = 20;
    private static final String LOADER_PATH = "LD_LIBRARY_PATH";
    private static final String SCRIPT = """
            import glob, os, sys
            for root in sys.path:
                for library in sorted(glob.glob(root + "/nvidia/*/lib/libcublasLt.so.1[23]")):
                    print(os.path.dirname(library))
            """;

    private PythonLibraries() {}

    /// The folders of cuBLAS; none where there is no such program.
    public static List<String> folders(String python) {
        try {
            Process process = new ProcessBuilder(python, "-c", SCRIPT)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return List.of();
            }
            return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
        } catch (IOException e) {
            return List.of();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return List.of();
        }
    }

    /// Lets the loader look there, after the folders that it was told before.
    public static void add(List<String> folders, Map<String, String> environment) {
        if (!folders.isEmpty()) {
            String before = environment.getOrDefault(LOADER_PATH, "");
            environment.put(
                    LOADER_PATH,
                    Stream.concat(Stream.of(before), folders.stream())
                            .filter(folder -> !folder.isEmpty())
                            .collect(Collectors.joining(":")));
        }
    }
}
