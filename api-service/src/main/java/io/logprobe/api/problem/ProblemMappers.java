package io.logprobe.api.problem;

import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.UUID;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/// Turns whatever ends a request early into a [Problem].
class ProblemMappers {

    private static final Logger LOG = Logger.getLogger(ProblemMappers.class);

    @ServerExceptionMapper
    Response refused(Refusal refusal) {
        return response(refusal.problem());
    }

    @ServerExceptionMapper
    Response rejected(WebApplicationException rejection) {
        int status = rejection.getResponse().getStatus();
        if (status < 400) {
            return rejection.getResponse();
        }
        Response.StatusType reason = rejection.getResponse().getStatusInfo();
        Response.ResponseBuilder response = Response.fromResponse(
                response(new Problem("about:blank", reason.getReasonPhrase(), status, null, null, List.of())));
        String allowed = rejection.getResponse().getHeaderString(HttpHeaders.ALLOW);
        return allowed == null
                ? response.build()
                : response.header(HttpHeaders.ALLOW, allowed).build();
    }

    /// A defect: the client gets a number to quote, the log gets the rest.
    @ServerExceptionMapper
    Response failed(Exception defect) {
        UUID incident = UUID.randomUUID();
        LOG.errorf(defect, "request failed incident=%s", incident);
        return response(Problem.of(ProblemType.INTERNAL, "incident " + incident, List.of()));
    }

    private static Response response(Problem problem) {
        return Response.status(problem.status())
                .type(Problem.MEDIA_TYPE)
                .entity(problem)
                .build();
    }
}
