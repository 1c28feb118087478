package io.logprobe.engine.checkpoint;

import io.logprobe.engine.failure.FileFault;
import io.logprobe.engine.failure.InvalidCheckpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// The files of one GGUF model: one file, or the parts of a split one, `NAME-00001-of-00003.gguf` and its siblings.
///
/// @param paths in the order of the parts; metadata is in the first
record GgufParts(List<Path> paths) {

    private static final Pattern PART = Pattern.compile("(.+)-(\\d{5})-of-(\\d{5})\\.gguf", Pattern.DOTALL);

    /// The model that a path belongs to or, if it is a folder, the only one in it. A multimodal projector, which
    /// llama.cpp calls `mmproj`, is none.
    ///
    /// @throws InvalidCheckpoint when a folder has several, or a part is missing
    static Optional<GgufParts> locate(Path path) {
        if (!Files.isDirectory(path)) {
            return isGguf(path) ? Optional.of(of(path)) : Optional.empty();
        }
        List<Path> models;
        try (Stream<Path> entries = Files.list(path)) {
            models = entries.filter(GgufParts::isGguf)
                    .filter(file -> !name(file).toLowerCase(Locale.ROOT).contains("mmproj"))
                    .map(GgufParts::firstOf)
                    .distinct()
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new InvalidCheckpoint(path + ": cannot be read: " + FileFault.describe(e), e);
        }
        if (models.size() > 1) {
            throw new InvalidCheckpoint(path + ": " + models.size() + " GGUF files; name one of them: "
                    + models.stream().map(Path::getFileName).toList());
        }
        return models.stream().findFirst().map(GgufParts::of);
    }

    private static GgufParts of(Path file) {
        Matcher name = PART.matcher(name(file));
        if (!isPart(name)) {
            return new GgufParts(List.of(file));
        }
        int count = Integer.parseInt(name.group(3));
        List<Path> paths = IntStream.rangeClosed(1, count)
                .mapToObj(i -> sibling(file, name, i))
                .toList();
        List<Path> missing = paths.stream().filter(path -> !Files.exists(path)).toList();
        if (!missing.isEmpty()) {
            throw new InvalidCheckpoint(missing.getFirst() + ": no such file, which is part of a GGUF model of " + count
                    + " files, " + missing.size() + " of them missing");
        }
        return new GgufParts(paths);
    }

    private static Path firstOf(Path file) {
        Matcher name = PART.matcher(name(file));
        return isPart(name) ? sibling(file, name, 1) : file;
    }

    private static boolean isPart(Matcher name) {
        if (!name.matches()) {
            return false;
        }
        int part = Integer.parseInt(name.group(2));
        int count = Integer.parseInt(name.group(3));
        return part >= 1 && part <= count && count <= Limits.SHARDS;
    }

    private static Path sibling(Path file, Matcher name, int part) {
        return file.resolveSibling("%s-%05d-of-%s.gguf".formatted(name.group(1), part, name.group(3)));
    }

    private static boolean isGguf(Path path) {
        return name(path).endsWith(".gguf");
    }

    private static String name(Path path) {
        return path.getFileName() == null ? "" : path.getFileName().toString();
    }

    /// The file with the metadata.
    Path first() {
        return paths.getFirst();
    }

    /// Checks that files are what their names say, and parts of one model, as far as their headers tell.
    static void requireOneModel(List<TensorFile> files, List<GgufHeader> headers) {
        GgufMetadata first =
                new GgufMetadata(files.getFirst().path(), headers.getFirst().metadata());
        for (int i = 0; i < files.size(); i++) {
            GgufMetadata part =
                    new GgufMetadata(files.get(i).path(), headers.get(i).metadata());
            requirePlace(part, i, files.size());
            requireAgreement(part, first);
        }
        long tensors =
                headers.stream().mapToLong(header -> header.tensors().size()).sum();
        first.integer("split.tensors.count").filter(count -> count != tensors).ifPresent(count -> {
            throw first.invalid("split.tensors.count", "is " + count + ", but all parts have " + tensors + " tensors");
        });
    }

    private static void requirePlace(GgufMetadata part, int index, int count) {
        long statedCount = Math.max(1, part.integer("split.count").orElse(1L));
        long statedIndex = part.integer("split.no").orElse(0L);
        if (statedCount == 1 && count > 1) {
            throw new InvalidCheckpoint(
                    part.file() + ": not a part of a split GGUF file, as its name says: split.count is 1");
        }
        if (statedCount != count || statedIndex != index) {
            throw new InvalidCheckpoint(part.file()
                    + ": part %d of %d of a split GGUF file; its name must end in -%05d-of-%05d.gguf"
                            .formatted(statedIndex + 1, statedCount, statedIndex + 1, statedCount));
        }
    }

    private static void requireAgreement(GgufMetadata part, GgufMetadata first) {
        part.differing(first, Set.of("split.no", "general.alignment")).ifPresent(key -> {
            throw part.invalid(key, "is not that of " + first.file().getFileName() + ": parts of different models");
        });
    }
}
