import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { gunzipSync } from 'node:zlib'

/** The protocol of Snowflake's drivers on loopback: it logs in, remembers statements, and answers as it was told to. */
export interface SnowflakeServer {
  readonly url: string
  /** What logged in, the newest last. */
  readonly logins: readonly Readonly<Record<string, unknown>>[]
  readonly statements: readonly string[]
  /** Answers the next statement that matches. */
  answer(statement: RegExp, answer: Answer): void
  stop(): void
}

export interface Answer {
  readonly columns?: readonly { readonly name: string; readonly type: string; readonly scale?: number }[]
  readonly rows?: readonly (readonly (string | null)[])[]
  /** Snowflake's number of a kind of statement. */
  readonly kind?: number
  readonly error?: {
    readonly code: string
    readonly message: string
    readonly sqlState?: string
    readonly line?: number
    readonly pos?: number
  }
  /** Takes until it is cancelled. */
  readonly isHeld?: true
}

const SELECT = 0x1000

/** The driver reads formats and zones from what the session says. */
const PARAMETERS = Object.entries({
  TIMEZONE: 'UTC',
  TIMESTAMP_OUTPUT_FORMAT: 'YYYY-MM-DD HH24:MI:SS.FF6',
  TIMESTAMP_NTZ_OUTPUT_FORMAT: 'YYYY-MM-DD HH24:MI:SS.FF6',
  TIMESTAMP_LTZ_OUTPUT_FORMAT: '',
  TIMESTAMP_TZ_OUTPUT_FORMAT: '',
  DATE_OUTPUT_FORMAT: 'YYYY-MM-DD',
  TIME_OUTPUT_FORMAT: 'HH24:MI:SS',
  CLIENT_SESSION_KEEP_ALIVE: false,
}).map(([name, value]) => ({ name, value }))

export async function startSnowflake(): Promise<SnowflakeServer> {
  const double = new Double()
  const server = createServer((request, response) => void double.respond(request, response))
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const { port } = server.address() as { readonly port: number }
  return {
    url: `http://127.0.0.1:${port}`,
    logins: double.logins,
    statements: double.statements,
    answer: (statement, answer) => void double.answers.push([statement, answer]),
    stop: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}

class Double {
  readonly logins: Readonly<Record<string, unknown>>[] = []
  readonly statements: string[] = []
  readonly answers: (readonly [RegExp, Answer])[] = []
  #cancel: (() => void) | undefined

  async respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await bodyOf(request)
    const { pathname } = new URL(request.url ?? '', 'http://localhost')
    const found = await this.#route(pathname, body)
    response.setHeader('Content-Type', 'application/json').end(JSON.stringify(found))
  }

  async #route(path: string, body: Readonly<Record<string, unknown>>): Promise<object> {
    if (path === '/session/v1/login-request')
      return this.#logIn(body.data as Readonly<Record<string, unknown>>)
    if (path === '/queries/v1/query-request') return this.#query(String(body.sqlText))
    if (path === '/queries/v1/abort-request') {
      this.#cancel?.()
      return { success: true, data: null, code: null, message: null }
    }
    return { success: true, data: {}, code: null, message: null }
  }

  #logIn(data: Readonly<Record<string, unknown>>): object {
    this.logins.push(data)
    if (data.PASSWORD === 'wrong')
      return {
        success: false,
        data: {},
        code: '390100',
        message: 'Incorrect username or password was specified.',
      }
    const session = {
      token: 'token',
      masterToken: 'master',
      sessionId: 1,
      validityInSeconds: 3600,
      masterValidityInSeconds: 14_400,
    }
    return {
      success: true,
      data: { ...session, parameters: PARAMETERS, sessionInfo: {} },
      code: null,
      message: null,
    }
  }

  async #query(statement: string): Promise<object> {
    this.statements.push(statement)
    const at = this.answers.findIndex(([pattern]) => pattern.test(statement))
    const [[, answer] = [undefined, {} as Answer]] = at < 0 ? [] : this.answers.splice(at, 1)
    if (answer.isHeld) {
      await new Promise<void>((done) => {
        this.#cancel = done
      })
      return fault({ code: '000604', message: 'SQL execution canceled', sqlState: '57014' })
    }
    if (answer.error) return fault(answer.error)
    const { columns = [{ name: 'status', type: 'text' }], rows = [['done']], kind = SELECT } = answer
    const rowtype = columns.map((column) => ({
      ...column,
      nullable: true,
      precision: 38,
      scale: column.scale ?? 0,
    }))
    return {
      success: true,
      code: null,
      message: null,
      data: {
        parameters: PARAMETERS,
        rowtype,
        rowset: rows,
        total: rows.length,
        returned: rows.length,
        queryId: `query-${this.statements.length}`,
        queryResultFormat: 'json',
        statementTypeId: kind,
        version: 1,
      },
    }
  }
}

function fault({ code, message, sqlState = '42000', line, pos }: NonNullable<Answer['error']>): object {
  return { success: false, code, message, data: { sqlState, errorCode: code, line, pos, queryId: 'failed' } }
}

async function bodyOf(request: IncomingMessage): Promise<Readonly<Record<string, unknown>>> {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part as Buffer)
  const bytes = Buffer.concat(parts)
  const text = (request.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes).toString('utf8')
  return text.startsWith('{') ? JSON.parse(text) : {}
}
