package io.logprobe.standalone.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// The models and the dataset that come with Logprobe, trained and made for its demo.
final class DemoContent {

    static final String OWNER = "logprobe-demo";
    static final String DATASET = OWNER + "/pronouns";

    private DemoContent() {}

    /// Puts the repositories into a local Hub, once; what is there already stays as it is.
    ///
    /// @return ids of the models, from the smallest to the largest
    static List<String> install(Path hub) {
        try {
            URI content = DemoContent.class.getResource("/demo").toURI();
            if ("jar".equals(content.getScheme())) {
                try (FileSystem jar = FileSystems.newFileSystem(content, Map.of())) {
                    return install(jar.getPath("/demo"), hub);
                }
            }
            return install(Path.of(content), hub);
        } catch (IOException e) {
            throw new UncheckedIOException("the demo's models cannot be copied to " + hub, e);
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<String> install(Path content, Path hub) throws IOException {
        for (String kind : List.of("models", "datasets")) {
            for (Path repository : list(content.resolve(kind))) {
                Path target = hub.resolve(kind)
                        .resolve(OWNER)
                        .resolve(repository.getFileName().toString());
                if (!Files.exists(target)) {
                    copy(repository, target);
                }
            }
        }
        return list(content.resolve("models")).stream()
                .sorted((one, other) -> Long.compare(weightBytes(one), weightBytes(other)))
                .map(model -> OWNER + "/" + model.getFileName())
                .toList();
    }

    private static void copy(Path from, Path to) throws IOException {
        Path part = to.resolveSibling(to.getFileName() + ".part");
        Files.createDirectories(part);
        for (Path file : list(from)) {
            Files.copy(file, part.resolve(file.getFileName().toString()), StandardCopyOption.REPLACE_EXISTING);
        }
        Files.move(part, to, StandardCopyOption.ATOMIC_MOVE);
    }

    private static long weightBytes(Path model) {
        try {
            return Files.size(model.resolve("model.safetensors"));
        } catch (IOException e) {
            throw new UncheckedIOException("the demo model " + model + " has no weights", e);
        }
    }

    private static List<Path> list(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.sorted().toList();
        }
    }
}
