package io.logprobe.standalone.hub;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/// Every repository below the root: each folder `<kind>/<owner>/<name>` is one.
final class Repositories {

    static final String STATE_FOLDER = ".hub";

    private final Path root;
    private final Map<RepositoryId, Repository> opened = new ConcurrentHashMap<>();

    /// @param root an existing folder without symbolic links in its path
    Repositories(Path root) {
        this.root = root;
    }

    /// @throws Refusal if there is no such folder, or if it is a link
    Repository find(RepositoryId id) {
        Path folder = folder(id);
        if (!isPlainDirectory(folder.getParent()) || !isPlainDirectory(folder)) {
            throw Refusal.repositoryNotFound(id.type().wireName() + " " + id.fullName());
        }
        return opened.computeIfAbsent(id, key -> new Repository(key, root, folder, state(key)));
    }

    /// All repositories of a kind, ordered by name.
    List<Repository> list(RepositoryType type) throws IOException {
        List<Repository> repositories = new ArrayList<>();
        for (Path owner : directories(root.resolve(type.folder()))) {
            for (Path name : directories(owner)) {
                repositories.add(find(new RepositoryId(
                        type, owner.getFileName().toString(), name.getFileName().toString())));
            }
        }
        return repositories;
    }

    private static Collection<Path> directories(Path parent) throws IOException {
        if (!isPlainDirectory(parent)) {
            return List.of();
        }
        try (Stream<Path> children = Files.list(parent)) {
            return children.filter(Repositories::isPlainDirectory)
                    .filter(child -> RepositoryId.isSegment(child.getFileName().toString()))
                    .sorted()
                    .toList();
        }
    }

    private static boolean isPlainDirectory(Path path) {
        return Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS);
    }

    private Path folder(RepositoryId id) {
        return root.resolve(id.type().folder()).resolve(id.owner()).resolve(id.name());
    }

    private Path state(RepositoryId id) {
        return root.resolve(STATE_FOLDER)
                .resolve(id.type().folder())
                .resolve(id.owner())
                .resolve(id.name());
    }
}
