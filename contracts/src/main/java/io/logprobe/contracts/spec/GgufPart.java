package io.logprobe.contracts.spec;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/// The name of a part of a GGUF model that is split into several files: `NAME-00002-of-00003.gguf`.
///
/// @param name path of the model as if it were one file, without `.gguf`
/// @param number of this part, counted from 1
/// @param count of all parts
public record GgufPart(String name, int number, int count) {

    /// As many as the engine opens.
    private static final int MAX_COUNT = 4096;

    private static final Pattern PATH = Pattern.compile("(.+)-(\\d{5})-of-(\\d{5})\\.gguf");

    /// What the path of a part says; nothing if it is not called like one.
    public static Optional<GgufPart> parse(String path) {
        Matcher matcher = PATH.matcher(path);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        int number = Integer.parseInt(matcher.group(2));
        int count = Integer.parseInt(matcher.group(3));
        boolean possible = number >= 1 && number <= count && count <= MAX_COUNT;
        return possible ? Optional.of(new GgufPart(matcher.group(1), number, count)) : Optional.empty();
    }

    /// All files of the model that has this one, in order: the path alone where the model is not split.
    public static List<String> filesOf(String path) {
        return parse(path).map(GgufPart::paths).orElseGet(() -> List.of(path));
    }

    /// The first file of the model that has this one, by which the model is called.
    public static String firstOf(String path) {
        return parse(path).map(part -> part.path(1)).orElse(path);
    }

    private List<String> paths() {
        return IntStream.rangeClosed(1, count).mapToObj(this::path).toList();
    }

    private String path(int part) {
        return "%s-%05d-of-%05d.gguf".formatted(name, part, count);
    }
}
