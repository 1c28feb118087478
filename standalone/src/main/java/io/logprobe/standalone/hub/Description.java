package io.logprobe.standalone.hub;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// What the Hub tells about a repository at a commit: `GET /api/models/{id}` and its kin.
final class Description {

    private static final int MAX_CONFIG_LENGTH = 4 << 20;
    private static final int MAX_SAFETENSORS_HEADER = 25_000_000;
    /// What a list shows of each repository unless more is asked for.
    private static final List<String> LISTED = List.of(
            "_id",
            "id",
            "modelId",
            "author",
            "sha",
            "lastModified",
            "createdAt",
            "private",
            "gated",
            "disabled",
            "downloads",
            "likes",
            "tags",
            "pipeline_tag",
            "library_name");

    private final Repository repository;
    private final Commit commit;
    private final ModelCard card;
    private final JsonNode config;

    Description(Repository repository, Commit commit) throws IOException {
        this.repository = repository;
        this.commit = commit;
        this.card = ModelCard.parse(text("README.md"));
        this.config = jsonFile("config.json");
    }

    ModelCard card() {
        return card;
    }

    /// Everything; with `blobs`, sizes and hashes of the files too.
    ObjectNode complete(boolean blobs) throws IOException {
        RepositoryId id = repository.id();
        Instant created = repository.history(commit).getLast().createdAt();
        ObjectNode info = Json.object();
        info.put(
                "_id",
                FileEntry.sha1(id.toString().getBytes(StandardCharsets.UTF_8)).substring(0, 24));
        info.put("id", id.fullName());
        if (id.type() == RepositoryType.MODEL) {
            info.put("modelId", id.fullName());
        }
        info.put("author", id.owner());
        info.put("sha", commit.id());
        info.put("lastModified", Json.timestamp(commit.createdAt()));
        info.put("createdAt", Json.timestamp(created));
        info.put("private", false).put("gated", false).put("disabled", false);
        info.put("downloads", 0).put("likes", 0);
        info.set("tags", tags());
        info.put(
                "usedStorage",
                commit.files().values().stream().mapToLong(FileEntry::size).sum());
        if (id.type() == RepositoryType.MODEL) {
            completeModel(info);
        }
        info.set("cardData", card.metadata());
        info.set("siblings", siblings(blobs));
        return info;
    }

    /// Only `fields`, and the identifiers, as the Hub answers `?expand=`.
    ObjectNode expanded(List<String> fields) throws IOException {
        ObjectNode all = complete(false);
        ObjectNode some = Json.object();
        some.set("_id", all.get("_id"));
        some.set("id", all.get("id"));
        for (String field : fields) {
            if (all.has(field)) {
                some.set(field, all.get(field));
            }
        }
        return some;
    }

    /// A row of a list.
    ObjectNode summary(boolean full, boolean cardData, boolean withConfig) throws IOException {
        ObjectNode all = complete(false);
        ObjectNode some = Json.object();
        for (String field : LISTED) {
            if (all.has(field)) {
                some.set(field, all.get(field));
            }
        }
        if (full) {
            some.set("siblings", all.get("siblings"));
        }
        if (full || cardData) {
            some.set("cardData", all.get("cardData"));
        }
        if (withConfig && all.has("config")) {
            some.set("config", all.get("config"));
        }
        return some;
    }

    private void completeModel(ObjectNode info) throws IOException {
        if (!pipelineTag().isEmpty()) {
            info.put("pipeline_tag", pipelineTag());
        }
        if (!libraryName().isEmpty()) {
            info.put("library_name", libraryName());
        }
        if (!config.isMissingNode()) {
            ObjectNode shown = info.putObject("config");
            shown.set("architectures", config.path("architectures"));
            shown.set("model_type", config.path("model_type"));
        }
        ObjectNode parameters = parameters();
        if (!parameters.isEmpty()) {
            long total = 0;
            for (JsonNode count : parameters) {
                total += count.longValue();
            }
            info.putObject("safetensors").put("total", total).set("parameters", parameters);
        }
        info.set(
                "model-index",
                card.metadata().path("model-index").isArray()
                        ? card.metadata().get("model-index")
                        : NullNode.getInstance());
    }

