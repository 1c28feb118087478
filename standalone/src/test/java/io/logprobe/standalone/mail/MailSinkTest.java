package io.logprobe.standalone.mail;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.mail.Message;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
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
            assertThat(Files.readString(mail.file())).contains("Subject: Results: 3 models", "All done.");
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
        Properties properties = new Properties();
        properties.setProperty("mail.smtp.host", sink.host());
        properties.setProperty("mail.smtp.port", Integer.toString(sink.port()));
        MimeMessage message = new MimeMessage(Session.getInstance(properties));
        message.setFrom(new InternetAddress("logprobe@example.org"));
        message.setRecipient(Message.RecipientType.TO, new InternetAddress(recipient));
        message.setSubject(subject);
        message.setText("All done.");
        Transport.send(message);
    }
}
