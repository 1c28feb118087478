package io.logprobe.contracts.spec;

import io.logprobe.contracts.Require;

/// A dataset split at one commit, and the canonical rows that were made of it.
///
/// @param id repository, `owner/name`
/// @param config configuration name, `default` where the repository has none
/// @param split split name
/// @param revision commit hash, or null for rows that were uploaded rather than read from the Hub
/// @param digest SHA-256 of the canonical rows: one JSON object `{"text","classes","target"}` a line
/// @param exampleCount number of rows
public record DatasetRevision(
        String id, String config, String split, String revision, String digest, int exampleCount) {

    public DatasetRevision {
        Require.repositoryId(id, "dataset id");
        Require.text(config, "config of dataset " + id);
        Require.text(split, "split of dataset " + id);
        if (revision != null) {
            Require.commit(revision, "revision of dataset " + id);
        }
        Require.sha256(digest, "digest of dataset " + id);
        Require.positive(exampleCount, "exampleCount of dataset " + id);
    }
}
