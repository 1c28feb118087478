package io.logprobe.notifier.page;

import jakarta.enterprise.context.ApplicationScoped;
import java.net.URI;
import java.util.UUID;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/// Addresses of our own pages and of what they offer, as they stand in pull requests and e-mails.
@ApplicationScoped
public class JobPages {

    private final String base;

    JobPages(@ConfigProperty(name = "logprobe.api.url") URI api) {
        this.base = api.toString().replaceFirst("/+$", "");
    }

    /// The page of a job.
    public String of(UUID jobId) {
        return base + "/jobs/" + jobId;
    }

    /// The rows of a dataset.
    public String rowsOf(String digest) {
        return base + "/v1/datasets/" + digest + "/rows";
    }
}
