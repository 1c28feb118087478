package io.logprobe.contracts.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HubOriginTest {

    @ParameterizedTest
    @CsvSource({
        "https://huggingface.co,         https://huggingface.co/a/resolve/b,      true",
        "https://huggingface.co,         https://HuggingFace.co:443/a,            true",
        "https://mirror.example.org/hub, https://mirror.example.org/other,        true",
        "https://huggingface.co,         http://huggingface.co/a,                 false",
        "https://huggingface.co,         https://huggingface.co:8443/a,           false",
        "https://huggingface.co,         https://cdn-lfs.huggingface.co/a,        false",
        "https://huggingface.co,         https://huggingface.co.example.org/a,    false",
        "https://huggingface.co,         https://huggingface.co@example.org/a,    false",
        "http://127.0.0.1:8090,          http://127.0.0.1:9000/a,                 false",
    })
    void tokenIsForTheHubAlone(URI hub, URI address, boolean owned) {
        assertThat(new HubOrigin(hub).owns(address)).isEqualTo(owned);
    }

    @ParameterizedTest
    @CsvSource({
        "https://huggingface.co, https://cas-bridge.xethub.hf.co/a, true",
        "https://huggingface.co, http://cas-bridge.xethub.hf.co/a,  false",
        "https://huggingface.co, http://huggingface.co/a,           false",
        "https://huggingface.co, file:///etc/passwd,                false",
        "http://10.0.0.5:8090,   http://10.0.0.6:9000/a,            true",
        "http://10.0.0.5:8090,   https://storage.example.org/a,     true",
        "http://10.0.0.5:8090,   file:///etc/passwd,                false",
    })
    void downloadsAreFollowedWhereThatIsNoLessSecure(URI hub, URI address, boolean allowed) {
        assertThat(new HubOrigin(hub).mayLeadTo(address)).isEqualTo(allowed);
    }

    @ParameterizedTest
    @CsvSource({
        "https://huggingface.co,          https://huggingface.co/api/models",
        "https://huggingface.co/,         https://huggingface.co/api/models",
        "https://mirror.example.org/hub/, https://mirror.example.org/hub/api/models",
    })
    void pathOfAMirrorIsKept(URI hub, URI expected) {
        assertThat(new HubOrigin(hub).address("/api/models")).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '|',
            value = {
                "https://huggingface.co,          </api/m/tree/main?cursor=b>; rel=\"next\"",
                "https://huggingface.co,          </api/m/tree/main?cursor=b>;rel=next",
                "https://huggingface.co,          <https://huggingface.co:443/api/m/tree/main?cursor=b>; rel=\"next\"",
                "https://mirror.example.org/hub/, <https://mirror.example.org/api/m/tree/main?cursor=b>; rel=\"next\"",
            })
    void listingIsFollowedOnTheHub(URI hub, String link) {
        URI page = hub.resolve("/api/m/tree/main");

        assertThat(new HubOrigin(hub).nextPage(page, link)).hasValueSatisfying(next -> assertThat(next)
                .hasHost(hub.getHost())
                .hasPath("/api/m/tree/main")
                .hasParameter("cursor", "b"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "<https://huggingface.co/api/m/tree/main>; rel=\"first\""})
    void listingEndsWhereNothingFollows(String link) {
        HubOrigin hub = new HubOrigin(URI.create("https://huggingface.co"));

        assertThat(hub.nextPage(URI.create("https://huggingface.co/api/m/tree/main"), link))
                .isEmpty();
        assertThat(hub.nextPage(URI.create("https://huggingface.co/api/m/tree/main"), null))
                .isEmpty();
    }

    @Test
    void listingThatGoesOnAtAnotherHostNamesBoth() {
        HubOrigin mirror = new HubOrigin(URI.create("https://mirror.example.org:8443"));
        URI page = URI.create("https://mirror.example.org:8443/api/m/tree/main");

        assertThatThrownBy(
                        () -> mirror.nextPage(page, "<https://huggingface.co/api/m/tree/main?cursor=b>; rel=\"next\""))
                .isInstanceOf(ForeignPage.class)
                .hasMessageContainingAll("https://huggingface.co,", "https://mirror.example.org:8443");
    }
}
