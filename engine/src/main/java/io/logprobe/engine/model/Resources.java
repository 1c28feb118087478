package io.logprobe.engine.model;

import io.logprobe.engine.backend.Resource;
import java.util.ArrayList;
import java.util.List;

/// Closes what it owns, the last first.
final class Resources implements AutoCloseable {

    private final List<Resource> owned = new ArrayList<>();

    <T extends Resource> T own(T resource) {
        owned.add(resource);
        return resource;
    }

    @Override
    public void close() {
        owned.reversed().forEach(Resource::close);
    }
}
