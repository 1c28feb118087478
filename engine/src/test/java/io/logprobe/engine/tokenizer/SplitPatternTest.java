package io.logprobe.engine.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SplitPatternTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+",
                "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
                "[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]*[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]+[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
                "[!\"#$%&'()*+,\\-./:;<=>?@\\[\\\\\\]^_`{|}~][A-Za-z]+|[^\\r\\n\\p{L}\\p{P}\\p{S}]?[\\p{L}\\p{M}]+| ?[\\p{P}\\p{S}]+[\\r\\n]*",
                " ?[^(\\s|[.,!?…。，、।۔،])]+",
                "[0-9][0-9][0-9]",
                "(?=(?:\\d{3})+(?!\\d))",
                "\\s++(?!\\S)|a+?|[^\\r\\n]?+b",
                "[一-龥\\u0800-\\u4e00]+"
            })
    void acceptsWhatPublishedTokenizersUse(String regex) {
        assertThat(SplitPattern.findProblem(regex)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ' ',
            value = {
                "(a+)+b 'a group that can match in several ways is repeated'",
                "(a|a)*b 'a group that can match in several ways is repeated'",
                "(a?){40} 'a group that can match in several ways is repeated'",
                "((ab)*c)* 'a group that can match in several ways is repeated'",
                "(?:a*){2,3} 'a group that can match in several ways is repeated'",
                "(a)\\1 'there is ''\\1'''",
                "a** 'a repetition is repeated'",
                "a{2}+ 'a repetition is repeated'",
                "a*b*c*d*e* 'more than 4 repetitions follow each other'",
                "a{1001} 'something is repeated more than 1000 times'",
                "(a 'a group is not closed'",
                "a) 'a '')'' closes nothing'",
                "[a 'something is not closed'",
                "(?<n>a) 'there is a named group'",
                "(*FAIL) 'there is a callout'",
                "(?~a) 'there is an unknown kind of group'",
                "+a 'a repetition follows nothing'"
            })
    void refusesWhatCanRunAway(String regex, String problem) {
        assertThat(SplitPattern.findProblem(regex)).hasValue(problem);
    }

    @Test
    void refusesDeepGroups() {
        assertThat(SplitPattern.findProblem("(".repeat(100_000))).hasValue("groups are nested too deeply");
        assertThat(SplitPattern.findProblem("[".repeat(100_000))).hasValue("classes are nested too deeply");
    }
}
