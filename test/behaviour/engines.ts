import type { Connection } from '../../src/engines/connection.js'
import { ENGINES } from '../../src/engines/registry.js'
import { startBigQuery } from '../servers/bigquery.js'
import { whyNoGoogleSql } from '../servers/googlesql.js'
import { startPostgres, whyNoPostgres } from '../servers/postgres.js'
import { startRedshift, whyNoRedshift } from '../servers/redshift.js'
import { startSpark, whyNoSpark } from '../servers/spark.js'
import { startTrino, whyNoTrino } from '../servers/trino.js'

/** An engine that runs, for the tests of one file. */
export interface LiveEngine {
  readonly name: string
  /** The target of profiles.yml for a test of its own, as YAML on one line; nothing of another test is there. */
  target(test: string): Promise<string>
  /** Environment variables that the target reads. */
  readonly env: Readonly<Record<string, string>>
  /** Opens what `target` of the same test names. `folder`: of the project. */
  open(test: string, folder: string): Promise<Connection>
  stop(): Promise<void>
}

/** An engine that cdp speaks: how to start it, or why that cannot be done here. */
interface Startable {
  readonly name: string
  readonly why: string | undefined
  readonly start: () => Promise<LiveEngine>
  /** A statement costs a tenth of a second or more, whatever it does: a run takes minutes, and only the starter is compared there. */
  readonly isCostly?: true
  /** A double that computes rows one by one: the example would take it half an hour. */
  readonly isSmall?: true
}

/** A public schema of each test; the internal one is named after it. */
export const schemaOf = (test: string) => `cdp_${test}`

/** `ENGINES=duckdb,spark npx vitest run test/behaviour` runs on these only, and all projects on them, whatever they cost. */
const asked = process.env.ENGINES?.split(',')

const startable: readonly Startable[] = [
  { name: 'duckdb', why: undefined, start: async () => duckdb },
  { name: 'postgres', why: whyNoPostgres(), start: startedPostgres },
  { name: 'trino', why: whyNoTrino(), start: startedTrino, isCostly: true },
  { name: 'spark', why: whyNoSpark(), start: startedSpark, isCostly: true },
  { name: 'bigquery', why: whyNoGoogleSql(), start: startedBigQuery, isSmall: true },
  { name: 'redshift', why: whyNoRedshift(), start: startedRedshift },
]

const judged = startable.map((engine) =>
  asked && !asked.includes(engine.name) ? { ...engine, why: 'it was not asked for' } : engine,
)

export const reachable = judged.filter(({ why }) => why === undefined)

export const quick = reachable.filter(({ isCostly }) => asked || !isCostly)

export const large = quick.filter(({ isSmall }) => asked || !isSmall)

/** Said by name and reason, so that nobody takes a skipped engine for a proven one. */
export const unreachable = judged.filter(({ why }) => why !== undefined)

const duckdb: LiveEngine = {
  name: 'duckdb',
  target: async (test) =>
    `{ type: duckdb, path: target/${test}.duckdb, schema: ${schemaOf(test)}, threads: 2 }`,
  env: {},
  open: (test, folder) => opened('duckdb', { path: `target/${test}.duckdb` }, folder),
  stop: async () => {},
}

/** Its database orders text as people do, not by bytes: what cdp makes must not depend on it. */
async function startedPostgres(): Promise<LiveEngine> {
  const server = await startPostgres()
  const admin = await opened('postgres', { url: server.url }, '.')
  await admin.execute(`create database warehouse template template0 locale_provider icu icu_locale 'en-US'`)
  await admin.close()
  const url = server.url.replace(/postgres$/, 'warehouse')
  return {
    name: 'postgres',
    target: async (test) => `{ type: postgres, url: "{{ env 'POSTGRES_URL' }}", schema: ${schemaOf(test)} }`,
    env: { POSTGRES_URL: url },
    open: (_, folder) => opened('postgres', { url }, folder),
    stop: () => server.remove(),
  }
}

/** `TRINO_WORKERS=2`: as many nodes share the work. */
async function startedTrino(): Promise<LiveEngine> {
  const server = await startTrino('--workers', process.env.TRINO_WORKERS ?? '0')
  const { url } = server
  return {
    name: 'trino',
    target: async (test) =>
      `{ type: trino, url: "{{ env 'TRINO_URL' }}", catalog: iceberg, schema: ${schemaOf(test)} }`,
    env: { TRINO_URL: url },
    open: (_, folder) => opened('trino', { url, catalog: 'iceberg' }, folder),
    stop: () => server.remove(),
  }
}

async function startedSpark(): Promise<LiveEngine> {
  const server = await startSpark()
  const { url } = server
  return {
    name: 'spark',
    target: async (test) =>
      `{ type: spark, url: "{{ env 'SPARK_URL' }}", catalog: lake, schema: ${schemaOf(test)} }`,
    env: { SPARK_URL: url },
    open: (_, folder) => opened('spark', { url, catalog: 'lake' }, folder),
    stop: () => server.remove(),
  }
}

/** Not BigQuery: its API and the reference implementation of its language, over tables in memory. */
async function startedBigQuery(): Promise<LiveEngine> {
  const server = await startBigQuery()
  const options = { project: 'acme', endpoint: server.url, token: 'ya29.token' }
  return {
    name: 'bigquery',
    target: async (test) =>
      `{ type: bigquery, project: acme, endpoint: "${server.url}", token: "{{ env 'BIGQUERY_TOKEN' }}", schema: ${schemaOf(test)} }`,
    env: { BIGQUERY_TOKEN: options.token },
    open: (_, folder) => opened('bigquery', options, folder),
    stop: async () => server.stop(),
  }
}

/** Not Redshift: a Postgres with its functions, and without what it does not have. */
async function startedRedshift(): Promise<LiveEngine> {
  const server = await startRedshift()
  const { port, database, user, password } = server
  const options = { host: '127.0.0.1', port, database, user, sslmode: 'disable' }
  const written = Object.entries(options).map(([key, value]) => `${key}: ${value}`)
  return {
    name: 'redshift',
    target: async (test) =>
      `{ type: redshift, ${written.join(', ')}, password: "{{ env 'REDSHIFT_PASSWORD' }}", schema: ${schemaOf(test)} }`,
    env: { REDSHIFT_PASSWORD: password },
    open: (_, folder) => opened('redshift', { ...options, password }, folder),
    stop: () => server.remove(),
  }
}

async function opened(
  name: string,
  options: Readonly<Record<string, unknown>>,
  folder: string,
): Promise<Connection> {
  const engine = ENGINES[name]
  if (!engine) throw new Error(`no engine ${name}`)
  return engine.open(options, folder)
}
