package io.logprobe.worker;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.logprobe.contracts.spec.ModelRevision;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;

/// Puts models into the local Hub.
public final class ModelShelf {

    /// The smallest of the demo's models.
    static final Path TINY = Path.of("../standalone/src/main/resources/demo/models/opt-59k");

    private final Path models;
    private final URI hub;

    ModelShelf(Path models, URI hub) {
        this.models = models;
        this.hub = hub;
    }

    /// The tiny model under this name, at its commit.
    ModelRevision put(String id) {
        return put(id, 0);
    }

    /// The tiny model whose weights end some bytes too early.
    ModelRevision put(String id, int missingBytes) {
        Path folder = models.resolve(id);
        try (Stream<Path> files = Files.list(TINY)) {
            Files.createDirectories(folder);
            for (Path file : files.toList()) {
                byte[] content = Files.readAllBytes(file);
                boolean weights = file.endsWith("model.safetensors");
                Files.write(
                        folder.resolve(file.getFileName().toString()),
                        weights ? Arrays.copyOf(content, content.length - missingBytes) : content);
            }
            return new ModelRevision(id, commit(id), null, "opt", 58_680, 117_360);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The only model of a repository, a GGUF file beside others.
    ModelRevision putGguf(String id, String path, byte[] content) {
        Path folder = models.resolve(id);
        try {
            Files.createDirectories(folder.resolve(path).getParent());
            Files.write(folder.resolve(path), content);
            Files.writeString(folder.resolve("config.json"), "{}");
            Files.write(folder.resolve("other.gguf"), new byte[100]);
            return new ModelRevision(id, commit(id), path, "llama", 1, content.length);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// A model that nobody has.
    static ModelRevision absent() {
        return new ModelRevision("nobody/model", "0123456789abcdef0123456789abcdef01234567", null, "opt", 1, 1);
    }

    private String commit(String id) throws IOException {
        try (InputStream model = hub.resolve("/api/models/" + id).toURL().openStream()) {
            return new ObjectMapper().readTree(model).path("sha").asText();
        }
    }
}
