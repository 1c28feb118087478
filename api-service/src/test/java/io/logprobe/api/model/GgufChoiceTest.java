package io.logprobe.api.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.MissingNode;
import io.logprobe.api.hub.HubRepository;
import io.logprobe.api.hub.HubSnapshot;
import io.logprobe.api.model.ModelReference.File;
import io.logprobe.api.model.ModelReference.Quantisation;
import io.logprobe.api.model.ModelReference.Selection;
import io.logprobe.api.model.ModelReference.Unnamed;
import io.logprobe.api.problem.Unacceptable;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class GgufChoiceTest {

    private static final Selection UNNAMED = new Unnamed();

    @Test
    void onlyFileIsTakenAsItIs() {
        assertThat(choose(UNNAMED, "README.md", "a-Q8_0.gguf")).contains("a-Q8_0.gguf");
    }

    @Test
    void otherWeightsComeBeforeAFileThatNobodyNamed() {
        HubSnapshot snapshot = snapshot("model.safetensors", "a-Q8_0.gguf", "a-F16.gguf");

        assertThat(GgufChoice.of(UNNAMED, snapshot, true)).isEmpty();
        assertThat(GgufChoice.of(new Quantisation("Q8_0"), snapshot, true)).contains("a-Q8_0.gguf");
    }

    @Test
    void severalFilesAreListedInsteadOfChoosingOne() {
        assertRefused(
                UNNAMED,
                "model acme/many has 2 GGUF files; name one as acme/many:QUANTISATION or"
                        + " acme/many/FILE: a-F16.gguf, a-Q8_0.gguf",
                "a-Q8_0.gguf",
                "a-F16.gguf");
    }

    @Test
    void quantisationIsTheEndOfTheNameInAnyCase() {
        String[] files = {"a.Q4_K.gguf", "a.Q4_K_M.gguf", "sub/a-q8_0.gguf", "a-UD-Q4_K.gguf.md", "Q6_K/F16.gguf"};

        assertThat(choose(new Quantisation("q4_k_m"), files)).contains("a.Q4_K_M.gguf");
        assertThat(choose(new Quantisation("Q4_K"), files)).contains("a.Q4_K.gguf");
        assertThat(choose(new Quantisation("Q8_0"), files)).contains("sub/a-q8_0.gguf");
        assertThat(choose(new Quantisation("F16"), files)).contains("Q6_K/F16.gguf");
    }

    @Test
    void partOfAQuantisationIsNone() {
        assertRefused(
                new Quantisation("K_M"),
                "has no GGUF file of quantisation K_M at " + "a".repeat(40) + "; it has a.Q4_K_M.gguf",
                "a.Q4_K_M.gguf");
    }

    @Test
    void quantisationOfSeveralFilesIsRefusedWithThem() {
        assertRefused(
                new Quantisation("F16"),
                "has 2 GGUF files of quantisation F16; name one as acme/many/FILE: a-F16.gguf, b-F16.gguf",
                "a-F16.gguf",
                "b-F16.gguf",
                "a-Q8_0.gguf");
    }

    @Test
    void multimodalProjectorsAreNoLanguageModels() {
        assertThat(choose(UNNAMED, "a-Q8_0.gguf", "mmproj-a-f16.gguf")).contains("a-Q8_0.gguf");
        assertThat(choose(new Quantisation("F16"), "sub/a-F16.gguf", "sub/a.MMPROJ-F16.gguf"))
                .contains("sub/a-F16.gguf");
        assertThat(choose(UNNAMED, "mmproj-F16.gguf")).isEmpty();
        assertThat(choose(UNNAMED, "mmproj/a-F16.gguf")).contains("mmproj/a-F16.gguf");
    }

    @Test
    void projectorIsNotListedAmongTheFilesToChooseFrom() {
        assertRefused(
                UNNAMED,
                "has 2 GGUF files; name one as acme/many:QUANTISATION or acme/many/FILE: a-F16.gguf, a-Q8_0.gguf",
                "mmproj-F16.gguf",
                "a-F16.gguf",
                "a-Q8_0.gguf");
    }

    @Test
    void fileIsTakenByItsWholePath() {
        assertThat(choose(new File("sub/a.gguf"), "a.gguf", "sub/a.gguf")).contains("sub/a.gguf");
        assertRefused(new File("b.gguf"), "has no GGUF file b.gguf at " + "a".repeat(40) + "; it has a.gguf", "a.gguf");
    }

    @Test
    void partsOfASplitFileAreOneModelThatIsCalledByTheFirst() {
        String[] parts = {"q/a-Q8_0-00001-of-00002.gguf", "q/a-Q8_0-00002-of-00002.gguf"};

        assertThat(choose(UNNAMED, parts)).contains(parts[0]);
        assertThat(choose(new Quantisation("q8_0"), parts)).contains(parts[0]);
        assertThat(choose(new File(parts[1]), parts)).contains(parts[0]);
    }

    @Test
    void splitFileIsListedOnceAmongOthers() {
        assertRefused(
                UNNAMED,
                "has 2 GGUF files; name one as acme/many:QUANTISATION or acme/many/FILE:"
                        + " a-F16-00001-of-00002.gguf, a-Q8_0.gguf",
                "a-F16-00001-of-00002.gguf",
                "a-F16-00002-of-00002.gguf",
                "a-Q8_0.gguf");
    }

    @Test
    void longListIsCut() {
        String[] files =
                IntStream.range(0, 60).mapToObj("a-%02d.gguf"::formatted).toArray(String[]::new);

        assertRefused(UNNAMED, "a-39.gguf and 20 more", files);
    }

    private static Optional<String> choose(Selection selection, String... paths) {
        return GgufChoice.of(selection, snapshot(paths), false);
    }

    private static void assertRefused(Selection selection, String message, String... paths) {
        assertThatThrownBy(() -> choose(selection, paths))
                .isInstanceOf(Unacceptable.class)
                .hasMessageContaining(message);
    }

    private static HubSnapshot snapshot(String... paths) {
        return new HubSnapshot(
                new HubRepository(HubRepository.Type.MODEL, "acme/many"),
                "a".repeat(40),
                MissingNode.getInstance(),
                Stream.of(paths).map(path -> new HubSnapshot.File(path, 1)).toList());
    }
}
