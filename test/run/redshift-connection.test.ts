import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { WarehouseError } from '../../src/diagnostics/errors.js'
import { type Connection, StatementError } from '../../src/engines/connection.js'
import { ENGINES } from '../../src/engines/registry.js'
import { print } from '../../src/sql/printer.js'
import { relation } from '../../src/sql/relation.js'
import { startPostgres } from '../servers/postgres.js'
import { type RedshiftServer, startRedshift, whyNoRedshift } from '../servers/redshift.js'

/** Redshift's protocol is that of Postgres: the driver against a Postgres that has its functions, and the API of AWS on loopback. */
describe.skipIf(whyNoRedshift() !== undefined)('the connection to Redshift', () => {
  let server: RedshiftServer
  let connection: Connection
  const folder = mkdtempSync(join(tmpdir(), 'cdp-redshift-'))
  const engine = ENGINES.redshift

  const open = (more: object = {}) => {
    const { port, database, user, password } = server
    const options = { host: 'localhost', port, database, user, password, sslrootcert: 'server.crt', ...more }
    return engine?.open(options, folder) as Promise<Connection>
  }
  const refusal = (more: object) =>
    open(more).then(
      () => expect.fail('it connected'),
      ({ message, remedy }: WarehouseError) => `${message}\n${remedy}`,
    )

  beforeAll(async () => {
    execFileSync(
      'openssl',
      [
        ...[
          'req',
          '-x509',
          '-newkey',
          'ec',
          '-pkeyopt',
          'ec_paramgen_curve:prime256v1',
          '-nodes',
          '-days',
          '2',
        ],
        ...['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'],
        ...['-keyout', join(folder, 'server.key'), '-out', join(folder, 'server.crt')],
      ],
      { stdio: 'pipe' },
    )
    server = await startRedshift({
      cert: readFileSync(join(folder, 'server.crt'), 'utf8'),
      key: readFileSync(join(folder, 'server.key'), 'utf8'),
    })
    connection = await open({ query_group: "it's \\ cdp" })
  })
  afterAll(async () => {
    await connection?.close()
    await server?.remove()
    rmSync(folder, { recursive: true, force: true })
  })

  test('is encrypted, and only with a certificate that is trusted and of this host', async () => {
    expect(connection.engine).toBe('Redshift 1.0.99999')
    expect(await refusal({ sslrootcert: undefined })).toContain(
      'Name the file of the certificates to trust as `sslrootcert`',
    )
    expect(await refusal({ host: '127.0.0.1' })).toContain('certificate')
    await (await open({ host: '127.0.0.1', sslmode: 'verify-ca' })).close()
  })

  test('labels its statements and sets its session', async () => {
    const [row] = await connection.query(
      `select current_setting('redshift.query_group') as label, current_setting('timezone') as zone`,
    )
    expect(row).toEqual({ label: "it's \\ cdp", zone: 'UTC' })
  })

  test('loads any text unchanged, as text and never as syntax', async () => {
    const nasty = [
      "O'Neil",
      '\\',
      "\\'; drop table rows; --",
      '\\N',
      'line\nbreak\r\n\ttab',
      '😀 日本 \u00a0',
      '$1 {x}',
      '',
      null,
    ]
    const table = relation('loading', 'a \\ table\'s "name"')
    const { statements } = engine?.dialect ?? expect.fail('no engine')
    const dialect = engine?.dialect ?? expect.fail('no engine')
    const columns = ['it\'s \\ "one"', '日本 😀; --'].map((name) => ({
      name,
      type: { kind: 'string' as const },
    }))
    await connection.execute(print(statements.createSchema('loading'), dialect))
    await connection.execute(print(statements.createEmptyTable(table, columns), dialect))
    async function* rows() {
      yield nasty.map((text) => [text, text])
    }
    expect(
      await connection.insertRows?.(
        table,
        columns.map(({ name }) => name),
        rows(),
      ),
    ).toBe(nasty.length)
    expect(await connection.describeTable(table)).toEqual(
      columns.map(({ name }) => ({ name, type: 'character varying' })),
    )
    const found = await connection.query(`select * from "loading"."a \\ table's ""name"""`)
    expect(found.map((row) => Object.values(row))).toEqual(nasty.map((text) => [text, text]))
    expect(await connection.relations('loading')).toEqual([{ name: 'a \\ table\'s "name"', kind: 'table' }])
    expect(await connection.tableNames()).toContain('loading.a \\ table\'s "name"')
  })

  test('statements are stopped from outside, and what is wrong with one is told with its place', async () => {
    const running = connection.query('select pg_sleep(60)')
    const ended = expect(running).rejects.toThrow(/cancel/i)
    await wait(300)
    connection.interrupt()
    await ended
    const error = await connection.query('select nonsense from here').catch((e: unknown) => e)
    expect(error).toBeInstanceOf(StatementError)
    expect((await connection.query('select 1 as one'))[0]).toEqual({ one: 1 })
  })

  test('what is in the way is said, with its remedy and without the password', async () => {
    expect(await refusal({ password: 'wr0ng' })).toMatch(
      /cannot connect to redshift:\/\/localhost:\d+\/analytics as cdp: password authentication failed[\s\S]*Check `user` and `password`/,
    )
    expect(await refusal({ password: 'wr0ng' })).not.toContain('wr0ng')
    expect(await refusal({ port: 1 })).toContain('its security group lets you in')
    expect(await refusal({ database: 'nothing' })).toContain('name another `database` of the target')
    expect(await refusal({ password: undefined })).toContain(
      'Give it `host`, `user` and `password`; or `cluster`',
    )
  })

  test('a Postgres is not taken for Redshift', async () => {
    const postgres = await startPostgres()
    try {
      const { port, password } = postgres
      const target = {
        host: '127.0.0.1',
        port,
        database: 'postgres',
        user: 'postgres',
        password,
        sslmode: 'disable',
      }
      expect(await refusal(target)).toBe(
        'the server is not Redshift\nWrite `type: postgres` for a Postgres server.',
      )
    } finally {
      await postgres.remove()
    }
  })

  describe('with a temporary password of AWS', () => {
    let api: Server
    const asked: string[] = []
    let answer: (action: string) => { readonly status?: number; readonly body: string }
    const env = {
      AWS_ACCESS_KEY_ID: 'AKIAEXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'secret',
      AWS_REGION: 'eu-central-1',
    }
    const before = { ...process.env }

    beforeAll(async () => {
      Object.assign(process.env, env)
      api = createServer((request, response) => {
        let body = ''
        request.on('data', (part) => (body += String(part)))
        request.on('end', () => {
          const action =
            /Action=(\w+)/.exec(body)?.[1] ?? String(request.headers['x-amz-target']).split('.').at(-1)
          asked.push(`${action} ${body}`)
          const { status = 200, body: text } = answer(action ?? '')
          response
            .writeHead(status, { 'content-type': text.startsWith('<') ? 'text/xml' : 'application/json' })
            .end(text)
        })
      })
      await new Promise<void>((done) => api.listen(0, '127.0.0.1', done))
    })
    afterAll(() => {
      process.env = before
      api.close()
    })

    const openAs = (more: object) => {
      const { port: apiPort } = api.address() as { readonly port: number }
      return open({
        host: undefined,
        port: undefined,
        user: undefined,
        password: undefined,
        endpoint: `http://127.0.0.1:${apiPort}`,
        ...more,
      })
    }
    const soon = () => new Date(Date.now() + 900_000)

    test('for a cluster, whose endpoint is asked for, too', async () => {
      answer = (action) => ({
        body:
          action === 'DescribeClusters'
            ? `<DescribeClustersResponse><DescribeClustersResult><Clusters><Cluster><Endpoint><Address>localhost</Address><Port>${server.port}</Port></Endpoint></Cluster></Clusters></DescribeClustersResult></DescribeClustersResponse>`
            : `<${action}Response><${action}Result><DbUser>IAM:cdp</DbUser><DbPassword>${server.password}</DbPassword><Expiration>${soon().toISOString()}</Expiration></${action}Result></${action}Response>`,
      })
      const opened = await openAs({ cluster: 'acme' })
      const forked = await opened.fork()
      expect((await forked.query('select current_user as who'))[0]).toEqual({ who: 'IAM:cdp' })
      await opened.close()
      expect(asked.map((one) => one.split(' ')[0])).toEqual([
        'DescribeClusters',
        'GetClusterCredentialsWithIAM',
      ])
      expect(asked[1]).toContain('DbName=analytics&ClusterIdentifier=acme')
    })

    test('for a workgroup', async () => {
      answer = (action) => ({
        body: JSON.stringify(
          action === 'GetWorkgroup'
            ? { workgroup: { endpoint: { address: 'localhost', port: server.port } } }
            : { dbUser: 'IAM:cdp', dbPassword: server.password, expiration: soon().getTime() / 1000 },
        ),
      })
      await (await openAs({ workgroup: 'acme' })).close()
      expect(asked.at(-1)).toBe('GetCredentials {"dbName":"analytics","workgroupName":"acme"}')
    })

    test('or the reason why there is none', async () => {
      answer = () => ({
        status: 403,
        body: '<ErrorResponse><Error><Code>AccessDenied</Code><Message>not authorized to perform</Message></Error></ErrorResponse>',
      })
      const error = await openAs({ cluster: 'acme' }).catch((e: unknown) => e as WarehouseError)
      expect((error as WarehouseError).message).toBe(
        'AWS gives no password for the cluster acme: not authorized to perform',
      )
      expect((error as WarehouseError).remedy).toContain('redshift:GetClusterCredentialsWithIAM')
    })
  })
})
