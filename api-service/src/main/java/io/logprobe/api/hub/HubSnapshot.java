package io.logprobe.api.hub;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;

/// A repository at one commit.
///
/// @param repository the repository
/// @param commit the commit hash
/// @param card metadata at the head of its README as the Hub understands it, maybe empty
/// @param files every file in it
public record HubSnapshot(HubRepository repository, String commit, JsonNode card, List<File> files) {

    /// A file of a repository.
    ///
    /// @param path path within the repository
    /// @param size length in bytes
    public record File(String path, long size) {}

    public HubSnapshot {
        files = List.copyOf(files);
    }

    public Optional<File> file(String path) {
        return files.stream().filter(file -> file.path().equals(path)).findFirst();
    }
}
