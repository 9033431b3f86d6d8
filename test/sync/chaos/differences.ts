import { query } from '../../project-run.js'
import type { Receiver } from '../receiver.js'
import type { Warehouse } from './people.js'

type Fields = Readonly<Record<string, unknown>>

/** Where the destination has not what the warehouse has: what is missing, wrong, or an orphan. */
export async function differences(
  cwd: string,
  { env }: Warehouse,
  receiver: Receiver,
): Promise<readonly string[]> {
  const profiles = await query(cwd, 'select customer_id, email, city, name from customer_profiles', { env })
  const emails = await query(
    cwd,
    "select customer_id, value from customer_identifiers where identifier = 'email'",
    { env },
  )
  const wanted = new Map(
    profiles.map(({ customer_id: id, ...rest }) => [String(id), { customer_id: id, ...rest }]),
  )
  const owners = new Map(emails.map(({ customer_id: id, value }) => [String(value), String(id)]))
  const withEmail = profiles.filter(({ email }) => email !== null).map(({ customer_id: id }) => String(id))
  return [
    ...ofCustomers(wanted, receiver.store('/customers')),
    ...ofContacts(new Set(withEmail), owners, receiver.store('/contacts')),
  ]
}

/** Of fields that have become null the destination keeps what it had: they are left out of what is sent. */
function ofCustomers(wanted: ReadonlyMap<string, Fields>, found: ReadonlyMap<string, Fields>): string[] {
  const missing = [...wanted.keys()]
    .filter((key) => !found.has(key))
    .map((key) => `customer ${key} is missing`)
  const others = [...found].flatMap(([key, fields]) => {
    const row = wanted.get(key)
    if (!row) return [`customer ${key} is an orphan`]
    const wrong = ['customer_id', 'city', 'name'].filter((field) => row[field] !== fields[field])
    return wrong.map((field) => `customer ${key} has ${field} ${fields[field]}, not ${row[field]}`)
  })
  return [...missing, ...others]
}

/** One row a customer with an address, under one of their addresses. */
function ofContacts(
  withEmail: ReadonlySet<string>,
  owners: ReadonlyMap<string, string>,
  found: ReadonlyMap<string, Fields>,
): string[] {
  const seen = new Set<string>()
  const wrong = [...found].flatMap(([email, { customer }]) => {
    const owner = owners.get(email)
    if (owner === undefined || seen.has(owner)) return [`contact ${email} is an orphan`]
    seen.add(owner)
    return customer === owner ? [] : [`contact ${email} is said to be of ${customer}, and is of ${owner}`]
  })
  const missing = [...withEmail].filter((id) => !seen.has(id)).map((id) => `a contact of ${id} is missing`)
  return [...wrong, ...missing]
}

/** Runs that came to their end and whose counts do not add up, by themselves or against the log of rows. */
export async function miscounts(cwd: string, { env }: Warehouse): Promise<readonly string[]> {
  const wrong = await query(
    cwd,
    `select r.sync_name, r.run_id, r.status
     from sync_runs as r
     left join (
       select run_id, sync_name, count(*) filter (where outcome = 'ok') as ok, count(*) filter (where outcome = 'rejected') as rejected
       from sync_rows
       group by run_id, sync_name
     ) as l on l.run_id = r.run_id and l.sync_name = r.sync_name
     where r.status <> 'running' and r.finished_at is not null
       and (
         r.planned <> r.added + r.changed + r.removed + r.withdrawn + r.retried
         or r.planned <> r.ok + r.rejected + r.deferred
         or r.source_rows < r.unchanged + r.invalid + r.suppressed + r.waiting + r.held
         or (r.status = 'succeeded' and (r.ok <> coalesce(l.ok, 0) or r.rejected <> coalesce(l.rejected, 0)))
       )`,
    { env },
  )
  return wrong.map(({ sync_name: sync, run_id: run, status }) => `${sync} ${run} (${status}) does not add up`)
}
