package io.logprobe.contracts.node;

import com.fasterxml.jackson.annotation.JsonTypeName;
import io.logprobe.contracts.Require;
import java.util.UUID;

/// The scheduler's own sign of life: as long as it reads these back it is not deaf, and silence of a node means
/// something.
///
/// @param nodeId name of the scheduler
/// @param bootId this start of it
/// @param sequence number of the probe since that start, from 0
@JsonTypeName("HearingProbe")
public record HearingProbe(String nodeId, UUID bootId, long sequence) implements NodeEvent {

    public HearingProbe {
        Require.text(nodeId, "nodeId");
        Require.present(bootId, "bootId");
        Require.notNegative(sequence, "sequence");
    }

    @Override
    public String eventId() {
        return nodeId + "/" + bootId + "/probe/" + sequence;
    }
}
