-- What the outside world is to see of each job, and how far that has come. A row stands here before anything is tried.
create table side_effect (
    id             uuid        not null constraint pk_side_effect primary key,
    kind           text        not null constraint ck_side_effect_kind check (kind in ('PULL_REQUEST', 'EMAIL')),
    subject        text        not null,
    job_id         uuid        not null,
    lane           text,
    work           jsonb       not null,
    planned_at     timestamptz not null,
    phase          text        not null
        constraint ck_side_effect_phase check
            (phase in ('PLANNED', 'CLAIMED', 'HANDED_OVER', 'RETRY', 'DONE', 'FAILED', 'UNKNOWN')),
    attempt        int         not null default 0,
    due_at         timestamptz,
    claimed_until  timestamptz,
    in_doubt_since timestamptz,
    receipt_id     text,
    receipt_detail text,
    failure        jsonb,
    constraint uq_side_effect_kind_subject unique (kind, subject)
);

-- One at a time per repository: two pull requests on it would start from the same card.
create unique index uq_side_effect_lane on side_effect (lane) where phase in ('CLAIMED', 'HANDED_OVER');
create index ix_side_effect_due on side_effect (due_at) where phase in ('PLANNED', 'RETRY');
create index ix_side_effect_job on side_effect (job_id, kind);
