package io.logprobe.engine.backend.cuda;

import io.logprobe.engine.failure.BackendUnavailable;
import io.logprobe.engine.foreign.ForeignLibrary;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The first cuBLASLt of the host that works, of version 13 before 12: one that the loader knows by its soname, or one
/// where CUDA's own packages put it, which the loader need not know.
final class CublasLtSearch {

    static final List<String> SONAMES = List.of("libcublasLt.so.13", "libcublasLt.so.12");

    /// Where CUDA's packages and those of distributions lie, each in a folder of its own.
    private static final List<Path> ROOTS = List.of(Path.of("/usr/local"), Path.of("/opt"));

    /// `cuda`, a link to one of the others, first.
    private static final Pattern CUDA = Pattern.compile("cuda(-1[23](\\.\\d+)?)?");

    /// What was found.
    sealed interface Result {

        /// A library that works.
        ///
        /// @param handle ends with who takes it
        record Found(CublasLt library, MemorySegment handle) implements Result {}

        /// No library works.
        ///
        /// @param reason for people, on one line
        record NotFound(String reason) implements Result {}
    }

    private CublasLtSearch() {}

    /// Opens a library for the current device.
    static Result search() {
        return search(candidates(ROOTS));
    }

    @SuppressWarnings("restricted")
    static Result search(List<String> candidates) {
        List<String> refusals = new ArrayList<>();
        for (String name : candidates) {
            SymbolLookup symbols;
            try {
                symbols = SymbolLookup.libraryLookup(name, Arena.global());
            } catch (IllegalArgumentException e) {
                continue; // there is none
            }
            try {
                CublasLt library = new CublasLt(new ForeignLibrary(name, symbols));
                return new Result.Found(library, library.create());
            } catch (BackendUnavailable e) {
                refusals.add(e.getMessage());
            } catch (IllegalStateException e) {
                refusals.add(name + ": " + e.getMessage());
            }
        }
        return new Result.NotFound(
                refusals.isEmpty()
                        ? "there is no cuBLAS (" + String.join(" or ", SONAMES) + ")"
                        : String.join("; ", refusals));
    }

    /// What the loader is asked for, in this order.
    static List<String> candidates(List<Path> roots) {
        List<Path> folders = roots.stream()
                .flatMap(root -> installations(root).stream())
                .map(installation -> installation.resolve("lib64"))
                .toList();
        return SONAMES.stream()
                .flatMap(soname -> Stream.concat(
                        Stream.of(soname),
                        folders.stream()
                                .map(folder -> folder.resolve(soname))
                                .filter(Files::exists)
                                .map(Path::toString)))
                .toList();
    }

    private static List<Path> installations(Path root) {
        if (!Files.isDirectory(root)) {
            return List.of();
        }
        try (Stream<Path> folders = Files.list(root)) {
            return folders.filter(folder ->
                            CUDA.matcher(folder.getFileName().toString()).matches())
                    .sorted(Comparator.comparing((Path folder) ->
                                    folder.getFileName().toString().length() > "cuda".length())
                            .thenComparing(Comparator.reverseOrder()))
                    .toList();
        } catch (IOException e) {
            return List.of();
        }
    }
}
