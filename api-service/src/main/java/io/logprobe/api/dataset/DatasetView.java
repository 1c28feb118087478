package io.logprobe.api.dataset;

/// What is known of an uploaded dataset.
///
/// @param digest SHA-256 of the canonical rows; a job names the dataset by it
/// @param id the name it was given
/// @param split the split it was given
/// @param exampleCount number of rows
/// @param classesPerExample how many classes the rows have
public record DatasetView(String digest, String id, String split, int exampleCount, Range classesPerExample) {

    /// The least and the most of something.
    public record Range(int min, int max) {}
}
