package io.logprobe.api.delivery;

import io.logprobe.contracts.Failure;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.util.UUID;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;

/// What became of a pull request; there is no row before that is known.
@Entity
@Table(name = "pull_request")
class PullRequestEntity {

    @Id
    private UUID evaluationId;

    @Column(nullable = false, updatable = false)
    private UUID jobId;

    @Enumerated(EnumType.STRING)
    @Column(nullable = false, columnDefinition = "text")
    private PullRequestView.State state;

    private Integer number;

    @Column(columnDefinition = "text")
    private String url;

    @JdbcTypeCode(SqlTypes.JSON)
    private Failure failure;

    protected PullRequestEntity() {}

    PullRequestEntity(UUID evaluationId, UUID jobId, PullRequestView fate) {
        this.evaluationId = evaluationId;
        this.jobId = jobId;
        this.state = fate.state();
        this.number = fate.number();
        this.url = fate.url();
        this.failure = fate.failure();
    }

    UUID evaluationId() {
        return evaluationId;
    }

    PullRequestView view() {
        return new PullRequestView(state, number, url, failure);
    }
}
