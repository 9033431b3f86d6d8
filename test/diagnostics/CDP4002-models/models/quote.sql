select 'a as id
