-- Events decided in a transaction and not yet taken by the broker; the relay sends them in this order and deletes them.
create table outbox_entry (
    id          bigint generated always as identity constraint pk_outbox_entry primary key,
    event_id    text        not null,
    event_type  text        not null,
    topic       text        not null,
    record_key  text        not null,
    payload     text        not null,
    occurred_at timestamptz not null
);

-- Events that have had their effect; written in the effect's own transaction.
create table inbox_entry (
    event_id    text        not null,
    topic       text        not null,
    received_at timestamptz not null default now(),
    constraint pk_inbox_entry primary key (topic, event_id)
);

create index ix_inbox_entry_received_at on inbox_entry (received_at);
