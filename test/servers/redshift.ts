import { readFileSync } from 'node:fs'
import { connect as connectTo, createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { createSecureContext, TLSSocket } from 'node:tls'
import pg from 'pg'
import { startPostgres, whyNoPostgres } from './postgres.js'
import { inPostgres } from './redshift-statements.js'

/**
 * Not Redshift: a Postgres with functions as its documentation describes them, behind its port. Statements are rewritten on
 * their way, and what the documentation says is not there is refused.
 */
export interface RedshiftServer {
  readonly port: number
  readonly database: string
  readonly user: string
  readonly password: string
  /** What was asked for, as it was sent. */
  readonly statements: readonly string[]
  /** To look at what is there, or to set something up, as an administrator does, in Postgres' own SQL. */
  readonly admin: pg.Client
  /** What the Postgres has logged. */
  log(): string
  remove(): Promise<void>
}

export const whyNoRedshift = whyNoPostgres

/** A certificate and its key, both PEM: without them the server speaks no TLS. */
export interface Certificate {
  readonly cert: string
  readonly key: string
}

const FUNCTIONS = join(import.meta.dirname, 'redshift.sql')
const DATABASE = 'analytics'
const USER = 'cdp'
const PASSWORD = "it's \\secret"

const SSL_REQUEST = 80877103

export async function startRedshift(certificate?: Certificate): Promise<RedshiftServer> {
  const postgres = await startPostgres()
  const root = new pg.Client({ connectionString: postgres.url })
  await root.connect()
  // Texts are ordered by their bytes, letters beyond ASCII have lower case.
  await root.query(
    `create database ${DATABASE} template template0 locale_provider builtin builtin_locale 'C.UTF-8'`,
  )
  for (const user of [USER, 'IAM:cdp'])
    await root.query(`create role "${user}" login password '${PASSWORD.replaceAll("'", "''")}'`)
  for (const user of [USER, 'IAM:cdp']) await root.query(`grant all on database ${DATABASE} to "${user}"`)
  await root.query(`alter database ${DATABASE} set standard_conforming_strings = off`)
  await root.query(`alter database ${DATABASE} set escape_string_warning = off`)
  await root.query(`alter database ${DATABASE} set search_path = public, redshift`)
  await root.end()
  const admin = new pg.Client({ connectionString: postgres.url.replace(/postgres$/, DATABASE) })
  await admin.connect()
  await admin.query('set standard_conforming_strings = on')
  await admin.query(readFileSync(FUNCTIONS, 'utf8'))
  const statements: string[] = []
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.once('data', (first) => greet(socket, first, certificate, postgres.port, statements))
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  return {
    port: (server.address() as { readonly port: number }).port,
    database: DATABASE,
    user: USER,
    password: PASSWORD,
    statements,
    admin,
    log: () => postgres.log(),
    remove: async () => {
      server.close()
      for (const socket of sockets) socket.destroy()
      await admin.end()
      await postgres.remove()
    },
  }
}

/** A client may ask for TLS before it says anything else. */
function greet(
  socket: Socket,
  first: Buffer,
  certificate: Certificate | undefined,
  port: number,
  statements: string[],
): void {
  if (first.length !== 8 || first.readInt32BE(4) !== SSL_REQUEST) {
    relay(socket, first, port, statements)
    return
  }
  socket.write(certificate === undefined ? 'N' : 'S')
  const asked =
    certificate === undefined
      ? socket
      : new TLSSocket(socket, { isServer: true, secureContext: createSecureContext(certificate) })
  asked.on('error', () => {})
  asked.once('data', (next) => relay(asked, next, port, statements))
}

/** The first message has no type; those that hold a statement are rewritten. */
function relay(client: Socket, first: Buffer, port: number, statements: string[]): void {
  const upstream = connectTo(port, '127.0.0.1')
  upstream.on('error', () => client.destroy())
  upstream.on('close', () => client.destroy())
  client.on('close', () => upstream.destroy())
  upstream.write(first)
  upstream.pipe(client)
  let rest: Buffer = Buffer.alloc(0)
  client.on('data', (part: Buffer) => {
    rest = Buffer.concat([rest, part])
    while (rest.length >= 5 && rest.length >= 1 + rest.readInt32BE(1)) {
      const end = 1 + rest.readInt32BE(1)
      upstream.write(rewritten(rest.subarray(0, end), statements))
      rest = rest.subarray(end)
    }
  })
}

function rewritten(message: Buffer, statements: string[]): Buffer {
  const type = String.fromCharCode(message[0] ?? 0)
  if (type !== 'Q' && type !== 'P') return message
  // A statement of its own, or behind the name of a prepared one.
  const start = type === 'Q' ? 5 : message.indexOf(0, 5) + 1
  const end = message.indexOf(0, start)
  const statement = message.toString('utf8', start, end)
  statements.push(statement)
  const body = Buffer.concat([
    message.subarray(5, start),
    Buffer.from(inPostgres(statement)),
    message.subarray(end),
  ])
  const head = Buffer.alloc(5)
  head.write(type)
  head.writeInt32BE(body.length + 4, 1)
  return Buffer.concat([head, body])
}
