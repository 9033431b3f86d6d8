select 1 as id;
drop table raw.orders
