package io.logprobe.engine.tokenizer;

import ai.djl.huggingface.tokenizers.jni.LibUtils;
import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import io.logprobe.engine.failure.BackendUnavailable;
import io.logprobe.engine.failure.FileFault;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/// Loads the native part of Hugging Face's tokenizers.
///
/// The library is unpacked into a private folder that is deleted as soon as it is loaded, and DJL's own loader is not
/// used: it looks for a GPU first, logs what it does not find, and keeps a cache in the home folder, which may not be
/// writable.
final class NativeTokenizers {

    private static final String MINIMAL =
            "{\"model\":{\"type\":\"WordLevel\",\"vocab\":{\"a\":0},\"unk_token\":\"a\"}}";

    private static TokenizersLibrary loaded;

    private NativeTokenizers() {}

    /// The library, loaded on first use.
    ///
    /// @throws BackendUnavailable every time, where it cannot be loaded
    static synchronized TokenizersLibrary library() {
        if (loaded == null) {
            loaded = load();
        }
        return loaded;
    }

    private static TokenizersLibrary load() {
        loadUnpacked(resource());
        if (!isLinked()) {
            // Another class loader owns the binding's classes, and only code of its own can load for it.
            LibUtils.checkStatus();
        }
        return TokenizersLibrary.LIB;
    }

    private static boolean isLinked() {
        try {
            TokenizersLibrary.LIB.deleteTokenizer(TokenizersLibrary.LIB.createTokenizerFromString(MINIMAL));
            return true;
        } catch (UnsatisfiedLinkError e) {
            return false;
        }
    }

    @SuppressWarnings("restricted")
    private static void loadUnpacked(String resource) {
        try (InputStream library = TokenizersLibrary.class.getResourceAsStream(resource)) {
            if (library == null) {
                throw new BackendUnavailable("no tokenizer library for this platform: " + resource);
            }
            Path folder = Files.createTempDirectory("logprobe-tokenizers-");
            Path file = folder.resolve(Path.of(resource).getFileName());
            try {
                Files.copy(library, file);
                System.load(file.toString());
            } finally {
                Files.deleteIfExists(file);
                Files.deleteIfExists(folder);
            }
        } catch (IOException e) {
            throw new BackendUnavailable("cannot unpack the tokenizer library: " + FileFault.describe(e), e);
        }
    }

    private static String resource() {
        boolean mac = System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("mac");
        boolean arm = System.getProperty("os.arch").equals("aarch64");
        String platform = (mac ? "osx" : "linux") + (arm ? "-aarch64" : "-x86_64");
        return "/native/lib/" + platform + "/cpu/libtokenizers." + (mac ? "dylib" : "so");
    }
}
