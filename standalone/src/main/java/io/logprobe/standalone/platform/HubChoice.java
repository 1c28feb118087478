package io.logprobe.standalone.platform;

import io.logprobe.standalone.externalhub.ExternalHub;
import java.util.OptionalInt;

/// Which Hub models and datasets come from and pull requests go to.
public sealed interface HubChoice {

    /// One that is started here.
    ///
    /// @param port its port; if absent the usual one, or any free one where that is taken
    record Local(OptionalInt port) implements HubChoice {}

    /// One that somebody else runs.
    record External(ExternalHub hub) implements HubChoice {}

    /// What a data folder notes of it: an address that stays the same.
    default String name() {
        return switch (this) {
            case Local _ -> DataFolder.LOCAL_HUB;
            case External(ExternalHub hub) -> hub.address().toString();
        };
    }
}
