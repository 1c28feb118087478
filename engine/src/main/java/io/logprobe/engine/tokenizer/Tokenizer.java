package io.logprobe.engine.tokenizer;

import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import io.logprobe.engine.failure.InvalidCheckpoint;
import io.logprobe.engine.failure.InvalidInput;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/// Text to token ids and back, exactly as Hugging Face's tokenizers do it. Safe for concurrent use until it is closed.
public final class Tokenizer implements AutoCloseable {

    /// Texts given to the native library in one call, which encodes them on all cores.
    private static final int BATCH = 1024;

    private final TokenizersLibrary library;
    private final long handle;
    private final TokenizerSource source;
    private volatile boolean closed;

    private Tokenizer(TokenizersLibrary library, long handle, TokenizerSource source) {
        this.library = library;
        this.handle = handle;
        this.source = source;
    }

    /// Opens the tokenizer in a model folder.
    ///
    /// @throws InvalidCheckpoint when there is none, or it is damaged
    public static Tokenizer open(Path folder) {
        return of(TokenizerSource.locate(folder));
    }

    /// Loads the native library in the background. Where that fails, opening a tokenizer says so.
    public static void prepare() {
        Thread.ofPlatform()
                .name("logprobe-tokenizers")
                .daemon(true)
                .uncaughtExceptionHandler((thread, failure) -> {})
                .start(NativeTokenizers::library);
    }

    static Tokenizer of(TokenizerSource source) {
        TokenizersLibrary library = NativeTokenizers.library();
        long handle;
        try {
            handle = library.createTokenizerFromString(source.json());
        } catch (RuntimeException e) {
            throw new InvalidCheckpoint(source.origin() + ": not a tokenizer: " + e.getMessage(), e);
        }
        // What the file says of truncation and padding is meant for training batches.
        library.disableTruncation(handle);
        library.disablePadding(handle);
        return new Tokenizer(library, handle, source);
    }

    /// Token ids of a text.
    ///
    /// @param addSpecialTokens whether the post-processor may add tokens, such as the beginning of sequence
    /// @throws InvalidInput when the text is not valid Unicode
    public int[] encode(String text, boolean addSpecialTokens) {
        requireOpen();
        requireUnicode(text);
        try {
            return takeIds(library.encode(handle, text, addSpecialTokens));
        } catch (RuntimeException e) {
            throw cannotEncode(e);
        }
    }

    /// Token ids of each text, encoded on all cores.
    public List<int[]> encodeAll(List<String> texts, boolean addSpecialTokens) {
        requireOpen();
        texts.parallelStream()
                .filter(text -> halfSurrogate(text) >= 0)
                .findFirst()
                .ifPresent(Tokenizer::requireUnicode);
        int[][] ids = new int[texts.size()][];
        for (int start = 0; start < ids.length; start += BATCH) {
            int end = Math.min(start + BATCH, ids.length);
            String[] batch = texts.subList(start, end).toArray(String[]::new);
            encode(batch, addSpecialTokens, ids, start);
        }
        return List.of(ids);
    }

    private void encode(String[] batch, boolean addSpecialTokens, int[][] ids, int start) {
        long[] encodings;
        try {
            encodings = library.batchEncode(handle, batch, addSpecialTokens);
        } catch (RuntimeException e) {
            throw cannotEncode(e);
        }
        // To give an encoding back takes longer than to copy its numbers: it holds the text of every token.
        IntStream.range(0, encodings.length).parallel().forEach(i -> ids[start + i] = takeIds(encodings[i]));
    }

    /// The definition was accepted, but has no token for something in the text.
    private InvalidCheckpoint cannotEncode(RuntimeException cause) {
        return new InvalidCheckpoint(source.origin() + ": cannot encode a text: " + cause.getMessage(), cause);
    }

    /// The text of token ids.
    public String decode(int[] ids, boolean skipSpecialTokens) {
        requireOpen();
        return library.decode(handle, IntStream.of(ids).asLongStream().toArray(), skipSpecialTokens);
    }

    /// Number of distinct tokens, added ones included. A model's own vocabulary may be padded beyond it.
    public int size() {
        return source.vocabulary().size();
    }

    /// The declared beginning-of-sequence token.
    public OptionalInt bosId() {
        return id(source.bos());
    }

    /// The declared end-of-sequence token.
    public OptionalInt eosId() {
        return id(source.eos());
    }

    /// The token that stands for an empty prompt: beginning of sequence if declared, else end of sequence.
    public OptionalInt prefixId() {
        OptionalInt bos = bosId();
        return bos.isPresent() ? bos : eosId();
    }

    /// `model_max_length` of the tokenizer's configuration, unless it stands for "unknown".
    public OptionalInt maxLength() {
        return source.maxLength();
    }

    /// SHA-256 of the tokenizer's definition, in hexadecimal.
    public String digest() {
        try {
            byte[] definition = source.json().getBytes(StandardCharsets.UTF_8);
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(definition));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private OptionalInt id(Optional<String> content) {
        return content.map(source.vocabulary().ids()::get).stream()
                .mapToInt(Integer::intValue)
                .findFirst();
    }

    private int[] takeIds(long encoding) {
        try {
            long[] ids = library.getTokenIds(encoding);
            int[] result = new int[ids.length];
            for (int i = 0; i < ids.length; i++) {
                result[i] = (int) ids[i];
            }
            return result;
        } finally {
            library.deleteEncoding(encoding);
        }
    }

    private static void requireUnicode(String text) {
        int position = halfSurrogate(text);
        if (position >= 0) {
            throw new InvalidInput("text has half a surrogate pair at position " + position);
        }
    }

    /// Position of the first half of a surrogate pair whose other half is missing, or -1.
    private static int halfSurrogate(String text) {
        int i = 0;
        while (i < text.length()) {
            int codePoint = text.codePointAt(i);
            if (codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE) {
                return i;
            }
            i += Character.charCount(codePoint);
        }
        return -1;
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException(source.origin() + ": tokenizer is closed");
        }
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            library.deleteTokenizer(handle);
        }
    }
}
