select * from {{ref "a"}} join {{ref "d"}}
