package io.logprobe.api.dataset;

import io.logprobe.api.rows.ColumnMapping;

/// What is known of canonical rows, under one of the names they have.
///
/// @param digest SHA-256 of the canonical rows; a job names the dataset by it
/// @param id repository, or the name given to an upload
/// @param config configuration
/// @param split split
/// @param revision commit hash, null for an upload
/// @param exampleCount number of rows
/// @param classesPerExample how many classes the rows have
/// @param columns the columns that were read
public record DatasetView(
        String digest,
        String id,
        String config,
        String split,
        String revision,
        int exampleCount,
        Range classesPerExample,
        ColumnMapping columns) {

    /// The least and the most of something.
    public record Range(int min, int max) {}
}
