package io.logprobe.api.hub;

import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.rest.client.ext.ResponseExceptionMapper;

/// The API leads elsewhere where a repository was renamed. That is told, not followed: a job and its pull requests name
/// the repository as it is.
class HubRedirect implements ResponseExceptionMapper<HubRefusal> {

    @Override
    public boolean handles(int status, MultivaluedMap<String, Object> headers) {
        return status / 100 == 3;
    }

    @Override
    public HubRefusal toThrowable(Response response) {
        return new HubRefusal(response.getStatus(), response.getHeaderString("X-Error-Code"));
    }
}
