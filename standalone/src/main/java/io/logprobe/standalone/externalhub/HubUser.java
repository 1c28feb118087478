package io.logprobe.standalone.externalhub;

/// Whom a token belongs to.
///
/// @param name of the user
/// @param readsOnly whether the token is known not to open pull requests
public record HubUser(String name, boolean readsOnly) {}
