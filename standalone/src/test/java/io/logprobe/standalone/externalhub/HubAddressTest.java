package io.logprobe.standalone.externalhub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HubAddressTest {

    @ParameterizedTest
    @CsvSource({
        "https://huggingface.co,             https://huggingface.co",
        "https://huggingface.co/,            https://huggingface.co",
        "HTTPS://HuggingFace.co:443//,       https://huggingface.co",
        "https://mirror.example.org/hf/hub/, https://mirror.example.org/hf/hub",
        "http://127.0.0.1:8090,              http://127.0.0.1:8090",
        "http://localhost:8090/,             http://localhost:8090",
        "http://[::1]:8090,                  http://[::1]:8090",
        "http://10.1.2.3,                    http://10.1.2.3",
        "http://172.16.0.9,                  http://172.16.0.9",
        "http://192.168.1.5:80,              http://192.168.1.5",
        "http://[fd12::1],                   http://[fd12::1]",
    })
    void isKeptInOneForm(String given, String kept) {
        assertThat(HubAddress.parse(given)).hasToString(kept);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://huggingface.co",
                "http://hub.example.org:8080",
                "http://8.8.8.8",
                "http://172.32.0.1",
                "http://[2001:db8::1]",
                "http://[::ffff:8.8.8.8]",
                "http://localhost.example.org",
                "http://127.0.0.1.example.org"
            })
    void plainHttpGoesToNobodyOutside(String given) {
        assertThatThrownBy(() -> HubAddress.parse(given))
                .isInstanceOf(UnusableHub.class)
                .hasMessageContaining(given)
                .hasMessageContaining("not secure");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"huggingface.co", "huggingface.co:443", "ftp://huggingface.co", "https:", "https:///models", ""})
    void whatIsNoAddressIsRefused(String given) {
        assertThatThrownBy(() -> HubAddress.parse(given))
                .isInstanceOf(UnusableHub.class)
                .hasMessageStartingWith("--hub takes a URL such as https://huggingface.co");
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://huggingface.co?x=1", "https://huggingface.co/#models"})
    void queriesAndFragmentsAreRefused(String given) {
        assertThatThrownBy(() -> HubAddress.parse(given))
                .isInstanceOf(UnusableHub.class)
                .hasMessage("--hub takes a URL without a query and a fragment, not " + given);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://ada:hf_secret@huggingface.co",
                "https://hf_secret@huggingface.co",
                "http://hf_secret@127.0.0.1:8090",
                "https://hf_secret@hugging_face.co",
                "https://hf_secret@huggingface.co/ models"
            })
    void userInTheAddressIsRefusedAndNotRepeated(String given) {
        assertThatThrownBy(() -> HubAddress.parse(given))
                .isInstanceOf(UnusableHub.class)
                .hasMessageNotContaining("hf_secret")
                .hasMessageStartingWith("--hub takes");
    }

    @Test
    void tokenIsReadWithoutTheSpaceAroundItAndShowsItselfToNobody() {
        HubToken token = HubToken.of(" hf_secret\n").orElseThrow();

        assertThat(token.secret()).isEqualTo("hf_secret");
        assertThat(token.toString()).doesNotContain("hf_secret");
    }

    @Test
    void blankVariableIsNoToken() {
        assertThat(HubToken.of(null)).isEmpty();
        assertThat(HubToken.of(" ")).isEmpty();
    }

    @Test
    void damagedTokenIsRefusedAndNotRepeated() {
        assertThatThrownBy(() -> HubToken.of("hf_sec\nret"))
                .isInstanceOf(UnusableHub.class)
                .hasMessage("HF_TOKEN holds a character that no token has");
    }
}
