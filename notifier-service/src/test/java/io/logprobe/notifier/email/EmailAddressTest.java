package io.logprobe.notifier.email;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EmailAddressTest {

    @ParameterizedTest
    @ValueSource(strings = {"a@b", "first.last+tag@mail.example.org", "o'neil@example.co.uk", "x_y@1-2.example"})
    void acceptsPlainAddresses(String address) {
        assertThat(new EmailAddress(address).value()).isEqualTo(address);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "nobody",
                "@b",
                "a@",
                "a@b\r\nBcc: c@d",
                "a@b\n",
                "a b@c",
                "\"a\"@b",
                "A <a@b>",
                "a@b,c@d",
                "a@-b.example",
                "a@b..c",
                "ü@example.org"
            })
    void rejectsEverythingElse(String address) {
        assertThatIllegalArgumentException().isThrownBy(() -> new EmailAddress(address));
    }
}
