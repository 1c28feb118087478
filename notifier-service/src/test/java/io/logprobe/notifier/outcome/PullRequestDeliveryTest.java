package io.logprobe.notifier.outcome;

import static io.logprobe.notifier.outcome.NotifiedJob.only;
import static org.assertj.core.api.Assertions.assertThat;

import io.logprobe.contracts.delivery.DeliveryEvent;
import io.logprobe.contracts.delivery.PullRequestFailed;
import io.logprobe.contracts.delivery.PullRequestOpened;
import io.logprobe.notifier.Outcomes;
import io.logprobe.notifier.surroundings.HubObserver;
import io.logprobe.notifier.surroundings.Surroundings;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/// Pull requests on a Hub that misbehaves: one for each evaluation, whatever happens on the way.
@QuarkusTest
@QuarkusTestResource(Surroundings.class)
class PullRequestDeliveryTest {

    private final NotifiedJob job = new NotifiedJob();

    @Test
    void adoptsPullRequestWhoseReplyWasLost() {
        Surroundings.hub().loseNextReply("POST", "create_pr=1");

        job.publish(job.evaluation());

        PullRequestOpened opened = only(job.awaitDeliveries(1), PullRequestOpened.class);
        assertThat(opened.number()).isEqualTo(1);
        HubObserver.onlyPullRequest(job.model());
        assertThat(Surroundings.hub().requests("POST", "create_pr=1")).hasSize(1);
    }

    @Test
    void adoptsPullRequestThatTheHubOpenedAndThenReportedAsAnError() {
        Surroundings.hub().spoilNextReply("POST", "create_pr=1", 500);

        job.publish(job.evaluation());

        assertThat(only(job.awaitDeliveries(1), PullRequestOpened.class).number())
                .isEqualTo(1);
        HubObserver.onlyPullRequest(job.model());
    }

    @Test
    void waitsAsLongAsTheHubAsks() {
        Surroundings.hub().refuseNext("POST", "create_pr=1", 429, Map.of("RateLimit", "\"api\";r=0;t=1"));
        long start = System.nanoTime();

        job.publish(job.evaluation());

        only(job.awaitDeliveries(1), PullRequestOpened.class);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofSeconds(2));
        HubObserver.onlyPullRequest(job.model());
    }

    @Test
    void triesAgainWhenTheHubIsUnwell() {
        Surroundings.hub().refuseNext("GET", "/discussions", 503, Map.of());
        Surroundings.hub().refuseNext("GET", "/api/models/" + job.model() + "?", 500, Map.of());
        Surroundings.hub().refuseNext("GET", "/resolve/", 502, Map.of());
        Surroundings.hub().refuseNext("POST", "/api/validate-yaml", 504, Map.of());
        Surroundings.hub().refuseNext("POST", "create_pr=1", 409, Map.of());

        job.publish(job.evaluation());

        only(job.awaitDeliveries(1), PullRequestOpened.class);
        HubObserver.onlyPullRequest(job.model());
    }

    @Test
    void leavesCardAloneThatItDoesNotUnderstand() {
        Surroundings.putModel(job.model(), "---\nlicense: [mit\n---\n");

        job.publish(job.evaluation());

        assertThat(only(job.awaitDeliveries(1), PullRequestFailed.class)
                        .failure()
                        .message())
                .startsWith(job.model() + ": the model card was left alone");
        assertThat(HubObserver.pullRequests(job.model())).isEmpty();
    }

    @Test
    void closesDuplicatesOfItsOwnAndKeepsTheFirst() {
        String marker = "<!-- logprobe:" + job.evaluation().evaluationId() + " -->";
        for (int time = 0; time < 2; time++) {
            HubObserver.post(
                    "/api/models/" + job.model() + "/discussions",
                    "{\"title\":\"Add zero-shot evaluation results on owner/pronouns (test)\",\"pullRequest\":true,"
                            + "\"description\":\"" + marker + "\"}",
                    "evaluator");
        }

        job.publish(job.evaluation());

        assertThat(only(job.awaitDeliveries(1), PullRequestOpened.class).number())
                .isEqualTo(1);
        assertThat(HubObserver.pullRequests(job.model()))
                .extracting(pullRequest -> pullRequest.path("status").asText())
                .containsExactly("closed", "draft");
    }

    @Test
    void doesNotTakePullRequestOfAStrangerForItsOwn() {
        String marker = "<!-- logprobe:" + job.evaluation().evaluationId() + " -->";
        HubObserver.post(
                "/api/models/" + job.model() + "/discussions",
                "{\"title\":\"Add zero-shot evaluation results on owner/pronouns (test)\",\"pullRequest\":true,"
                        + "\"description\":\"" + marker + "\"}",
                "stranger");

        job.publish(job.evaluation());

        assertThat(only(job.awaitDeliveries(1), PullRequestOpened.class).number())
                .isEqualTo(2);
    }

    @Test
    void severalPullRequestsOnOneModelAreOpenedOneAfterTheOther() {
        for (int i = 0; i < 5; i++) {
            job.publish(Outcomes.completed(
                    job.id(),
                    UUID.randomUUID(),
                    job.model(),
                    Outcomes.dataset("owner/set-" + i, "default", "test"),
                    Outcomes.METRICS));
        }

        List<DeliveryEvent> events = job.awaitDeliveries(5);

        assertThat(events)
                .extracting(event -> ((PullRequestOpened) event).number())
                .containsExactlyInAnyOrder(1, 2, 3, 4, 5);
    }
}
