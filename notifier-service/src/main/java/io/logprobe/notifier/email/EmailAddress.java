package io.logprobe.notifier.email;

import java.util.regex.Pattern;

/// A recipient's address in the plain form that every mail system takes: no comments, no quoting, no display name,
/// and so nothing that could end a header.
record EmailAddress(String value) {

    private static final int MAX_LENGTH = 254;
    private static final Pattern PLAIN = Pattern.compile(
            "[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?(\\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*");

    /// @throws IllegalArgumentException if it is not of that form
    EmailAddress {
        if (value.length() > MAX_LENGTH || !PLAIN.matcher(value).matches()) {
            throw new IllegalArgumentException("'" + value.replaceAll("\\p{Cntrl}", "?") + "' is no e-mail address");
        }
    }
}
