package io.logprobe.scheduler.placement;

import io.logprobe.scheduler.evaluation.EvaluationCoordinator;
import io.logprobe.scheduler.evaluation.LeasePolicy;
import io.logprobe.scheduler.evaluation.LeaseView;
import io.logprobe.scheduler.evaluation.NodeBoot;
import io.logprobe.scheduler.node.HearingProbes;
import io.logprobe.scheduler.node.Nodes;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// Ends leases that have run out and gives waiting evaluations to free nodes.
@ApplicationScoped
class PlacementLoop {

    /// More than the fleet can take in one pass.
    private static final int LOOKAHEAD = 256;

    private final EvaluationCoordinator evaluations;
    private final Nodes nodes;
    private final HearingProbes probes;
    private final LeasePolicy policy;

    PlacementLoop(EvaluationCoordinator evaluations, Nodes nodes, HearingProbes probes, LeasePolicy policy) {
        this.evaluations = evaluations;
        this.nodes = nodes;
        this.probes = probes;
        this.policy = policy;
    }

    @Scheduled(
            every = "1s",
            concurrentExecution = Scheduled.ConcurrentExecution.SKIP,
            skipExecutionIf = Scheduled.ApplicationNotRunning.class)
    @RunOnVirtualThread
    @Transactional
    void pass() {
        boolean hearing = probes.steadyFor(policy.timeToLive());
        for (LeaseView lease : LeaseExpiry.expired(evaluations.leases(), evaluations.now(), hearing)) {
            evaluations.endLease(
                    lease.evaluationId(),
                    lease.node(),
                    "node " + lease.node().nodeId() + " was silent for "
                            + policy.timeToLive().toSeconds() + " s");
        }
        Map<String, Integer> leasesPerNode = evaluations.leases().stream()
                .collect(Collectors.groupingBy(lease -> lease.node().nodeId(), Collectors.summingInt(lease -> 1)));
        List<Placement.Assignment> assignments =
                Placement.decide(evaluations.waiting(LOOKAHEAD), nodes.alive(evaluations.now()), leasesPerNode);
        for (Placement.Assignment assignment : assignments) {
            evaluations.grant(
                    assignment.evaluationId(),
                    new NodeBoot(assignment.node().nodeId(), assignment.node().bootId()));
        }
    }
}
