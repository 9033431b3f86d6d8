select {{> ../../secrets}} as a
