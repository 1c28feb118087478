package io.logprobe.standalone.hub;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/// Cuts lists into pages that name their successor in a `Link` header.
final class Pages {

    private Pages() {}

    /// Page of `items` that starts at the request's `cursor`.
    static Response of(Request request, List<ObjectNode> items, int pageSize) {
        int start = request.number("cursor", 0, 0, Integer.MAX_VALUE);
        int end = Math.min(items.size(), start + pageSize);
        ArrayNode page = Json.array();
        if (start < end) {
            page.addAll(items.subList(start, end));
        }
        Response response = Response.json(page);
        return end < items.size()
                ? response.with("Link", "<" + request.addressWith("cursor", Integer.toString(end)) + ">; rel=\"next\"")
                : response;
    }
}
