package io.logprobe.api.dataset;

import io.logprobe.api.rows.ColumnMapping;

/// Where canonical rows came from.
///
/// @param id repository, or the name given to an upload
/// @param config configuration
/// @param split split
/// @param revision commit hash, null for an upload
/// @param columns the columns that were read
record DatasetSource(String id, String config, String split, String revision, ColumnMapping columns) {}
