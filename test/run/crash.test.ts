import { copyFileSync, existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { spawned as cdp, copyOf, folder, start, write } from '../cli/command-line.js'
import { seeded } from '../seeded.js'
import { published } from './public-tables.js'

/**
 * Runs of the built command line die by SIGKILL at seeded moments: while they start, while nodes run, while they publish,
 * while they report. Whenever that is, readers find the tables of the last run that was published, whole; and the next
 * run gives what it would have given had nothing happened.
 */
const KILLS = Number(process.env.KILLS ?? 27)
/** Deaths in a row before a run is let alone. */
const IN_A_ROW = 3

const PROJECT = {
  'profiles.yml': `name: mortal
language: 1
targets:
  dev: { type: duckdb, path: target/dev.duckdb, threads: 2 }
`,
  'models/all.yml': `entities:
  - name: customer
    identifiers: [{ name: email, normalize: email }, { name: card }]
sources:
  - name: people
    file: data/people.csv
    key: id
    updated_at: updated_at
    identifiers: { email: email, card: card }
    attributes: { name: name, city: city }
  - name: orders
    file: data/orders.csv
    key: id
    event: { value: ordered }
    timestamp: ordered_at
    identifiers: { email: email }
    properties: { amount: { type: number } }
traits:
  - { name: order_count, from: orders, count: true }
  - { name: spent, from: orders, sum: amount, default: 0 }
segments:
  - { name: spenders, where: { trait: spent, gte: 100 } }
  - { name: idle, where: { trait: order_count, eq: 0 } }
`,
  'models/cities.sql':
    'select city, count(*) as customers from {{ref "customer_attributes"}} group by city\n',
}

/** Data of a generation: rows come, change and go, so that ids are made and merged and members enter and leave. */
function dataOf(generation: number): Record<string, string> {
  const random = seeded(1000 + generation)
  const pick = (n: number): number => Math.floor(random() * n)
  const day = (): string => `2026-01-${String(1 + pick(20)).padStart(2, '0')}`
  const people = Array.from({ length: 150 + 5 * generation }, (_, i) =>
    [
      i,
      pick(9) === 0 ? '' : `p${pick(120)}@x.com`,
      pick(2) === 0 ? '' : `c${pick(80)}`,
      `N${pick(50)}`,
      `City ${pick(7)}`,
      day(),
    ].join(','),
  )
  const orders = Array.from({ length: 200 }, (_, i) => [i, `p${pick(120)}@x.com`, pick(90), day()].join(','))
  return {
    'data/people.csv': `id,email,card,name,city,updated_at\n${people.join('\n')}\n`,
    'data/orders.csv': `id,email,amount,ordered_at\n${orders.join('\n')}\n`,
  }
}

const argumentsOf = (generation: number): string[] => {
  const day = new Date(Date.UTC(2026, 1, 1 + generation)).toISOString().slice(0, 10)
  return ['run', '--run-id', `run-${generation}`, '--as-of', day]
}

/** Starts a run and kills it at a moment of one of three kinds. `span` is how long a whole one takes. */
async function die(cwd: string, generation: number, span: number, random: () => number): Promise<void> {
  const running = start(argumentsOf(generation), { cwd })
  const kind = Math.floor(random() * 3)
  const wait = random()
  const come = kind === 0 ? Promise.resolve() : running.says(kind === 1 ? /^run / : /\[(\d+)\/\1\]/)
  await come.catch(() => undefined)
  // All of it; from the first node on; from the last node on, which is when it publishes.
  const within = [span, span / 2, span / 8][kind] ?? span
  await new Promise((resolve) => setTimeout(resolve, wait * within))
  running.process.kill('SIGKILL')
  await running.ended
}

function reportsAreWhole(cwd: string): void {
  for (const name of ['catalog', 'program', 'manifest', 'run_results']) {
    const file = join(cwd, 'target', `${name}.json`)
    if (existsSync(file)) expect(JSON.parse(readFileSync(file, 'utf8'))).toBeTypeOf('object')
  }
  for (const name of readdirSync(join(cwd, 'target/compiled')))
    if (name.endsWith('.sql'))
      expect(readFileSync(join(cwd, 'target/compiled', name), 'utf8')).toMatch(/;\n$/)
}

test(`runs that are killed ${KILLS} times change nothing that readers see, and nothing of what comes after`, {
  timeout: 30_000 * KILLS,
}, async () => {
  const cwd = join(folder(), 'shop')
  write(cwd, { ...PROJECT, ...dataOf(0) })
  const begin = Date.now()
  expect(cdp(argumentsOf(0), { cwd })).toMatchObject({ code: 0 })
  const span = Date.now() - begin
  const random = seeded(7)
  let good = await published(cwd)
  expect(Object.keys(good.tables).length).toBeGreaterThan(10)
  let died = 0
  for (let generation = 1; died < KILLS; generation += 1) {
    write(cwd, dataOf(generation))
    const twin = copyOf(cwd)
    const undisturbed = start(argumentsOf(generation), { cwd: twin }).ended
    let done = false
    for (let i = 0; i < IN_A_ROW && !done; i += 1) {
      await die(cwd, generation, span, random)
      died += 1
      const found = await published(cwd)
      done = found.runs.includes(`run-${generation}`)
      if (done) good = found
      else expect(found).toEqual(good)
      reportsAreWhole(cwd)
    }
    expect(await undisturbed).toMatchObject({ code: 0 })
    const expected = await published(twin)
    if (!done) expect(cdp(argumentsOf(generation), { cwd })).toMatchObject({ code: 0 })
    const found = done ? good : await published(cwd)
    expect(found.runs).toEqual(expected.runs)
    for (const [name, rows] of Object.entries(expected.tables)) expect(found.tables[name], name).toEqual(rows)
    expect(Object.keys(found.tables)).toEqual(Object.keys(expected.tables))
    good = found
  }
  expect(good.runs.length).toBeGreaterThanOrEqual(KILLS / IN_A_ROW)
})

test('what dead runs leave in target/ goes with the next run', () => {
  const cwd = join(folder(), 'shop')
  write(cwd, { ...PROJECT, ...dataOf(0) })
  cdp(['compile'], { cwd })
  const compiled = join(cwd, 'target/compiled')
  const ofTheDead = 'source.people.sql.4194305.tmp'
  const ofTheLiving = `source.people.sql.${process.pid}.tmp`
  copyFileSync(join(compiled, 'source.people.sql'), join(compiled, ofTheDead))
  copyFileSync(join(compiled, 'source.people.sql'), join(compiled, ofTheLiving))
  copyFileSync(join(compiled, 'source.people.sql'), join(cwd, 'target/program.json.4194305.tmp'))
  cdp(['compile'], { cwd })
  const left = [...readdirSync(compiled), ...readdirSync(join(cwd, 'target'))].filter((name) =>
    name.endsWith('.tmp'),
  )
  expect(left).toEqual([ofTheLiving])
})
