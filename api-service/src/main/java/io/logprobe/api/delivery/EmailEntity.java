package io.logprobe.api.delivery;

import io.logprobe.contracts.Failure;
import jakarta.persistence.Column;
import jakarta.persistence.Embeddable;
import jakarta.persistence.EmbeddedId;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Table;
import java.util.UUID;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;

/// What became of an e-mail; there is no row before that is known.
@Entity
@Table(name = "email")
class EmailEntity {

    @Embeddable
    record Key(
            @Column(nullable = false) UUID jobId,

            @Column(nullable = false, columnDefinition = "text")
            String recipient) {}

    @EmbeddedId
    private Key key;

    @Enumerated(EnumType.STRING)
    @Column(nullable = false, columnDefinition = "text")
    private EmailView.State state;

    @Column(columnDefinition = "text")
    private String messageId;

    @Column(columnDefinition = "text")
    private String subject;

    @JdbcTypeCode(SqlTypes.JSON)
    private Failure failure;

    protected EmailEntity() {}

    EmailEntity(UUID jobId, EmailView fate) {
        this.key = new Key(jobId, fate.recipient());
        this.state = fate.state();
        this.messageId = fate.messageId();
        this.subject = fate.subject();
        this.failure = fate.failure();
    }

    UUID jobId() {
        return key.jobId();
    }

    EmailView view() {
        return new EmailView(key.recipient(), state, messageId, subject, failure);
    }
}
