package io.logprobe.worker;

import io.logprobe.engine.memory.ByteSize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.util.Optional;

/// What a worker is and what it may use.
@ConfigMapping(prefix = "logprobe.worker")
public interface WorkerConfig {

    /// Name of this node; the same after a restart.
    String nodeId();

    /// Evaluations that run at the same time.
    @WithDefault("1")
    int slots();

    /// What to compute with: `auto`, `cpu`, `cuda` or `reference`.
    @WithDefault("auto")
    String backend();

    /// Memory of this machine for weights and activations of one evaluation, for instance `4GiB`.
    @WithDefault("4GiB")
    ByteSize memory();

    /// The same of a GPU's memory, where one computes; what is free on it, if absent.
    Optional<ByteSize> deviceMemory();

    /// Examples per pass over the weights. More share more prefixes, fewer lose less when the worker dies.
    @WithDefault("128")
    int examplesPerBlock();

    /// Folder of downloaded models.
    Path cacheDirectory();

    /// Size of that folder beyond which the models used longest ago are deleted.
    @WithDefault("200GiB")
    ByteSize cacheSize();
}
