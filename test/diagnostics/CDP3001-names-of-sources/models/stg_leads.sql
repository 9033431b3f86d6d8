select id, email from {{source "accounts"}}
