-- How many rows end before a chunk: by this, single rows are found.
alter table dataset_chunk add column rows_before int;

update dataset_chunk
set rows_before = counted.rows_before
from (
    select digest, ordinal,
           coalesce(sum(line_ends) over (partition by digest order by ordinal
               rows between unbounded preceding and 1 preceding), 0) as rows_before
    from (
        select digest, ordinal, length(escaped) - length(replace(escaped, E'\n', '')) as line_ends
        from (select digest, ordinal, encode(content, 'escape') as escaped from dataset_chunk) as readable
    ) as chunks
) as counted
where dataset_chunk.digest = counted.digest and dataset_chunk.ordinal = counted.ordinal;

alter table dataset_chunk alter column rows_before set not null;

-- Few examples of a good model are wrong: they are found without reading the others.
create index ix_example_score_wrong on example_score (evaluation_id, example_index)
    where score ->> 'prediction' <> score ->> 'target';
