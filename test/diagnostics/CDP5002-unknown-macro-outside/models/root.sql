select {{> '/etc/passwd'}} as a
