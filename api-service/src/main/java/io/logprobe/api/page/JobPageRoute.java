package io.logprobe.api.page;

import io.vertx.ext.web.Router;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/// Serves the page for the address of a job, as e-mails and pull requests link to it; the page finds the job itself.
@ApplicationScoped
class JobPageRoute {

    void register(@Observes Router router) {
        router.getWithRegex("/jobs/[0-9a-f-]{36}").handler(context -> context.reroute("/index.html"));
    }
}
