package io.logprobe.api.job;

import io.logprobe.api.live.JobWatcher;
import io.logprobe.api.live.Watch;
import io.logprobe.api.live.WatchConfig;
import io.logprobe.api.problem.ProblemType;
import io.logprobe.api.problem.Refusal;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import jakarta.ws.rs.sse.SseEventSink;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.logging.Logger;

/// Streams a job as it changes. Nothing is queued for a client: when it has taken one snapshot it gets the newest.
@Path("/v1/jobs/{id}/events")
@RunOnVirtualThread
@Tag(name = "jobs")
class JobEventsResource {

    private static final Logger LOG = Logger.getLogger(JobEventsResource.class);

    private final Jobs jobs;
    private final JobWatcher watcher;
    private final WatchConfig config;

    JobEventsResource(Jobs jobs, JobWatcher watcher, WatchConfig config) {
        this.jobs = jobs;
        this.watcher = watcher;
        this.config = config;
    }

    @GET
    @Produces(MediaType.SERVER_SENT_EVENTS)
    @Operation(
            summary = "A job whenever it changes, as server-sent events",
            description = "Ends when nothing will change any more. Silence is broken by comments.")
    public void events(@PathParam("id") UUID id, @Context SseEventSink sink, @Context Sse sse) {
        if (jobs.find(id).isEmpty()) {
            throw JobResource.unknown(id);
        }
        Watch watch = watcher.watch(id);
        if (watch == null) {
            throw Refusal.of(ProblemType.NO_CAPACITY, "too many clients follow jobs, ask for the job instead");
        }
        // The stream is begun when this method returns and must not have ended by then.
        Thread.ofVirtual().name("job-events-" + id).start(() -> stream(id, watch, sink, sse));
    }

    private void stream(UUID id, Watch watch, SseEventSink sink, Sse sse) {
        try (watch;
                sink) {
            follow(id, watch, sink, sse);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException | IllegalStateException e) {
            LOG.debugf("client left: jobId=%s %s", id, e.getMessage());
        }
    }

    private void follow(UUID id, Watch watch, SseEventSink sink, Sse sse)
            throws InterruptedException, ExecutionException, TimeoutException {
        long seen = 0;
        while (!sink.isClosed() && !watch.ended()) {
            long newest = watch.awaitNewer(seen, config.heartbeat());
            if (newest == seen) {
                send(sink, sse.newEventBuilder().comment("still here").build());
                continue;
            }
            seen = newest;
            JobView view = jobs.find(id).orElseThrow();
            send(
                    sink,
                    sse.newEventBuilder()
                            .id(Long.toString(newest))
                            .name("job")
                            .mediaType(MediaType.APPLICATION_JSON_TYPE)
                            .data(JobView.class, view)
                            .build());
            if (view.settled()) {
                return;
            }
        }
    }

    private void send(SseEventSink sink, OutboundSseEvent event)
            throws InterruptedException, ExecutionException, TimeoutException {
        sink.send(event).toCompletableFuture().get(config.sendTimeout().toMillis(), TimeUnit.MILLISECONDS);
    }
}
