package io.logprobe.api.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.logprobe.api.problem.JsonFault;
import io.logprobe.api.problem.Unacceptable;
import java.io.IOException;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/// Which shard holds which tensor: `weight_map` of a `….index.json`.
///
/// @param tensorsOfShard names of the tensors of each shard; shards are files beside the index
record ShardIndex(NavigableMap<String, Set<String>> tensorsOfShard) {

    static final int MAX_SHARDS = 512;

    private static final Pattern SHARD = Pattern.compile("[A-Za-z0-9][\\w.-]{0,200}\\.(safetensors|bin)");
    private static final JsonMapper JSON = JsonMapper.builder().build();

    static ShardIndex parse(byte[] json, String file) {
        NavigableMap<String, Set<String>> shards = new TreeMap<>();
        for (Map.Entry<String, JsonNode> tensor : weightMap(json, file).properties()) {
            String shard = tensor.getValue().asText();
            if (!SHARD.matcher(shard).matches()) {
                throw Unacceptable.invalid(
                        file + ": tensor " + tensor.getKey() + " is in '" + shard + "', which is no name of a shard");
            }
            shards.computeIfAbsent(shard, name -> new TreeSet<>()).add(tensor.getKey());
        }
        if (shards.size() > MAX_SHARDS) {
            throw Unacceptable.invalid(file + " names " + shards.size() + " shards, more than " + MAX_SHARDS);
        }
        return new ShardIndex(shards);
    }

    private static JsonNode weightMap(byte[] json, String file) {
        try {
            JsonNode map = JSON.readTree(json).path("weight_map");
            if (!map.isObject() || map.isEmpty()) {
                throw Unacceptable.invalid(file + " has no weight_map");
            }
            return map;
        } catch (JsonProcessingException e) {
            throw Unacceptable.invalid(file + " is no JSON: " + JsonFault.describe(e), e);
        } catch (IOException e) {
            throw Unacceptable.invalid(file + " cannot be read", e);
        }
    }
}
