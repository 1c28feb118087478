package io.logprobe.worker.dataset;

import io.logprobe.contracts.FailureKind;
import io.logprobe.contracts.spec.DatasetRevision;
import io.logprobe.engine.Example;
import io.logprobe.engine.JsonLines;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.ProcessingException;
import jakarta.ws.rs.WebApplicationException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.eclipse.microprofile.rest.client.inject.RestClient;

/// Fetches the rows of a dataset and makes sure that they are the ones the job was accepted with.
@ApplicationScoped
public class DatasetRows {

    private final DatasetClient client;

    DatasetRows(@RestClient DatasetClient client) {
        this.client = client;
    }

    /// The examples of a dataset, in its order.
    ///
    /// @throws DatasetUnavailable if they cannot be had or are others than announced
    public List<Example> fetch(DatasetRevision dataset) {
        byte[] rows = download(dataset);
        String digest = sha256(rows);
        if (!digest.equals(dataset.digest())) {
            throw new DatasetUnavailable(
                    FailureKind.UPSTREAM_UNAVAILABLE,
                    "the rows of dataset " + dataset.id() + " arrived with SHA-256 " + digest + " instead of "
                            + dataset.digest(),
                    null);
        }
        List<Example> examples = new ArrayList<>(dataset.exampleCount());
        String where = dataset.id() + " line ";
        new String(rows, StandardCharsets.UTF_8)
                .lines()
                .forEach(line -> examples.add(JsonLines.parse(line, where + (examples.size() + 1))));
        if (examples.size() != dataset.exampleCount()) {
            throw new DatasetUnavailable(
                    FailureKind.INTERNAL,
                    "dataset " + dataset.id() + " has " + examples.size() + " rows instead of "
                            + dataset.exampleCount(),
                    null);
        }
        return examples;
    }

    private byte[] download(DatasetRevision dataset) {
        try {
            return client.rows(dataset.digest());
        } catch (WebApplicationException e) {
            throw new DatasetUnavailable(
                    FailureKind.UPSTREAM_UNAVAILABLE,
                    "the rows of dataset " + dataset.id() + " cannot be had: the api-service answered "
                            + e.getResponse().getStatus(),
                    e);
        } catch (ProcessingException e) {
            throw new DatasetUnavailable(
                    FailureKind.UPSTREAM_UNAVAILABLE,
                    "the rows of dataset " + dataset.id() + " cannot be had: the api-service does not answer",
                    e);
        }
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
