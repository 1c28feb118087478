package io.logprobe.scheduler.node;

import java.util.List;
import java.util.UUID;

/// A node as placing sees it.
///
/// @param slots evaluations it runs at the same time
/// @param cachedModels models that it need not download, as `ModelRevision.pinned()` names them
public record NodeView(String nodeId, UUID bootId, int slots, List<String> cachedModels) {}
