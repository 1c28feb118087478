package io.logprobe.notifier.surroundings;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/// Stands between the notifier and a real mail server, passes everything on, and goes wrong where it is told to.
public final class FaultySmtp implements AutoCloseable {

    /// What the next conversation ends with.
    public enum Fault {
        NONE,
        /// The server takes no connection.
        HANG_UP_AT_ONCE,
        /// The server refuses the recipient for good.
        REFUSE_RECIPIENT,
        /// The server asks to come back later.
        PUT_OFF_RECIPIENT,
        /// The e-mail arrives, but the connection breaks before the confirmation.
        CUT_BEFORE_CONFIRMATION
    }

    private final ServerSocket server;
    private final int target;
    private final AtomicReference<Fault> next = new AtomicReference<>(Fault.NONE);
    private final AtomicReference<Runnable> beforeConfirmation = new AtomicReference<>(() -> {});
    private final AtomicInteger conversations = new AtomicInteger();

    public FaultySmtp(int target) throws IOException {
        this.target = target;
        this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    public int port() {
        return server.getLocalPort();
    }

    /// Goes wrong once.
    public void failNext(Fault fault) {
        next.set(fault);
    }

    /// Does something once, after an e-mail has arrived and before that is confirmed.
    public void beforeNextConfirmation(Runnable event) {
        beforeConfirmation.set(event);
    }

    /// From now on nothing goes wrong.
    void forget() {
        next.set(Fault.NONE);
        beforeConfirmation.set(() -> {});
    }

    /// How many conversations there were.
    public int conversations() {
        return conversations.get();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket client = server.accept();
                conversations.incrementAndGet();
                Fault fault = next.getAndSet(Fault.NONE);
                Thread.ofVirtual().start(() -> converse(client, fault));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void converse(Socket client, Fault fault) {
        try (client;
                Socket mailServer = new Socket(InetAddress.getLoopbackAddress(), target)) {
            if (fault == Fault.HANG_UP_AT_ONCE) {
                return;
            }
            BufferedReader said = reader(client);
            BufferedReader answered = reader(mailServer);
            OutputStream answer = client.getOutputStream();
            write(answer, answered.readLine());
            for (String line = said.readLine(); line != null; line = said.readLine()) {
                if (line.startsWith("RCPT") && fault == Fault.REFUSE_RECIPIENT) {
                    write(answer, "550 no such user");
                } else if (line.startsWith("RCPT") && fault == Fault.PUT_OFF_RECIPIENT) {
                    write(answer, "451 later, please");
                } else if (line.equals("DATA")) {
                    write(mailServer.getOutputStream(), line);
                    write(answer, answered.readLine());
                    passMessage(said, mailServer.getOutputStream());
                    String confirmation = answered.readLine();
                    beforeConfirmation.getAndSet(() -> {}).run();
                    if (fault == Fault.CUT_BEFORE_CONFIRMATION) {
                        return;
                    }
                    write(answer, confirmation);
                } else {
                    write(mailServer.getOutputStream(), line);
                    String reply = answered.readLine();
                    while (reply != null && reply.length() > 3 && reply.charAt(3) == '-') {
                        write(answer, reply);
                        reply = answered.readLine();
                    }
                    write(answer, reply);
                }
            }
        } catch (IOException e) {
            // One side hung up: the conversation is over.
        }
    }

    private static void passMessage(BufferedReader from, OutputStream to) throws IOException {
        String line;
        do {
            line = from.readLine();
            write(to, line);
        } while (line != null && !line.equals("."));
    }

    private static BufferedReader reader(Socket socket) throws IOException {
        return new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
    }

    private static void write(OutputStream to, String line) throws IOException {
        to.write((line + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
        to.flush();
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
