-- What Redshift has and Postgres has not, as its documentation says it. Executed in the database that stands in for Redshift.

create schema redshift;

create function redshift.version() returns text language sql as
$$ select 'PostgreSQL 8.0.2 on i686-pc-linux-gnu, compiled by GCC gcc (GCC) 3.4.2, Redshift 1.0.99999' $$;

-- Settings of Redshift's own are kept beside those of Postgres.
create function redshift.set_config(name text, value text, is_local boolean) returns text language sql as $$
  select pg_catalog.set_config(case when exists (select from pg_settings as s where lower(s.name) = lower($1)) then $1 else 'redshift.' || $1 end, $2, $3)
$$;

create function redshift.unsupported(what text) returns boolean language plpgsql as
$$ begin raise exception 'Redshift does not support this: %', what using errcode = '0A000'; end $$;

-- Regular expressions of PCRE, written as Postgres reads them.
create function redshift.are(pattern text) returns text immutable language sql as
$$ select replace(replace(pattern, E'\\z', E'\\Z'), E'\\x0b', E'\\u000b') $$;
create function redshift.regexp_instr(text, text, integer, integer, integer, text) returns integer immutable language sql as
$$ select pg_catalog.regexp_instr($1, redshift.are($2), $3, $4, $5) $$;
create function redshift.regexp_replace(text, text, text, integer, text) returns text immutable language sql as
$$ select pg_catalog.regexp_replace($1, redshift.are($2), pg_catalog.regexp_replace($3, E'\\$([0-9])', E'\\\\\\1', 'g'), 'g') $$;
create function redshift.regexp_substr(text, text, integer, integer, text) returns text immutable language sql as $$
  select coalesce(pg_catalog.regexp_substr($1, redshift.are($2), $3, $4, '', case when $5 like '%e%' then 1 else 0 end), case when $1 is not null then '' end)
$$;

create function redshift.strtol(text, integer) returns bigint immutable strict language sql as
$$ select cast(cast('x' || lpad($1, 16, '0') as bit(64)) as bigint) $$;
create function redshift.fnv_hash(anyelement) returns bigint immutable language sql as
$$ select hashtextextended(cast($1 as text), 0) $$;

create function redshift.getdate() returns timestamp language sql as
$$ select date_trunc('second', clock_timestamp() at time zone 'UTC') $$;
create function redshift.dateadd(unit text, amount integer, moment timestamp) returns timestamp immutable language sql as
$$ select $3 + cast($2 || ' ' || $1 as interval) $$;
create function redshift.convert_timezone(source text, target text, moment timestamp) returns timestamp immutable language sql as
$$ select $3 at time zone $1 at time zone $2 $$;

create function redshift.super_array(variadic text[]) returns json immutable language sql as
$$ select to_json($1) $$;
create function redshift.json_serialize(json) returns text immutable language sql as
$$ select cast($1 as text) $$;
create function redshift.at_path(document text, path text[]) returns text immutable language sql as
$$ select case when pg_input_is_valid($1, 'json') then cast($1 as json) #>> $2 end $$;
create function redshift.json_extract_path_text(text, text, boolean) returns text immutable language sql as
$$ select redshift.at_path($1, array[$2]) $$;
create function redshift.json_extract_path_text(text, text, text, boolean) returns text immutable language sql as
$$ select redshift.at_path($1, array[$2, $3]) $$;
create function redshift.json_extract_path_text(text, text, text, text, boolean) returns text immutable language sql as
$$ select redshift.at_path($1, array[$2, $3, $4]) $$;
create function redshift.json_extract_array_element_text(text, integer, boolean) returns text immutable language sql as
$$ select coalesce(redshift.at_path($1, array[cast($2 as text)]), '') $$;

create view redshift.svv_columns as
select table_schema, table_name, column_name, ordinal_position, data_type, numeric_precision, numeric_scale
from information_schema.columns;
create view redshift.svv_all_columns as
select current_database() as database_name, table_schema as schema_name, table_name, column_name, ordinal_position, data_type, numeric_precision, numeric_scale
from information_schema.columns;
create view redshift.svv_tables as
select table_schema, table_name, table_type from information_schema.tables where table_schema <> 'redshift';
create view redshift.svv_relation_privileges as
select table_schema as namespace_name, table_name as relation_name, privilege_type, grantee as identity_name,
  case when grantee = 'PUBLIC' then 'public' else 'user' end as identity_type
from information_schema.role_table_grants
where grantee <> grantor;

-- Views that are not bound to what they read: gone with it, and back when there is something of that name again.
create table redshift.views (place serial, name text primary key, query text);

create function redshift.create_view(view text, query text) returns void language plpgsql as $$
begin
  insert into redshift.views (name, query) values (view, query)
  on conflict (name) do update set query = excluded.query, place = default;
  execute format('create or replace view %s as %s', view, query);
exception
  when undefined_table then
    insert into redshift.views (name, query) values (view, query) on conflict (name) do nothing;
end $$;

create function redshift.drop_view(view text) returns void language plpgsql as $$
begin
  delete from redshift.views where name = view;
  execute format('drop view if exists %s cascade', view);
end $$;

create function redshift.rename_table(old text, new text) returns void language plpgsql as $$
declare
  reader regclass;
begin
  for reader in
    select distinct r.ev_class::regclass
    from pg_depend as d join pg_rewrite as r on r.oid = d.objid and r.ev_class <> d.refobjid
    where d.classid = 'pg_rewrite'::regclass and d.refclassid = 'pg_class'::regclass and d.refobjid = to_regclass(old)
  loop
    execute format('drop view if exists %s cascade', reader);
  end loop;
  execute format('alter table %s rename to %s', old, new);
end $$;

create function redshift.restore_views() returns event_trigger language plpgsql as $$
declare
  view record;
begin
  for view in select * from redshift.views where to_regclass(name) is null order by place loop
    begin
      execute format('create or replace view %s as %s', view.name, view.query);
    exception
      when others then null;
    end;
  end loop;
end $$;
create event trigger restore_views on ddl_command_end
  when tag in ('CREATE TABLE', 'CREATE TABLE AS', 'ALTER TABLE')
  execute function redshift.restore_views();

grant usage on schema redshift to public;
grant all on all tables in schema redshift to public;
grant all on all sequences in schema redshift to public;
