package io.logprobe.standalone.externalhub;

import java.util.Optional;
import java.util.regex.Pattern;

/// A user's access token. It shows itself to nobody who does not ask for the secret.
public final class HubToken {

    /// Where a user puts it: the name that the Hub's own tools use.
    public static final String VARIABLE = "HF_TOKEN";

    private static final Pattern VISIBLE_ASCII = Pattern.compile("[\\x21-\\x7e]+");

    private final String secret;

    private HubToken(String secret) {
        this.secret = secret;
    }

    /// The token that a variable holds; nothing if it is not set or blank.
    ///
    /// @param value may be null
    public static Optional<HubToken> of(String value) {
        if (value == null || value.isBlank()) {
            return Optional.empty();
        }
        String stripped = value.strip();
        if (!VISIBLE_ASCII.matcher(stripped).matches()) {
            throw new UnusableHub(VARIABLE + " holds a character that no token has");
        }
        return Optional.of(new HubToken(stripped));
    }

    public String secret() {
        return secret;
    }

    @Override
    public String toString() {
        return "a token";
    }
}
