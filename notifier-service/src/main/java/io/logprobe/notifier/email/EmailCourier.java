package io.logprobe.notifier.email;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.logprobe.contracts.Failure;
import io.logprobe.contracts.FailureKind;
import io.logprobe.contracts.delivery.DeliveryEvent;
import io.logprobe.contracts.delivery.EmailFailed;
import io.logprobe.contracts.delivery.EmailSent;
import io.logprobe.contracts.delivery.EmailUndecided;
import io.logprobe.contracts.outcome.JobConcluded;
import io.logprobe.notifier.ledger.Announcement;
import io.logprobe.notifier.ledger.Courier;
import io.logprobe.notifier.ledger.Ledger;
import io.logprobe.notifier.ledger.Outcome;
import io.logprobe.notifier.ledger.Preparation;
import io.logprobe.notifier.ledger.Receipt;
import io.logprobe.notifier.ledger.SideEffect;
import io.logprobe.notifier.ledger.SideEffectKind;
import io.logprobe.notifier.page.JobPages;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import io.vertx.ext.mail.MailClient;
import io.vertx.ext.mail.MailMessage;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/// Tells the recipients of a job how it ended, one e-mail each.
@ApplicationScoped
public class EmailCourier implements Courier {

    /// Longer than any mail server takes to accept an e-mail of a few kilobytes.
    private static final Duration PATIENCE = Duration.ofSeconds(45);

    /// Not Quarkus' own mailer, whose e-mails all carry an empty Cc.
    private final MailClient mailServer;

    private final Ledger ledger;
    private final JobPages pages;
    private final ObjectMapper json;
    private final String sender;
    private final String domain;

    EmailCourier(
            MailClient mailServer,
            Ledger ledger,
            JobPages pages,
            ObjectMapper json,
            @ConfigProperty(name = "quarkus.mailer.from") String sender) {
        this.mailServer = mailServer;
        this.ledger = ledger;
        this.pages = pages;
        this.json = json;
        this.sender = sender;
        this.domain = sender.replaceFirst("^.*@", "").replaceFirst(">.*$", "");
    }

    /// What the ledger keeps of an e-mail.
    record Assignment(JobConcluded job, String recipient) {}

    @CheckedTemplate(basePath = "email")
    static class Templates {
        private Templates() {}

        static native TemplateInstance text(JobReport report);

        static native TemplateInstance html(JobReport report);
    }

    /// Plans the e-mails of a job, in the caller's transaction. They wait for the job's pull requests.
    public void plan(JobConcluded job) {
        for (String recipient : job.emails()) {
            ledger.plan(
                    SideEffectKind.EMAIL,
                    job.jobId() + "/" + recipient,
                    job.jobId(),
                    null,
                    write(new Assignment(job, recipient)));
        }
    }

    @Override
    public SideEffectKind kind() {
        return SideEffectKind.EMAIL;
    }

    @Override
    public Preparation prepare(SideEffect effect) {
        Assignment assignment = assignment(effect);
        EmailAddress recipient;
        try {
            recipient = new EmailAddress(assignment.recipient());
        } catch (IllegalArgumentException e) {
            return new Preparation.Refused(new Failure(FailureKind.INVALID_INPUT, e.getMessage()));
        }
        JobReport report = JobReport.of(
                assignment.job(),
                ledger.results(effect.jobId(), SideEffectKind.PULL_REQUEST),
                pages.of(effect.jobId()));
        MailMessage mail = new MailMessage(
                        sender,
                        recipient.value(),
                        report.subject(),
                        Templates.text(report).render())
                .setHtml(Templates.html(report).render())
                .addHeader("Message-ID", messageId(effect))
                .addHeader("Auto-Submitted", "auto-generated");
        return new Preparation.Ready(() -> send(mail, new Receipt(messageId(effect), report.subject())));
    }

    private Outcome send(MailMessage mail, Receipt receipt) {
        try {
            mailServer
                    .sendMail(mail)
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            return new Outcome.Accepted(receipt);
        } catch (ExecutionException e) {
            return SmtpFailure.classify(e.getCause());
        } catch (TimeoutException e) {
            return SmtpFailure.classify(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return SmtpFailure.classify(e);
        }
    }

    /// The same for every attempt, also after a loss of the database.
    private String messageId(SideEffect effect) {
        return "<" + effect.id() + "@" + domain + ">";
    }

    @Override
    public DeliveryEvent event(SideEffect effect, Announcement announcement) {
        String recipient = assignment(effect).recipient();
        return switch (announcement) {
            case Announcement.Delivered(Receipt receipt) ->
                new EmailSent(effect.jobId(), recipient, receipt.id(), receipt.detail());
            case Announcement.GivenUp(Failure failure) -> new EmailFailed(effect.jobId(), recipient, failure);
            case Announcement.Undecided _ -> new EmailUndecided(effect.jobId(), recipient, messageId(effect));
        };
    }

    private Assignment assignment(SideEffect effect) {
        try {
            return json.readValue(effect.work(), Assignment.class);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the ledger's e-mail " + effect.subject() + " cannot be read", e);
        }
    }

    private String write(Assignment assignment) {
        try {
            return json.writeValueAsString(assignment);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("job " + assignment.job().jobId() + " cannot be written", e);
        }
    }
}
