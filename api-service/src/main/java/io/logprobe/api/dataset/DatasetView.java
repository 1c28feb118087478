package io.logprobe.api.dataset;

import io.logprobe.api.rows.ColumnMapping;
import java.util.List;

/// What is known of canonical rows. Equal rows may have several names; the view is under the one that was used last.
///
/// @param digest SHA-256 of the canonical rows; a job names the dataset by it
/// @param id repository, or the name given to an upload
/// @param config configuration
/// @param split split
/// @param revision commit hash, null for an upload
/// @param exampleCount number of rows
/// @param classesPerExample how many classes the rows have
/// @param columns the columns that were read
/// @param names all names of these rows, that used last first
public record DatasetView(
        String digest,
        String id,
        String config,
        String split,
        String revision,
        int exampleCount,
        Range classesPerExample,
        ColumnMapping columns,
        List<Name> names) {

    /// What rows are known as: a split at a commit of the Hub, or an upload.
    ///
    /// @param id repository, or the name given to an upload
    /// @param config configuration
    /// @param split split
    /// @param revision commit hash, null for an upload
    /// @param columns the columns that were read
    public record Name(String id, String config, String split, String revision, ColumnMapping columns) {}

    /// The least and the most of something.
    public record Range(int min, int max) {}
}
