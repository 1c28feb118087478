package io.logprobe.scheduler.node;

import java.util.List;
import java.util.UUID;

/// A node as placing sees it.
///
/// @param slots evaluations it runs at the same time
/// @param cachedModels models, as `owner/name@revision`, that it need not download
public record NodeView(String nodeId, UUID bootId, int slots, List<String> cachedModels) {}
