package io.logprobe.standalone.network;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/// A TCP port of this machine to listen on.
public final class Port {

    private Port() {}

    /// `wanted` if nobody listens on it, or any free port where `wanted` is 0.
    ///
    /// @param purpose names the port in messages
    /// @throws PortInUse if somebody else listens on `wanted`
    public static int choose(int wanted, String purpose) {
        // The wildcard address: a listener on any address would be in the way.
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(wanted));
            return socket.getLocalPort();
        } catch (BindException e) {
            throw new PortInUse(purpose, wanted, e);
        } catch (IOException e) {
            throw new UncheckedIOException("port " + wanted + " for " + purpose + " cannot be tried", e);
        }
    }
}
