package io.logprobe.api.job;

import io.logprobe.api.dataset.Datasets;
import io.logprobe.api.dataset.PreparedDataset;
import io.logprobe.api.hub.Hub;
import io.logprobe.api.model.ModelInspector;
import io.logprobe.api.problem.Refusal;
import io.logprobe.api.problem.Unacceptable;
import io.logprobe.contracts.Failure;
import io.logprobe.contracts.spec.ModelRevision;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.SequencedMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Looks up everything a request names, all at once, and refuses the request with everything that is wrong with it.
@ApplicationScoped
class JobPinning {

    private final Datasets datasets;
    private final ModelInspector models;
    private final Hub hub;
    private final JobConfig config;

    JobPinning(Datasets datasets, ModelInspector models, Hub hub, JobConfig config) {
        this.datasets = datasets;
        this.models = models;
        this.hub = hub;
        this.config = config;
    }

    /// The caller closes the result.
    ///
    /// @throws Refusal naming every field at fault
    PinnedJob pin(SubmitJobRequest request) {
        SequencedMap<String, Failure> offences = RequestCheck.offences(request, config, hub.hasToken());
        if (!offences.isEmpty()) {
            throw Refusal.of(offences);
        }
        try (ExecutorService executor = Executors.newFixedThreadPool(
                config.hubConcurrency(), Thread.ofVirtual().factory())) {
            Future<PreparedDataset> dataset = executor.submit(() -> datasets.prepare(request.dataset()));
            List<Future<ModelRevision>> inspected = new ArrayList<>();
            for (ModelRequest model : request.models()) {
                Callable<ModelRevision> inspection = () -> models.inspect(model.reference(), model.revisionOrMain());
                inspected.add(executor.submit(inspection));
            }
            PreparedDataset prepared = result(dataset, "dataset", offences);
            List<ModelRevision> revisions = new ArrayList<>();
            for (int i = 0; i < inspected.size(); i++) {
                ModelRevision revision = result(inspected.get(i), "models[" + i + "]", offences);
                int earlier = revisions.indexOf(revision);
                if (revision != null && earlier >= 0) {
                    offences.put(
                            "models[" + i + "]",
                            Unacceptable.invalid("is the same model as models[" + earlier + "]")
                                    .failure());
                }
                revisions.add(revision);
            }
            if (!offences.isEmpty()) {
                if (prepared != null) {
                    prepared.close();
                }
                throw Refusal.of(offences);
            }
            return new PinnedJob(request, prepared, List.copyOf(revisions));
        }
    }

    /// What was looked up, or null and an offence.
    private static <T> T result(Future<T> lookup, String field, SequencedMap<String, Failure> offences) {
        try {
            return lookup.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Unacceptable offence) {
                offences.put(field, offence.failure());
                return null;
            }
            throw new IllegalStateException(field + " could not be looked up", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while looking up " + field, e);
        }
    }
}
