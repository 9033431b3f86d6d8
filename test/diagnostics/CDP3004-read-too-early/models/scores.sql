select id, email, score
from {{ref "latest_events"}}
