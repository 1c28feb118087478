package io.logprobe.engine.tokenizer;

import java.util.OptionalInt;

/// A token that is found in a text before anything else happens to it.
///
/// @param lstrip whether it swallows the white space on its left
/// @param rstrip whether it swallows the white space on its right
/// @param singleWord whether it must not touch another word
/// @param normalized whether it is looked for in the normalised text
/// @param special whether decoding may leave it out
/// @param id where the declaration states one
record AddedToken(
        String content,
        boolean lstrip,
        boolean rstrip,
        boolean singleWord,
        boolean normalized,
        boolean special,
        OptionalInt id) {

    /// A token that is looked for in the text as it is.
    static AddedToken verbatim(String content, boolean special) {
        return new AddedToken(content, false, false, false, false, special, OptionalInt.empty());
    }

    /// The same, with the white space behind it.
    AddedToken swallowingSpace() {
        return new AddedToken(content, lstrip, true, singleWord, normalized, special, id);
    }

    static AddedToken plain(String content, boolean special, OptionalInt id) {
        return new AddedToken(content, false, false, false, !special, special, id);
    }
}
