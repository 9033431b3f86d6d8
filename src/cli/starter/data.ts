/** The data of a new project: a small shop, with the mess that real data has. Ann Lee has two accounts and one browser. */
export const CUSTOMERS_CSV = `id,email,phone,first_name,last_name,country,newsletter,created_at,updated_at
1,Ann@Example.com,(650) 555-0101,Ann,Lee,USA,true,2024-03-02,2025-01-15
2,bob.stone@example.com,650.555.0102,Bob,Stone,us,false,2024-03-09,2024-11-20
3,carla@example.net,+1 650 555 0103,Carla,Diaz,us,true,2024-04-21,2025-02-03
4,n/a,650-555-0104,Dev,Patel,us,false,2024-05-30,2024-05-30
5,emma.brown@example.org,+44 7911 123456,Emma,Brown,gb,true,2024-06-12,2025-03-01
6,felix@example.de,+49 30 901820,Felix,Kern,de,true,2024-07-04,2024-12-24
7,ann.lee@work.example,650 555 0101,Anne,Lee,us,true,2024-08-19,2025-04-02
8,grace@example.com,,Grace,Kim,us,false,2024-09-01,2024-09-01
9,hugo@example.fr,+33 1 23 45 67 89,Hugo,Martin,fr,true,2024-10-10,2025-01-08
10,ivy@example.com,650 555 0110,Ivy,Chen,us,true,2024-11-23,2025-05-05
,jack@example.com,,Jack,Nokey,us,true,2024-12-01,2024-12-01
`

export const ORDERS_CSV = `order_id,customer_id,email,status,amount,ordered_at
1001,1,ann@example.com,paid,120.00,2024-03-05T10:15:00Z
1002,2,bob.stone@example.com,paid,35.50,2024-03-20T18:02:00Z
1003,,carla@example.net,paid,80.00,2024-05-02T09:30:00Z
1004,1,ann@example.com,refunded,60.00,2024-06-11T12:00:00Z
1005,5,emma.brown@example.org,paid,210.25,2024-06-15T08:45:00Z
1006,4,,paid,15.00,2024-07-01T16:20:00Z
1007,7,ann.lee@work.example,paid,340.00,2024-09-09T11:11:00Z
1008,6,felix@example.de,paid,49.90,2024-09-30T19:05:00Z
1009,,guest@example.com,paid,22.00,2024-10-02T07:00:00Z
1010,9,hugo@example.fr,open,75.00,2024-11-11T13:37:00Z
1011,5,emma.brown@example.org,paid,99.99,2024-12-01T10:00:00Z
1012,10,ivy@example.com,paid,18.75,2024-12-12T12:12:00Z
1013,7,ann.lee@work.example,paid,55.00,2025-02-14T09:00:00Z
1014,3,carla@example.net,paid,410.00,2025-03-03T15:30:00Z
1015,2,bob.stone@example.com,twelve,twelve,2025-03-04T15:30:00Z
`

export const WEB_VISITS_CSV = `visit_id,visitor,email,page,visited_at
v01,browser-a1,,/,2024-03-01T20:00:00Z
v02,browser-a1,ann@example.com,/checkout,2024-03-05T10:10:00Z
v03,browser-b7,,/shoes,2024-03-19T17:00:00Z
v04,browser-b7,bob.stone@example.com,/account,2024-03-20T18:00:00Z
v05,browser-c3,carla@example.net,/sale,2024-05-02T09:20:00Z
v06,browser-e5,,/,2024-06-14T08:00:00Z
v07,browser-e5,emma.brown@example.org,/checkout,2024-06-15T08:40:00Z
v08,browser-x9,,/,2024-07-07T07:07:00Z
v09,browser-x9,,/shoes,2024-07-08T07:07:00Z
v10,browser-a1,,/sale,2024-11-29T21:00:00Z
v11,browser-i2,ivy@example.com,/gifts,2024-12-12T12:00:00Z
v12,browser-a1,,/returns,2025-02-20T08:30:00Z
v13,browser-c3,,/sale,2025-03-03T15:00:00Z
v14,browser-h4,hugo@example.fr,/account,not a time
`
