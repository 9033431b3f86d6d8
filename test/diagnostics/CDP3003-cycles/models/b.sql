select *
from {{ref "c"}}
