// @ts-check
// data/wearable_readings.parquet: one reading a band and day, typed columns, a struct, sentinel values of the sensor.
import { DuckDBInstance } from '@duckdb/node-api'
import { between, DAY, END, HOUR, iso } from './clock.mjs'
import { lots, Tally } from './faults.mjs'
import { random } from './random.mjs'

/**
 * @typedef {import('./accounts.mjs').Customer} Customer
 * @typedef {import('./random.mjs').Random} Random
 *
 * @typedef {object} Reading
 * @property {number | null} id
 * @property {string} band
 * @property {string | null} at
 * @property {number} steps
 * @property {number} metres
 * @property {number} pulse
 * @property {number} battery
 */

/** What the firmware writes when the step counter fails. */
const SENSOR_FAULT = 65535
const LONGEST = 40

/**
 * @param {readonly Customer[]} customers
 * @param {import('./truth.mjs').Truth} truth
 */
export function wearableReadings(customers, truth) {
  const rng = random('wearable_readings')
  const tally = new Tally()
  /** @type {Reading[]} */
  const rows = []
  for (const { person, bands } of customers) {
    for (const band of bands) {
      const days = rng.int(8, LONGEST)
      const first = between(rng, Math.max(person.since, END - 400 * DAY), END - LONGEST * DAY)
      const fitness = rng.int(3000, 13000)
      for (let day = 0; day < days; day++) {
        rows.push(reading(rng, 800001 + rows.length, band, first + day * DAY, fitness))
        truth.add('wearable_readings', String(800000 + rows.length), person.id)
      }
    }
  }
  const all = [...rows, ...spoil(rng, tally, rows)]
  return { path: 'data/wearable_readings.parquet', readings: all, rows: all.length, tally }
}

/**
 * @param {Random} rng
 * @param {number} id
 * @param {string} band
 * @param {number} day
 * @param {number} fitness usual steps a day
 * @returns {Reading}
 */
function reading(rng, id, band, day, fitness) {
  const steps = Math.round(fitness * (0.4 + rng.next() * 1.1))
  return {
    id,
    band: rng.chance(0.9) ? band : ` ${band.toLowerCase()}`,
    at: iso(Math.min(END, day + rng.int(0, 3) * HOUR)),
    steps,
    metres: steps * 0.75,
    pulse: rng.int(48, 96),
    battery: rng.int(3, 100),
  }
}

/**
 * @param {Random} rng
 * @param {Tally} tally
 * @param {Reading[]} rows
 * @returns {Reading[]}
 */
function spoil(rng, tally, rows) {
  const draw = lots(rng, rows)
  const repeated = draw(40).map((row) => ({ ...row }))
  const missing = draw(4).map((row) => ({ ...row, id: null }))
  const duplicates = draw(3).map((row) => ({ ...row, battery: 0 }))
  tally.add('repeated', repeated.length)
  tally.add('missing_key', missing.length)
  tally.add('duplicate_key', duplicates.length)
  for (const row of draw(5)) row.at = null
  tally.add('missing_timestamp', 5)
  for (const row of draw(10)) row.steps = SENSOR_FAULT
  tally.add('step counter at its maximum', 10)
  return [...repeated, ...missing, ...duplicates]
}

/**
 * Parquet has to be written by an engine. One thread and a fixed codec keep the file the same, byte for byte.
 * @param {readonly Reading[]} readings
 * @param {string} path
 */
export async function writeParquet(readings, path) {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' })
  const connection = await instance.connect()
  await connection.run(`create table readings (
    reading_id bigint, band_id varchar, recorded_at timestamp, steps integer, distance_m double, resting_pulse integer,
    battery struct(level integer, charging boolean))`)
  /** @param {string | undefined} text */
  const literal = (text) => (text === undefined ? 'null' : `'${text.replaceAll("'", "''")}'`)
  for (let i = 0; i < readings.length; i += 1000) {
    const values = readings.slice(i, i + 1000).map(
      ({ id, band, at, steps, metres, pulse, battery }) =>
        `(${id}, ${literal(band)}, ${literal(at?.replace('Z', ''))}, ${steps}, ${metres}, ${pulse},
          {'level': ${battery}, 'charging': ${battery < 10}})`,
    )
    await connection.run(`insert into readings values ${values.join(', ')}`)
  }
  await connection.run(`copy readings to ${literal(path)} (format parquet, compression snappy)`)
  connection.closeSync()
  instance.closeSync()
}
