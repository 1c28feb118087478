package io.logprobe.standalone.mail;

import java.nio.file.Path;

/// An e-mail that was accepted.
///
/// @param recipient address it was delivered to
/// @param subject its subject line
/// @param messageId its `Message-ID` header
/// @param text what a reader without HTML sees
/// @param file the whole e-mail, as received
public record ReceivedMail(String recipient, String subject, String messageId, String text, Path file) {}
