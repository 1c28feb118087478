package io.logprobe.standalone.mail;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.mail.Message;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeBodyPart;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MailSinkTest {

    @TempDir
    Path folder;

    @Test
    void keepsEveryMailAsAFile() throws Exception {
        try (MailSink sink = MailSink.start(folder, 0)) {
            send(sink, "ada@example.org", "Results: 3 models");

            ReceivedMail mail = sink.received().getFirst();
            assertThat(mail.recipient()).isEqualTo("ada@example.org");
            assertThat(mail.subject()).isEqualTo("Results: 3 models");
            assertThat(mail.text()).isEqualToIgnoringNewLines("All done.");
            assertThat(Files.readString(mail.file())).contains("Subject: Results: 3 models", "All done.");
        }
    }

    @Test
    void tellsThePlainTextOfAMailThatHasAlternatives() throws Exception {
        try (MailSink sink = MailSink.start(folder, 0)) {
            MimeMessage message = message(sink, "ada@example.org", "Results");
            MimeBodyPart html = new MimeBodyPart();
            html.setContent("<p>All <b>done</b>.</p>", "text/html");
            MimeBodyPart text = new MimeBodyPart();
            text.setText("All done.");
            message.setContent(new MimeMultipart("alternative", html, text));
            Transport.send(message);

            assertThat(sink.received().getFirst().text()).isEqualToIgnoringNewLines("All done.");
        }
    }

    @Test
    void acceptsAnyRecipientTwice() throws Exception {
        try (MailSink sink = MailSink.start(folder, 0)) {
            send(sink, "ada@example.org", "first");
            send(sink, "ada@example.org", "second");

            assertThat(sink.received()).extracting(ReceivedMail::subject).containsExactly("first", "second");
        }
    }

    private static void send(MailSink sink, String recipient, String subject) throws Exception {
        MimeMessage message = message(sink, recipient, subject);
        message.setText("All done.");
        Transport.send(message);
    }

    private static MimeMessage message(MailSink sink, String recipient, String subject) throws Exception {
        Properties properties = new Properties();
        properties.setProperty("mail.smtp.host", sink.host());
        properties.setProperty("mail.smtp.port", Integer.toString(sink.port()));
        MimeMessage message = new MimeMessage(Session.getInstance(properties));
        message.setFrom(new InternetAddress("logprobe@example.org"));
        message.setRecipient(Message.RecipientType.TO, new InternetAddress(recipient));
        message.setSubject(subject);
        return message;
    }
}
