create table job (
    id           uuid        not null constraint pk_job primary key,
    submitted_at timestamptz not null,
    submission   jsonb       not null,
    cancelled    boolean     not null default false,
    concluded    boolean     not null default false
);

create table evaluation (
    id                 uuid        not null constraint pk_evaluation primary key,
    job_id             uuid        not null constraint fk_evaluation_job references job (id),
    position           int         not null,
    queued_at          timestamptz not null,
    request            jsonb       not null,
    phase              text        not null
        constraint ck_evaluation_phase check (phase in ('QUEUED', 'GRANTING', 'RUNNING', 'CONCLUDED')),
    epoch              bigint      not null default 0,
    fruitless_attempts int         not null default 0,
    not_before         timestamptz,
    node_id            text,
    boot_id            uuid,
    expires_at         timestamptz,
    done_at_grant      int,
    conclusion         text,
    failure            jsonb,
    provenance         jsonb,
    work               jsonb,
    version            bigint      not null default 0,
    constraint uq_evaluation_job_position unique (job_id, position)
);

create index ix_evaluation_waiting on evaluation (queued_at, position) where phase = 'QUEUED';
create index ix_evaluation_leased on evaluation (node_id, expires_at) where phase in ('GRANTING', 'RUNNING');

-- One row per example of an evaluation: the first result of the standing provenance counts.
create table example_score (
    evaluation_id uuid  not null constraint fk_example_score_evaluation references evaluation (id),
    example_index int   not null,
    score         jsonb not null,
    constraint pk_example_score primary key (evaluation_id, example_index)
);

create table node (
    id            text        not null constraint pk_node primary key,
    boot_id       uuid        not null,
    slots         int         not null,
    cached_models jsonb       not null,
    seen_at       timestamptz not null,
    stopped       boolean     not null default false
);
