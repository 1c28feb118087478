package io.logprobe.standalone.network;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/// A TCP port of this machine to listen on. What was chosen is claimed: nobody else who chooses by this class gets it
/// in the seconds until somebody listens, be it another part of this process or another Logprobe.
public final class Port {

    /// Below the range from which systems take ports for outgoing connections: nobody gets one by chance between
    /// the choice and the use.
    private static final int FIRST = 20_000;
    private static final int BOUND = 32_000;

    private static final int TRIES = 100;
    private static final PortClaims CLAIMS = PortClaims.ofThisUser();

    private Port() {}

    /// `wanted` if nobody listens on it, or any free port where `wanted` is 0.
    ///
    /// @param purpose names the port in messages
    /// @throws PortInUse if somebody else listens on `wanted`, or is about to
    public static int choose(int wanted, String purpose) {
        if (wanted != 0) {
            if (!isFree(wanted, purpose) || !(CLAIMS.holds(wanted) || CLAIMS.claim(wanted))) {
                throw new PortInUse(purpose, wanted);
            }
            return wanted;
        }
        for (int tries = 0; tries < TRIES; tries++) {
            int candidate = ThreadLocalRandom.current().nextInt(FIRST, BOUND);
            if (isFree(candidate, purpose) && CLAIMS.claim(candidate)) {
                return candidate;
            }
        }
        throw new IllegalStateException("no free port between " + FIRST + " and " + BOUND + " for " + purpose);
    }

    /// `preferred` if it is free, else any free port.
    public static int prefer(int preferred, String purpose) {
        return isFree(preferred, purpose) && CLAIMS.claim(preferred) ? preferred : choose(0, purpose);
    }

    private static boolean isFree(int port, String purpose) {
        // The wildcard address: a listener on any address would be in the way.
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(port));
            return true;
        } catch (BindException e) {
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException("port " + port + " for " + purpose + " cannot be tried", e);
        }
    }
}
