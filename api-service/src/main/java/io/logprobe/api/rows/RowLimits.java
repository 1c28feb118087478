package io.logprobe.api.rows;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/// Bounds on what a dataset may demand of this service.
@ConfigMapping(prefix = "logprobe.dataset")
public interface RowLimits {

    /// Length of all files of a split together, and of the columns of a Parquet file once decompressed.
    @WithDefault("268435456")
    long maxBytes();

    /// Rows of a split.
    @WithDefault("1000000")
    int maxRows();

    /// Characters of a prompt and its classes together.
    @WithDefault("1000000")
    int maxRowLength();

    /// Classes of a row.
    @WithDefault("1000")
    int maxClasses();
}
