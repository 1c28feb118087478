package io.logprobe.api.job;

import io.logprobe.api.dataset.DatasetRequest;
import io.logprobe.api.model.ModelReference;
import io.logprobe.contracts.Failure;
import io.logprobe.contracts.FailureKind;
import io.logprobe.contracts.Require;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.regex.Pattern;

/// What can be said against a request without asking anybody.
final class RequestCheck {

    private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{64}");
    /// Branches, tags, `refs/pr/1` and commit hashes; nothing that could mean another path.
    private static final Pattern REVISION = Pattern.compile("(?!.*\\.\\.)[A-Za-z0-9][\\w./-]{0,199}");
    /// The usual form of RFC 5321: no quoted local parts, no address literals, and nothing that ends a header.
    private static final Pattern EMAIL = Pattern.compile(
            "[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9]([A-Za-z0-9-]{0,62})(\\.[A-Za-z0-9][A-Za-z0-9-]{0,62})*");
    private static final int MAX_EMAIL_LENGTH = 254;

    private final JobConfig config;
    private final SequencedMap<String, Failure> offences = new LinkedHashMap<>();

    private RequestCheck(JobConfig config) {
        this.config = config;
    }

    /// The offences by field, in the order of the request.
    ///
    /// @param canPublish whether there is a token to open pull requests with
    static SequencedMap<String, Failure> offences(SubmitJobRequest request, JobConfig config, boolean canPublish) {
        RequestCheck check = new RequestCheck(config);
        check.dataset(request.dataset());
        check.models(request);
        if (request.publish() && !canPublish) {
            check.refuse(
                    "publish",
                    "needs a token for the Hub, and this service has none: give one as HF_TOKEN to ./logprobe up, or"
                            + " elsewhere as logprobe.hub.token");
        }
        check.emails(request);
        return check.offences;
    }

    private void dataset(DatasetRequest dataset) {
        if (dataset == null) {
            refuse("dataset", "is missing");
        } else if (dataset.digest() != null) {
            if (!DIGEST.matcher(dataset.digest()).matches()) {
                refuse("dataset.digest", "is no SHA-256 of 64 lower-case hexadecimal digits");
            }
            refuseWithDigest("dataset.config", dataset.config());
            refuseWithDigest("dataset.revision", dataset.revision());
            refuseWithDigest("dataset.columns", dataset.columns());
        } else {
            if (!Require.isRepositoryId(dataset.id())) {
                refuse("dataset.id", "is not of the form owner/name");
            }
            revision("dataset.revision", dataset.revision());
            text("dataset.config", dataset.config());
            text("dataset.split", dataset.split());
        }
    }

    /// What a digest settles already.
    private void refuseWithDigest(String field, Object value) {
        if (value != null) {
            refuse(field, "cannot be given together with a digest");
        }
    }

    private void models(SubmitJobRequest request) {
        if (request.models().isEmpty()) {
            refuse("models", "names no model");
        }
        if (request.models().size() > config.maxModels()) {
            refuse("models", "names " + request.models().size() + " models, more than " + config.maxModels());
        }
        Map<ModelRequest, Integer> first = new HashMap<>();
        for (int i = 0; i < request.models().size(); i++) {
            ModelRequest model = request.models().get(i);
            String field = "models[" + i + "]";
            if (ModelReference.parse(model.id()).isEmpty()) {
                refuse(field + ".id", "is not of the form owner/name, owner/name:QUANTISATION or owner/name/file.gguf");
            }
            revision(field + ".revision", model.revision());
            Integer earlier = first.putIfAbsent(new ModelRequest(model.id(), model.revisionOrMain()), i);
            if (earlier != null) {
                refuse(field, model.id() + " is the same as models[" + earlier + "]");
            }
        }
    }

    private void emails(SubmitJobRequest request) {
        if (request.emails().size() > config.maxEmails()) {
            refuse("emails", "names " + request.emails().size() + " recipients, more than " + config.maxEmails());
        }
        for (int i = 0; i < request.emails().size(); i++) {
            String email = request.emails().get(i);
            if (email.length() > MAX_EMAIL_LENGTH || !EMAIL.matcher(email).matches()) {
                refuse("emails[" + i + "]", "is no e-mail address");
            }
        }
    }

    private void revision(String field, String revision) {
        if (revision != null && !REVISION.matcher(revision).matches()) {
            refuse(field, "is no name of a branch, tag or commit");
        }
    }

    private void text(String field, String value) {
        if (value != null && value.isBlank()) {
            refuse(field, "is empty");
        }
    }

    private void refuse(String field, String message) {
        offences.putIfAbsent(field, new Failure(FailureKind.INVALID_INPUT, message));
    }
}
