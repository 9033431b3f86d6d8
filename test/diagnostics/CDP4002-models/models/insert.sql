-- adds
insert into x select 1
