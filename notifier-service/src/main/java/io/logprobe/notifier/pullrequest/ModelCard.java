package io.logprobe.notifier.pullrequest;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Puts a result into a README and leaves every other byte of it alone.
final class ModelCard {

    /// The metadata block as the Hub finds it (`huggingface_hub`, `repocard.py`).
    private static final Pattern BLOCK = Pattern.compile("^(\\s*---[\\r\\n]+)([\\S\\s]*?)([\\r\\n]+---(\\r\\n|\\n|$))");

    private static final String BYTE_ORDER_MARK =
            new String(new byte[] {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF}, StandardCharsets.ISO_8859_1);

    private ModelCard() {}

    /// A card for a model that has none.
    static byte[] create(CardResult result) {
        String name = result.modelName().substring(result.modelName().indexOf('/') + 1);
        String card = "---\n" + Metadata.withResult("", "\n", result) + "\n---\n\n# " + name + "\n";
        return card.getBytes(StandardCharsets.UTF_8);
    }

    /// `card` with `result` in its metadata, in place of an older one if there is one.
    ///
    /// @throws InvalidCard if its metadata cannot be understood
    static byte[] withResult(byte[] card, CardResult result) {
        // One character per byte: whatever encoding the text has, its bytes stay.
        String raw = new String(card, StandardCharsets.ISO_8859_1);
        String mark = raw.startsWith(BYTE_ORDER_MARK) ? BYTE_ORDER_MARK : "";
        String text = raw.substring(mark.length());
        Matcher block = BLOCK.matcher(text);
        if (!block.find()) {
            String newline = newlineOf(text);
            String metadata = raw(Metadata.withResult("", newline, result));
            return bytes(mark + "---" + newline + metadata + newline + "---" + newline + text);
        }
        String changed = Metadata.withResult(utf8(block.group(2)), newlineOf(block.group(1)), result);
        return bytes(mark + text.substring(0, block.start(2)) + raw(changed) + text.substring(block.end(2)));
    }

    private static String newlineOf(String text) {
        int end = text.indexOf('\n');
        return end > 0 && text.charAt(end - 1) == '\r' ? "\r\n" : "\n";
    }

    private static String utf8(String raw) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes(raw)))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new InvalidCard("its metadata is not UTF-8");
        }
    }

    private static String raw(String utf8) {
        return new String(utf8.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    private static byte[] bytes(String raw) {
        return raw.getBytes(StandardCharsets.ISO_8859_1);
    }
}
