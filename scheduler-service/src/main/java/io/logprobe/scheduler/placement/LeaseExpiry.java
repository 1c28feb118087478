package io.logprobe.scheduler.placement;

import io.logprobe.scheduler.evaluation.LeaseView;
import java.time.Instant;
import java.util.List;

/// Which leases have run out.
final class LeaseExpiry {

    /// In a fleet of at least this many leases, ...
    private static final int FLEET = 5;
    /// ... more than this share running out at once is a sign of trouble on our side, not of that many dead nodes.
    private static final double MASS = 0.5;

    private LeaseExpiry() {}

    /// The leases to end: none while deaf, and none when implausibly many would.
    ///
    /// @param hearing whether heartbeats have been heard without a gap for a whole lease time
    static List<LeaseView> expired(List<LeaseView> leases, Instant now, boolean hearing) {
        if (!hearing) {
            return List.of();
        }
        List<LeaseView> expired =
                leases.stream().filter(lease -> lease.expiresAt().isBefore(now)).toList();
        boolean implausible = leases.size() >= FLEET && expired.size() > MASS * leases.size();
        return implausible ? List.of() : expired;
    }
}
