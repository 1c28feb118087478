package io.logprobe.worker.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
}
