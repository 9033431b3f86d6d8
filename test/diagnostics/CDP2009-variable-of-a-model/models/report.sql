select {{var "regoin"}} as region
