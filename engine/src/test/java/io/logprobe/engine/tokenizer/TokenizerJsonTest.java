package io.logprobe.engine.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.logprobe.engine.failure.EngineException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokenizerJsonTest {

    private static final String MODEL = "'model':{'type':'BPE','vocab':{'a':0,'b':1},'merges':[]}";

    @TempDir
    Path folder;

    @Test
    void findsSpecialTokensWhereverTheyAreInTheFile() throws IOException {
        write("{" + MODEL + ",'added_tokens':[{'id':0,'content':'a','single_word':false,'lstrip':false,"
                + "'rstrip':false,'normalized':false,'special':true},{'id':2,'content':'<s>','single_word':false,"
                + "'lstrip':false,'rstrip':false,'normalized':false,'special':true}]}");
        Files.writeString(folder.resolve("tokenizer_config.json"), "{\"bos_token\":{\"content\":\"<s>\"}}");

        try (Tokenizer tokenizer = Tokenizer.open(folder)) {
            assertThat(tokenizer.size()).isEqualTo(3);
            assertThat(tokenizer.bosId()).hasValue(2);
            assertThat(tokenizer.prefixId()).hasValue(2);
            assertThat(tokenizer.eosId()).isEmpty();
        }
    }

    @Test
    void ignoresTruncationAndPaddingOfTheFile() throws IOException {
        write("{'truncation':{'direction':'Right','max_length':2,'strategy':'LongestFirst','stride':0},"
                + "'padding':{'strategy':{'Fixed':9},'direction':'Left','pad_to_multiple_of':null,'pad_id':0,"
                + "'pad_type_id':0,'pad_token':'a'}," + MODEL + "}");

        try (Tokenizer tokenizer = Tokenizer.open(folder)) {
            assertThat(tokenizer.encode("abab", true)).containsExactly(0, 1, 0, 1);
        }
    }

    @Test
    void hasTheSameDigestForTheSameDefinitionOnly() throws IOException {
        write("{" + MODEL + "}");
        String digest;
        try (Tokenizer tokenizer = Tokenizer.open(folder)) {
            digest = tokenizer.digest();
        }
        try (Tokenizer tokenizer = Tokenizer.open(folder)) {
            assertThat(tokenizer.digest()).isEqualTo(digest).matches("[0-9a-f]{64}");
        }
        write("{" + MODEL.replace("'b'", "'c'") + "}");
        try (Tokenizer tokenizer = Tokenizer.open(folder)) {
            assertThat(tokenizer.digest()).isNotEqualTo(digest);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{}                                              | model is missing",
                "[]                                              | expected a JSON object",
                "{'model':                                       | not valid JSON: line 1, column 10: it ends within a value",
                "{'model':{'type':'BPE' 'vocab':{}}}             | not valid JSON: line 1, column 24: unexpected '\"'",
                "{'model':{'type':'BPE','dropout':'x'}}          | model.dropout must be a number",
                "{'model':{'type':'Magic'}}                      | model.type 'Magic' is not supported: supported are BPE, Unigram and WordLevel",
                "{'model':{'type':'BPE','vocab':{'a':0,'b':0}}}  | model.vocab: the id of 'b' is missing, taken or not between 0 and",
                "{'model':{'type':'BPE','vocab':{'a':-1}}}       | model.vocab: the id of 'a'",
                "{'model':{'type':'BPE','vocab':{'a':1e9}}}      | model.vocab: the id of 'a'",
                "{'model':{'type':'BPE','vocab':7}}              | model.vocab must be an object or a list",
                "{'model':{'type':'BPE','dropout':0.1}}          | model.dropout 0.1 makes tokens random",
                "{'model':{'type':'BPE','continuing_subword_prefix':'##'}} | model.continuing_subword_prefix '##' is not supported",
                "{'added_tokens':[{'content':'a','id':5}],MODEL} | added token 'a' has id 5, but 0 in the vocabulary",
                "{'added_tokens':[{'content':'x','id':2},{'content':'x','id':3}],MODEL} | added token 'x' is there twice",
                "{'normalizer':{'type':'Precompiled','precompiled_charsmap':'AAAA'},MODEL} | normalizer of type 'Precompiled' is not supported",
                "{'normalizer':{'type':'Replace','pattern':{'Regex':'(a+)+b'},'content':''},MODEL} | normalizer has the pattern '(a+)+b', in which a group that can match in several ways is repeated",
                "{'normalizer':{'type':'Sequence','normalizers':[{'type':'Prepend','prepend':'0123456789'},{'type':'Prepend','prepend':'0123456789'}]},MODEL} | normalizer makes a text more than 64 times as long",
                "{'decoder':{'type':'Strip','content':'a','start':0,'stop':1},MODEL} | decoder strips the end of tokens",
                "{'post_processor':{'type':'TemplateProcessing','single':[{'SpecialToken':{'id':'<s>','type_id':0}},{'Sequence':{'id':'A','type_id':0}}],'pair':[],'special_tokens':{}},MODEL} | post_processor uses the special token '<s>', which it does not describe",
                "{'post_processor':{'type':'TemplateProcessing','single':[{'Sequence':{'id':'B','type_id':0}}],'pair':[],'special_tokens':{}},MODEL} | post_processor has a template 'single' with another text than [A] once",
                "{'post_processor':{'type':'TemplateProcessing','single':[],'pair':[],'special_tokens':{'x':{'id':'x','ids':[1,2],'tokens':['x']}}},MODEL} | post_processor describes the special token 'x' in a contradictory way",
                "{'model':{'type':'BPE','vocab':{'a':0},'merges':[['a','b']]}} | not a tokenizer",
            })
    void refuses(String json, String message) throws IOException {
        write(json.replace("MODEL", MODEL));

        assertThatThrownBy(() -> Tokenizer.open(folder))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("tokenizer.json: ")
                .hasMessageContaining(message);
    }

    @Test
    void refusesDeepJson() throws IOException {
        write("{'normalizer':" + "{'type':'Sequence','normalizers':[".repeat(1000));

        assertThatThrownBy(() -> Tokenizer.open(folder))
                .hasMessageContaining("tokenizer.json: not valid JSON: values are nested too deeply");
    }

    private void write(String json) throws IOException {
        Files.writeString(folder.resolve("tokenizer.json"), json.replace('\'', '"'));
    }
}
