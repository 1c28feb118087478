package io.logprobe.engine.cli.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Where a verification finds cuBLAS that only a Python's packages bring.
class PythonLibrariesTest {

    @TempDir
    Path folder;

    /// A program in the place of Python that looks for packages in `folder` alone.
    private String python() throws IOException {
        boolean installed = Stream.of(System.getenv("PATH").split(":", -1))
                .anyMatch(path -> Files.isExecutable(Path.of(path, "python3")));
        assumeTrue(installed, "python3 is not on the PATH");
        Path program = Files.writeString(
                folder.resolve("python"), "#!/bin/sh\nexec env PYTHONPATH=" + folder + " python3 \"$@\"\n");
        assertThat(program.toFile().setExecutable(true)).isTrue();
        return program.toString();
    }

    @Test
    void foldersOfBothVersionsAreFound() throws IOException {
        Path thirteen = Files.createDirectories(folder.resolve("nvidia/cu13/lib"));
        Path twelve = Files.createDirectories(folder.resolve("nvidia/cublas/lib"));
        Files.createFile(thirteen.resolve("libcublasLt.so.13"));
        Files.createFile(twelve.resolve("libcublasLt.so.12"));
        Files.createDirectories(folder.resolve("nvidia/cudnn/lib"));

        assertThat(PythonLibraries.folders(python())).contains(thirteen.toString(), twelve.toString());
    }

    @Test
    void whereThereIsNoPythonThereIsNothing() {
        assertThat(PythonLibraries.folders("no-such-python")).isEmpty();
    }

    @Test
    void theLoaderLooksThereAfterTheFoldersItWasToldBefore() {
        Map<String, String> environment = new HashMap<>(Map.of("LD_LIBRARY_PATH", "/own"));

        PythonLibraries.add(List.of("/a", "/b"), environment);

        assertThat(environment).containsEntry("LD_LIBRARY_PATH", "/own:/a:/b");
    }

    @Test
    void aLoaderThatWasToldNothingIsToldNoEmptyFolder() {
        Map<String, String> environment = new HashMap<>();

        PythonLibraries.add(List.of("/a"), environment);

        assertThat(environment).containsEntry("LD_LIBRARY_PATH", "/a");
    }
}
