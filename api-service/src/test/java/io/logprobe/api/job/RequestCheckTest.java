package io.logprobe.api.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.logprobe.api.dataset.DatasetRequest;
import io.logprobe.api.rows.ColumnMapping;
import java.util.List;
import org.junit.jupiter.api.Test;

class RequestCheckTest {

    private static final JobConfig CONFIG = new Bounds(50, 10, 8);

    private record Bounds(int maxModels, int maxEmails, int hubConcurrency) implements JobConfig {}

    @Test
    void pullRequestsAreRefusedWhereNobodyCouldOpenThem() {
        assertThat(RequestCheck.offences(job(true), CONFIG, false))
                .hasEntrySatisfying("publish", failure -> assertThat(failure.message())
                        .startsWith("needs a token for the Hub, and this service has none")
                        .contains("HF_TOKEN", "logprobe.hub.token"))
                .hasSize(1);
    }

    @Test
    void whatADigestSettlesCannotBeGivenTogetherWithIt() {
        ColumnMapping columns = new ColumnMapping("prompt", "classes", "target");
        DatasetRequest dataset = new DatasetRequest("a".repeat(64), "acme/rows", "en", "test", "main", columns);

        assertThat(RequestCheck.offences(job(dataset, false), CONFIG, false))
                .containsOnlyKeys("dataset.config", "dataset.revision", "dataset.columns");
    }

    @Test
    void withoutATokenJobsAreTakenThatNeedNone() {
        assertThat(RequestCheck.offences(job(false), CONFIG, false)).isEmpty();
    }

    @Test
    void pullRequestsAreTakenWhereThereIsAToken() {
        assertThat(RequestCheck.offences(job(true), CONFIG, true)).isEmpty();
    }

    private static SubmitJobRequest job(boolean publish) {
        return job(new DatasetRequest(null, "acme/rows", null, null, null, null), publish);
    }

    private static SubmitJobRequest job(DatasetRequest dataset, boolean publish) {
        return new SubmitJobRequest(dataset, List.of(new ModelRequest("acme/model", null)), null, publish, List.of());
    }
}
