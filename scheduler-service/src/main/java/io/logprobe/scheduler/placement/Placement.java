package io.logprobe.scheduler.placement;

import io.logprobe.scheduler.evaluation.EvaluationRequest;
import io.logprobe.scheduler.node.NodeView;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/// Which waiting evaluation goes to which node: the oldest first, to a node with a free slot, one that has the
/// model at hand before others, the less loaded before the more.
final class Placement {

    /// An evaluation and the node it goes to.
    record Assignment(UUID evaluationId, NodeView node) {}

    private Placement() {}

    /// Who gets what now; evaluations without a free node are left waiting.
    ///
    /// @param waiting in the order they are to start
    /// @param nodes nodes that are alive
    /// @param leasesPerNode leases that stand, by node id
    static List<Assignment> decide(
            List<EvaluationRequest> waiting, List<NodeView> nodes, Map<String, Integer> leasesPerNode) {
        Map<String, Integer> load = new HashMap<>(leasesPerNode);
        List<Assignment> assignments = new ArrayList<>();
        for (EvaluationRequest evaluation : waiting) {
            String model = evaluation.model().pinned();
            nodes.stream()
                    .filter(node -> load.getOrDefault(node.nodeId(), 0) < node.slots())
                    .min(Comparator.<NodeView, Boolean>comparing(
                                    node -> !node.cachedModels().contains(model))
                            .thenComparing(node -> load.getOrDefault(node.nodeId(), 0))
                            .thenComparing(NodeView::nodeId))
                    .ifPresent(node -> {
                        load.merge(node.nodeId(), 1, Integer::sum);
                        assignments.add(new Assignment(evaluation.evaluationId(), node));
                    });
        }
        return assignments;
    }
}
