package io.logprobe.engine.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.logprobe.engine.failure.InvalidInput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PairEncoderTest {

    private static final int A = 0;
    private static final int B = 1;
    private static final int AB = 2;
    private static final int SPACE = 3;
    private static final int SPACE_B = 4;
    private static final int BOS = 5;

    @TempDir
    Path folder;

    private Tokenizer tokenizer;

    @BeforeEach
    void openASmallTokenizer() throws IOException {
        Files.writeString(folder.resolve("tokenizer_config.json"), """
                {"tokenizer_class":"GPT2Tokenizer","add_bos_token":true,"bos_token":"<s>","eos_token":"<s>"}""");
        Files.writeString(folder.resolve("vocab.json"), "{\"a\":0,\"b\":1,\"ab\":2,\"Ġ\":3,\"Ġb\":4,\"<s>\":5}");
        Files.writeString(folder.resolve("merges.txt"), "a b\nĠ b\n");
        tokenizer = Tokenizer.open(folder);
    }

    @AfterEach
    void close() {
        tokenizer.close();
    }

    @Test
    void splitsTheJoinedTextAfterThePrompt() {
        EncodedPair pair = encoder(BosPolicy.TOKENIZER, 100).encode("a", " b");

        assertThat(pair.context()).containsExactly(BOS, A);
        assertThat(pair.continuation()).containsExactly(SPACE_B);
        assertThat(pair.input()).containsExactly(BOS, A);
        assertThat(pair.truncated()).isFalse();
        assertThat(pair.boundaryMismatch()).isFalse();
    }

    @Test
    void movesTrailingSpaceToTheContinuation() {
        EncodedPair pair = encoder(BosPolicy.TOKENIZER, 100).encode("a ", "b");

        assertThat(pair.context()).containsExactly(BOS, A);
        assertThat(pair.continuation()).containsExactly(SPACE_B);
    }

    @Test
    void reportsTokenThatSpansTheBoundary() {
        EncodedPair pair = encoder(BosPolicy.TOKENIZER, 100).encode("a", "bb");

        assertThat(pair.context()).containsExactly(BOS, A);
        assertThat(pair.continuation()).containsExactly(B);
        assertThat(pair.boundaryMismatch()).isTrue();
    }

    @Test
    void rejectsContinuationThatIsSwallowedByThePrompt() {
        assertThatThrownBy(() -> encoder(BosPolicy.TOKENIZER, 100).encode("a", "b"))
                .isInstanceOf(InvalidInput.class)
                .hasMessage("empty continuation");
    }

    @Test
    void putsThePrefixTokenBeforeAnEmptyPrompt() {
        EncodedPair pair = encoder(BosPolicy.NEVER, 100).encode("", "ab");

        assertThat(pair.context()).containsExactly(BOS);
        assertThat(pair.continuation()).containsExactly(AB);
    }

    @Test
    void takesThePrefixTokenFromTheContinuationOfAnEmptyPrompt() {
        EncodedPair pair = encoder(BosPolicy.TOKENIZER, 100).encode("", "<s>ab");

        assertThat(pair.context()).containsExactly(BOS);
        assertThat(pair.continuation()).containsExactly(AB);
    }

    @Test
    void addsNoSecondPrefixToATextThatStartsWithOne() {
        EncodedPair pair = encoder(BosPolicy.TOKENIZER, 100).encode("<s>a", " b");

        assertThat(pair.context()).containsExactly(BOS, A);
    }

    @Test
    void followsThePolicyOfTheCaller() {
        assertThat(encoder(BosPolicy.NEVER, 100).encode("a", " b").context()).containsExactly(A);
        assertThat(encoder(BosPolicy.ALWAYS, 100).encode("a", " b").context()).containsExactly(BOS, A);
        assertThat(encoder(BosPolicy.ALWAYS, 100).encode("<s>a", " b").context())
                .containsExactly(BOS, A);
    }

    @Test
    void cutsTheLeftSideOfAnOverlongInput() {
        EncodedPair pair = encoder(BosPolicy.TOKENIZER, 3).encode("a a", " b");

        assertThat(pair.context()).containsExactly(BOS, A, SPACE, A);
        assertThat(pair.input()).containsExactly(A, SPACE, A);
        assertThat(pair.truncated()).isTrue();
    }

    @Test
    void keepsAnInputOfExactlyTheMaximum() {
        EncodedPair pair = encoder(BosPolicy.TOKENIZER, 4).encode("a a", " b");

        assertThat(pair.input()).containsExactly(BOS, A, SPACE, A);
        assertThat(pair.truncated()).isFalse();
    }

    @Test
    void reducesTheInputToTheContinuationWhereItFillsTheMaximum() {
        EncodedPair pair = encoder(BosPolicy.TOKENIZER, 2).encode("a", " b b");

        assertThat(pair.input()).containsExactly(A, SPACE_B);
        assertThat(pair.continuation()).containsExactly(SPACE_B, SPACE_B);
    }

    @Test
    void rejectsContinuationLongerThanTheMaximum() {
        assertThatThrownBy(() -> encoder(BosPolicy.TOKENIZER, 2).encode("a", " b b b"))
                .isInstanceOf(InvalidInput.class)
                .hasMessage("continuation of 3 tokens is longer than the model's maximum of 2");
    }

    @Test
    void reportsEachPairOfABatchByItself() {
        List<PairEncoding> encodings = encoder(BosPolicy.NEVER, 100)
                .encodeAll(List.of(
                        new TextPair("a", " b"),
                        new TextPair(" ", "a"),
                        new TextPair("a", ""),
                        new TextPair("", ""),
                        new TextPair("a", " b")));

        assertThat(encodings.get(0)).isInstanceOf(EncodedPair.class);
        assertThat(encodings.subList(1, 4))
                .containsExactly(
                        new RejectedPair("empty context"),
                        new RejectedPair("empty continuation"),
                        new RejectedPair("empty continuation"));
        assertThat(encodings.get(4).orThrow().context())
                .isSameAs(encodings.get(0).orThrow().context());
    }

    @Test
    void rejectsHalfASurrogatePair() {
        assertThatThrownBy(() -> encoder(BosPolicy.TOKENIZER, 100).encode("a\uD83D", " b"))
                .isInstanceOf(InvalidInput.class)
                .hasMessage("text has half a surrogate pair at position 1");
    }

    @Test
    void encodesNulAndCharactersBeyondTheBasicPlane() {
        assertThat(tokenizer.decode(tokenizer.encode("a\0b", false), false)).isEqualTo("ab");
        assertThat(tokenizer.encode("a😀b", false)).containsExactly(A, B);
    }

    private PairEncoder encoder(BosPolicy bos, int maxLength) {
        return new PairEncoder(tokenizer, bos, maxLength);
    }
}
