-- Canonical rows, found by the SHA-256 of their bytes.
create table dataset (
    digest         text        not null constraint pk_dataset primary key,
    example_count  int         not null,
    size_bytes     bigint      not null,
    fewest_classes int         not null,
    most_classes   int         not null,
    stored_at      timestamptz not null
);

create table dataset_chunk (
    digest  text  not null constraint fk_dataset_chunk_dataset references dataset (digest),
    ordinal int   not null,
    content bytea not null,
    constraint pk_dataset_chunk primary key (digest, ordinal)
);

-- Names under which rows are known: a split at a commit of the Hub, or an upload (without revision).
create table dataset_source (
    id             uuid        not null constraint pk_dataset_source primary key,
    dataset_id     text        not null,
    config         text        not null,
    split          text        not null,
    revision       text,
    text_column    text        not null,
    classes_column text        not null,
    target_column  text        not null,
    digest         text        not null constraint fk_dataset_source_dataset references dataset (digest),
    used_at        timestamptz not null
);

create unique index uq_dataset_source_hub
    on dataset_source (dataset_id, config, split, revision, text_column, classes_column, target_column)
    where revision is not null;
create unique index uq_dataset_source_upload on dataset_source (digest, dataset_id, split) where revision is null;
create index ix_dataset_source_digest on dataset_source (digest, used_at);

create table job (
    id                  uuid        not null constraint pk_job primary key,
    submitted_at        timestamptz not null,
    dataset             jsonb       not null,
    options             jsonb       not null,
    publish             boolean     not null,
    emails              jsonb       not null,
    cancel_requested_at timestamptz,
    concluded_at        timestamptz
);

create index ix_job_submitted_at on job (submitted_at, id);

-- Counts the changes of a job; its row is locked by whoever changes anything of the job.
create table job_change (
    job_id  uuid   not null constraint pk_job_change primary key
        constraint fk_job_change_job references job (id),
    version bigint not null
);

create table evaluation (
    id                  uuid    not null constraint pk_evaluation primary key,
    job_id              uuid    not null constraint fk_evaluation_job references job (id),
    position            int     not null,
    model               jsonb   not null,
    state               text    not null
        constraint ck_evaluation_state check (state in ('QUEUED', 'RUNNING', 'COMPLETED', 'FAILED', 'CANCELLED')),
    epoch               bigint  not null,
    closed              boolean not null,
    provenance          jsonb,
    total               int     not null,
    done                int     not null,
    done_before         int     not null,
    attempt_fraction    float8  not null,
    phase               text,
    metrics             jsonb,
    examples_per_second float8,
    failure             jsonb,
    constraint uq_evaluation_job_position unique (job_id, position),
    constraint ck_evaluation_done check (done between 0 and total)
);

-- One row per example of an evaluation: the first result of the standing provenance counts.
create table example_score (
    evaluation_id uuid  not null constraint fk_example_score_evaluation references evaluation (id),
    example_index int   not null,
    score         jsonb not null,
    constraint pk_example_score primary key (evaluation_id, example_index)
);

create table pull_request (
    evaluation_id uuid not null constraint pk_pull_request primary key
        constraint fk_pull_request_evaluation references evaluation (id),
    job_id        uuid not null constraint fk_pull_request_job references job (id),
    state         text not null constraint ck_pull_request_state check (state in ('OPENED', 'FAILED')),
    number        int,
    url           text,
    failure       jsonb
);

create index ix_pull_request_job on pull_request (job_id);

create table email (
    job_id     uuid not null constraint fk_email_job references job (id),
    recipient  text not null,
    state      text not null constraint ck_email_state check (state in ('SENT', 'FAILED', 'UNKNOWN')),
    message_id text,
    subject    text,
    failure    jsonb,
    constraint pk_email primary key (job_id, recipient)
);

-- Requests by the Idempotency-Key they came with; without an answer as long as they are being carried out.
create table idempotency_key (
    key        text        not null constraint pk_idempotency_key primary key,
    request    text        not null,
    holder     uuid        not null,
    answer     text,
    claimed_at timestamptz not null default now()
);

create index ix_idempotency_key_claimed_at on idempotency_key (claimed_at);
