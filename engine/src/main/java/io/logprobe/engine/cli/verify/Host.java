package io.logprobe.engine.cli.verify;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// What a report must say of the machine, so that its figures can be read years later.
final class Host {

    private static final Path MEMORY = Path.of("/proc/meminfo");
    private static final Path MAPPED = Path.of("/proc/self/maps");
    private static final Pattern OF_CUDA = Pattern.compile(".*/lib(cuda|cublas|nvidia|JCuda)[^/]*\\.so.*");
    private static final int SECONDS = 10;

    private Host() {}

    static String system() {
        return "%s %s, %d processors, Java %s"
                .formatted(
                        System.getProperty("os.name"),
                        System.getProperty("os.version"),
                        Runtime.getRuntime().availableProcessors(),
                        Runtime.version());
    }

    /// What the kernel says; it may be more later, where a machine grows.
    static String memory() {
        return lines(MEMORY).stream()
                .filter(line -> line.startsWith("MemTotal"))
                .map(line -> line.replaceAll("\\s+", " ").toLowerCase(Locale.ROOT))
                .findFirst()
                .orElse("unknown");
    }

    /// Name, driver, memory, greatest clocks and power of every card, as NVIDIA's own program tells them.
    static String cards() {
        String asked = "--query-gpu=name,driver_version,memory.total,clocks.max.sm,clocks.max.memory,power.limit";
        try {
            Process process = new ProcessBuilder("nvidia-smi", asked, "--format=csv,noheader")
                    .redirectErrorStream(true)
                    .start();
            if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return "nvidia-smi does not answer";
            }
            return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            return "there is no nvidia-smi";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "interrupted";
        }
    }

    /// Files of CUDA's and NVIDIA's libraries that this process has loaded.
    static String libraries() {
        return lines(MAPPED).stream()
                .map(line -> line.substring(line.lastIndexOf(' ') + 1))
                .filter(file -> OF_CUDA.matcher(file).matches())
                .distinct()
                .sorted()
                .collect(Collectors.joining(", "));
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return List.of();
        }
    }
}
