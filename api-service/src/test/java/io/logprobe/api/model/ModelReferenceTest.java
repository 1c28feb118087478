package io.logprobe.api.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.logprobe.api.model.ModelReference.File;
import io.logprobe.api.model.ModelReference.Quantisation;
import io.logprobe.api.model.ModelReference.Unnamed;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelReferenceTest {

    @Test
    void repositoryAloneNamesNoFile() {
        assertThat(ModelReference.parse("owner/name")).contains(new ModelReference("owner/name", new Unnamed()));
    }

    @Test
    void quantisationFollowsAColon() {
        assertThat(ModelReference.parse("owner/name:UD-Q4_K_M"))
                .contains(new ModelReference("owner/name", new Quantisation("UD-Q4_K_M")));
    }

    @Test
    void fileFollowsTheRepository() {
        assertThat(ModelReference.parse("owner/name/some folder/a:b.gguf"))
                .contains(new ModelReference("owner/name", new File("some folder/a:b.gguf")));
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(
            strings = {
                "",
                "name",
                "/name",
                "owner/",
                "owner/name:",
                "owner/name:a b",
                "owner/name/",
                "owner/name/model.bin",
                "owner/name/.gguf",
                "owner/name//a.gguf",
                "owner/name/../a.gguf",
                "owner/name/b/./a.gguf",
                "owner:Q8_0/name",
                "owner/name/a.gguf\n"
            })
    void whatHasNoneOfTheThreeFormsIsRefused(String name) {
        assertThat(ModelReference.parse(name)).isEmpty();
    }
}
