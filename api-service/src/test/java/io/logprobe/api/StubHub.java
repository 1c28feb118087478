package io.logprobe.api;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.MappingBuilder;
import com.github.tomakehurst.wiremock.stubbing.StubMapping;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The Hub of the tests: repositories are folders, and single requests can be answered otherwise.
public final class StubHub {

    static final int LOWEST_PRIORITY = 10;

    private final Path root;
    private final WireMockServer proxy;
    private final List<StubMapping> misbehaviour = new ArrayList<>();

    StubHub(Path root, WireMockServer proxy) {
        this.root = root;
        this.proxy = proxy;
    }

    public String address() {
        return proxy.baseUrl();
    }

    /// A small OPT model that can be accepted.
    public void model(String id) {
        model(id, Map.of());
    }

    /// A small OPT model, some of whose files are replaced; a null removes the file.
    public void model(String id, Map<String, byte[]> replaced) {
        Path folder = root.resolve("models").resolve(id);
        write(folder, "config.json", "{\"model_type\":\"opt\"}".getBytes(StandardCharsets.UTF_8));
        write(folder, "tokenizer.json", "{}".getBytes(StandardCharsets.UTF_8));
        write(folder, "model.safetensors", SafetensorsFile.float32("a", 2, 3));
        replaced.forEach((name, content) -> write(folder, name, content));
    }

    /// A model of these files.
    public void files(String id, Map<String, byte[]> files) {
        files.forEach((name, content) -> write(root.resolve("models").resolve(id), name, content));
    }

    /// A dataset of these files.
    public void dataset(String id, Map<String, byte[]> files) {
        files.forEach((name, content) -> write(root.resolve("datasets").resolve(id), name, content));
    }

    /// A dataset whose only split is `test`.
    public void dataset(String id, String jsonLines) {
        dataset(id, Map.of("test.jsonl", jsonLines.getBytes(StandardCharsets.UTF_8)));
    }

    /// Answers some requests otherwise until [#behave].
    public void misbehave(MappingBuilder stub) {
        misbehaviour.add(proxy.stubFor(stub.atPriority(1)));
    }

    public void behave() {
        misbehaviour.forEach(proxy::removeStub);
        misbehaviour.clear();
    }

    private static void write(Path folder, String name, byte[] content) {
        try {
            Path file = folder.resolve(name);
            if (content == null) {
                Files.deleteIfExists(file);
            } else {
                Files.createDirectories(file.getParent());
                Files.write(file, content);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
