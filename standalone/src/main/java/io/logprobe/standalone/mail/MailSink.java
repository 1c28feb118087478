package io.logprobe.standalone.mail;

import com.icegreen.greenmail.mail.MailAddress;
import com.icegreen.greenmail.mail.MovingMessage;
import com.icegreen.greenmail.user.GreenMailUser;
import com.icegreen.greenmail.user.UserException;
import com.icegreen.greenmail.user.UserManager;
import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import io.logprobe.standalone.network.Port;
import jakarta.mail.MessagingException;
import jakarta.mail.Multipart;
import jakarta.mail.Part;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// A real SMTP server on the loopback address that keeps every e-mail as a file and sends none on.
public final class MailSink implements AutoCloseable {

    private static final String HOST = "127.0.0.1";
    private static final Duration STARTUP_PATIENCE = Duration.ofMinutes(1);
    private static final DateTimeFormatter FILE_NAME =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss.SSS").withZone(ZoneOffset.UTC);

    private final Path folder;
    private final Clock clock;
    private final GreenMail server;
    private final int port;
    private final List<ReceivedMail> received = new CopyOnWriteArrayList<>();

    private MailSink(Path folder, Clock clock, int port) {
        this.folder = folder;
        this.clock = clock;
        this.port = port;
        ServerSetup setup = new ServerSetup(port, HOST, ServerSetup.PROTOCOL_SMTP);
        // Everything starts at the same time; on a busy machine the two seconds of the default are short.
        setup.setServerStartupTimeout(STARTUP_PATIENCE.toMillis());
        this.server = new GreenMail(setup);
    }

    /// Starts the server; each e-mail becomes a file `<time>-<number>.eml` in `folder` before it is accepted.
    ///
    /// @param port port to listen on, 0 for any free one
    public static MailSink start(Path folder, int port) {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException("the folder for e-mails, " + folder + ", cannot be created", e);
        }
        MailSink sink = new MailSink(folder, Clock.systemUTC(), Port.choose(port, "the mail server"));
        UserManager users = sink.server.getUserManager();
        users.setMessageDeliveryHandler((message, recipient) -> sink.accept(users, message, recipient));
        sink.server.start();
        return sink;
    }

    public String host() {
        return HOST;
    }

    public int port() {
        return port;
    }

    /// What was received since the start, in order; one element per recipient.
    public List<ReceivedMail> received() {
        return List.copyOf(received);
    }

    @Override
    public void close() {
        server.stop();
    }

    private synchronized GreenMailUser accept(UserManager users, MovingMessage moving, MailAddress recipient)
            throws MessagingException, UserException {
        MimeMessage message = moving.getMessage();
        String name = FILE_NAME.format(Instant.now(clock)) + "-" + (received.size() + 1) + ".eml";
        Path file = folder.resolve(name);
        Path part = folder.resolve(name + ".part");
        try {
            try (OutputStream output = Files.newOutputStream(part)) {
                message.writeTo(output);
            }
            Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new MessagingException("the e-mail cannot be kept as " + file, e);
        }
        received.add(new ReceivedMail(
                recipient.getEmail(), message.getSubject(), message.getMessageID(), text(message), file));
        GreenMailUser user = users.getUserByEmail(recipient.getEmail());
        return user != null ? user : users.createUser(recipient.getEmail(), recipient.getEmail(), recipient.getEmail());
    }

    /// The first plain text in a message or a part of one, nothing if there is none.
    private static String text(Part part) throws MessagingException {
        try {
            if (part.isMimeType("text/plain")) {
                return part.getContent().toString();
            }
            if (part.getContent() instanceof Multipart parts) {
                for (int i = 0; i < parts.getCount(); i++) {
                    String text = text(parts.getBodyPart(i));
                    if (!text.isEmpty()) {
                        return text;
                    }
                }
            }
            return "";
        } catch (IOException e) {
            throw new MessagingException("the e-mail cannot be read", e);
        }
    }
}
