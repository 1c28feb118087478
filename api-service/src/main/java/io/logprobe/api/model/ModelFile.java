package io.logprobe.api.model;

import io.logprobe.api.hub.Hub;
import io.logprobe.api.hub.HubSnapshot;
import io.logprobe.api.problem.Unacceptable;
import java.io.IOException;
import java.io.InputStream;

/// A file of a model repository, of which some bytes can be read at a time.
record ModelFile(Hub hub, HubSnapshot snapshot, HubSnapshot.File file) {

    static ModelFile of(Hub hub, HubSnapshot snapshot, String path) {
        HubSnapshot.File file = snapshot.file(path)
                .orElseThrow(() ->
                        Unacceptable.invalid(snapshot.repository() + " has no " + path + " at " + snapshot.commit()));
        return new ModelFile(hub, snapshot, file);
    }

    String path() {
        return file.path();
    }

    long size() {
        return file.size();
    }

    byte[] read(int maxBytes) {
        return hub.read(snapshot, file.path(), maxBytes);
    }

    byte[] read(long offset, int length) {
        return hub.read(snapshot, file.path(), offset, length);
    }

    /// Reads a file from its beginning, as far as it needs to.
    interface Reading<T> {

        T read(InputStream content, long size, String path) throws IOException;
    }

    <T> T read(Reading<T> reading) {
        try (InputStream content = hub.open(snapshot, path())) {
            return reading.read(content, size(), path());
        } catch (IOException e) {
            throw Unacceptable.unavailable(
                    path() + " of " + snapshot.repository() + " could not be read from " + hub.address(), e);
        }
    }
}
