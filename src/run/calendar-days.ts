import { as, lines, sql } from '../sql/fragment.js'
import { type Moment, query, type StateStore, stateLiteral } from '../state/store.js'

/** Calendar days in the timezone of the project, `2026-11-01`. */
export interface CalendarDays {
  /** Of the last published run. */
  readonly before: string
  readonly now: string
}

/** The days of two moments, by the engine, which decides by its own calendar on which day an override expires. */
export async function calendarDays(
  store: StateStore,
  timezone: string,
  { before, now }: { readonly before: Moment; readonly now: Moment },
): Promise<CalendarDays> {
  const { functions } = store.dialect
  const day = (moment: Moment) => {
    const date = functions.dayIn(stateLiteral({ moment }), timezone)
    return functions.display(date, { kind: 'date' })
  }
  const [row] = await query(store, sql`select ${lines([as(day(before), 'before'), as(day(now), 'now')])}`)
  return { before: String(row?.before), now: String(row?.now) }
}
