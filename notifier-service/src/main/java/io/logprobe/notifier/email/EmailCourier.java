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
import io.quarkus.mailer.Mail;
import io.quarkus.mailer.Mailer;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/// Tells the recipients of a job how it ended, one e-mail each.
@ApplicationScoped
public class EmailCourier implements Courier {

    /// Longer than any mail server takes to accept an e-mail of a few kilobytes.
    private static final Duration PATIENCE = Duration.ofSeconds(45);

    private final Mailer mailer;
    private final Ledger ledger;
    private final JobPages pages;
    private final ObjectMapper json;
    private final String domain;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    EmailCourier(
            Mailer mailer,
            Ledger ledger,
            JobPages pages,
            ObjectMapper json,
            @ConfigProperty(name = "quarkus.mailer.from") String from) {
        this.mailer = mailer;
        this.ledger = ledger;
        this.pages = pages;
        this.json = json;
        this.domain = from.replaceFirst("^.*@", "").replaceFirst(">.*$", "");
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
        Mail mail = Mail.withText(
                        recipient.value(),
                        report.subject(),
                        Templates.text(report).render())
                .setHtml(Templates.html(report).render())
                .addHeader("Message-ID", messageId(effect))
                .addHeader("Auto-Submitted", "auto-generated");
        return new Preparation.Ready(() -> send(mail, new Receipt(messageId(effect), report.subject())));
    }

    private Outcome send(Mail mail, Receipt receipt) {
        CompletableFuture<Void> sending = CompletableFuture.runAsync(() -> mailer.send(mail), threads);
        try {
            sending.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
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