    ArrayNode tags() {
        Set<String> tags = new LinkedHashSet<>();
        if (repository.id().type() == RepositoryType.MODEL) {
            tags.add(libraryName());
            commit.files().keySet().stream()
                    .filter(path -> path.endsWith(".safetensors"))
                    .findAny()
                    .ifPresent(_ -> tags.add("safetensors"));
            tags.add(config.path("model_type").asText(""));
            tags.add(pipelineTag());
        }
        for (JsonNode tag : card.metadata().path("tags")) {
            tags.add(tag.asText(""));
        }
        for (String key : List.of("license", "language", "datasets", "base_model", "task_categories")) {
            JsonNode value = card.metadata().path(key);
            String prefix = key.equals("datasets") ? "dataset" : key;
            for (JsonNode item : value.isArray() ? value : Json.array().add(value)) {
                if (item.isTextual()) {
                    tags.add(prefix + ":" + item.textValue());
                }
            }
        }
        tags.remove("");
        ArrayNode array = Json.array();
        tags.forEach(array::add);
        return array;
    }

    String pipelineTag() {
        String declared = card.metadata().path("pipeline_tag").asText("");
        if (!declared.isEmpty()) {
            return declared;
        }
        String architecture = config.path("architectures").path(0).asText("");
        boolean generates = architecture.endsWith("ForCausalLM") || architecture.endsWith("LMHeadModel");
        return generates ? "text-generation" : "";
    }

    private String libraryName() {
        return card.metadata().path("library_name").asText(config.isMissingNode() ? "" : "transformers");
    }

    private ArrayNode siblings(boolean blobs) {
        ArrayNode siblings = Json.array();
        for (FileEntry file : commit.files().values()) {
            ObjectNode sibling = siblings.addObject().put("rfilename", file.path());
            if (blobs) {
                sibling.put("size", file.size()).put("blobId", file.oid());
                if (file.large()) {
                    sibling.putObject("lfs")
                            .put("sha256", file.sha256())
                            .put("size", file.size())
                            .put("pointerSize", file.pointerSize());
                }
            }
        }
        return siblings;
    }

    /// Number of parameters by data type, from the headers of the safetensors files; empty if one is damaged.
    private ObjectNode parameters() throws IOException {
        ObjectNode counts = Json.object();
        for (FileEntry file : commit.files().values()) {
            if (file.path().endsWith(".safetensors") && !addParameters(file, counts)) {
                return Json.object();
            }
        }
        return counts;
    }

    private boolean addParameters(FileEntry file, ObjectNode counts) throws IOException {
        Path content = repository.content(file);
        try (FileChannel channel = FileChannel.open(content)) {
            ByteBuffer length = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            if (!fill(channel, length)) {
                return false;
            }
            long headerLength = length.getLong(0);
            if (headerLength < 2 || headerLength > Math.min(MAX_SAFETENSORS_HEADER, file.size() - Long.BYTES)) {
                return false;
            }
            ByteBuffer header = ByteBuffer.allocate((int) headerLength);
            if (!fill(channel, header)) {
                return false;
            }
            for (var tensor : Json.parseObject(header.array(), file.path()).properties()) {
                if (!tensor.getKey().equals("__metadata__")) {
                    String dtype = tensor.getValue().path("dtype").asText("");
                    long elements = 1;
                    for (JsonNode dimension : tensor.getValue().path("shape")) {
                        elements = Math.multiplyExact(elements, dimension.longValue());
                    }
                    counts.put(dtype, Math.addExact(counts.path(dtype).longValue(), elements));
                }
            }
            return true;
        } catch (Refusal | ArithmeticException e) {
            return false;
        }
    }

    private static boolean fill(FileChannel channel, ByteBuffer buffer) throws IOException {
        while (buffer.hasRemaining()) {
            if (channel.read(buffer) < 0) {
                return false;
            }
        }
        return true;
    }

    private JsonNode jsonFile(String path) throws IOException {
        String text = text(path);
        if (!text.isEmpty()) {
            try {
                return Json.parseObject(text.getBytes(StandardCharsets.UTF_8), path);
            } catch (Refusal e) {
                return MissingNode.getInstance();
            }
        }
        return MissingNode.getInstance();
    }

    /// A small text file of the commit, or an empty text.
    String text(String path) throws IOException {
        FileEntry file = commit.files().get(path);
        return file == null || file.size() > MAX_CONFIG_LENGTH
                ? ""
                : new String(Files.readAllBytes(repository.content(file)), StandardCharsets.UTF_8);
    }
}
