select * from {{ref "self"}}
