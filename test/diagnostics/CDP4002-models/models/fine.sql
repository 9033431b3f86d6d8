{{! don't }}
select '{{var "x"}};' as id -- it's; fine
;
