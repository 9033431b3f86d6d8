import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import http from 'node:http'
import https from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** What a SQL warehouse of Databricks is to a client: the Thrift protocol, over TLS, for who has a token. */
export interface Workspace {
  readonly port: number
  /** A file that holds its certificate. */
  readonly certificate: string
  stop(): void
}

/** In front of a Spark server, which answers; calls without the token, or to another path, are refused. */
export async function startWorkspace(
  spark: string,
  { token, path }: { readonly token: string; readonly path: string },
): Promise<Workspace> {
  const folder = mkdtempSync(join(tmpdir(), 'cdp-workspace-'))
  const { key, certificate } = selfSigned(folder)
  const server = https.createServer(
    { key: readFileSync(key), cert: readFileSync(certificate) },
    (request, response) => {
      const refused =
        request.url !== path ? 404 : request.headers.authorization !== `Bearer ${token}` ? 401 : 0
      const parts: Buffer[] = []
      request.on('data', (part: Buffer) => parts.push(part))
      request.on('end', () => {
        if (refused > 0) response.writeHead(refused).end()
        else passOn(spark, withProtocol(Buffer.concat(parts)), response)
      })
    },
  )
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const { port } = server.address() as { readonly port: number }
  return {
    port,
    certificate,
    stop: () => {
      server.closeAllConnections()
      server.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function passOn(spark: string, body: Buffer, response: http.ServerResponse): void {
  const headers = {
    authorization: `Basic ${Buffer.from('cdp:none').toString('base64')}`,
    'content-type': 'application/x-thrift',
  }
  const onward = http.request(spark, { method: 'POST', headers }, (answer) => {
    const parts: Buffer[] = []
    answer.on('data', (part: Buffer) => parts.push(part))
    answer.on('end', () => response.writeHead(answer.statusCode ?? 500).end(withFormat(Buffer.concat(parts))))
  })
  onward.on('error', () => response.destroy())
  onward.end(body)
}

const OPEN_SESSION = Buffer.from('\x80\x01\x00\x01\x00\x00\x00\x0bOpenSession', 'latin1')

/** The driver asks for a version of the protocol that Databricks alone has: Spark is asked for its own, the 8th. */
function withProtocol(body: Buffer): Buffer {
  if (!body.subarray(0, OPEN_SESSION.length).equals(OPEN_SESSION)) return body
  const asked = Buffer.from(body)
  // Behind the number of the call, the head of the argument and that of its first field.
  asked.writeInt32BE(7, OPEN_SESSION.length + 4 + 3 + 3)
  return asked
}

const METADATA = Buffer.from('\x80\x01\x00\x02\x00\x00\x00\x14GetResultSetMetadata', 'latin1')
/** Field 1281, a number of 32 bits: rows come by column. */
const BY_COLUMN = Buffer.of(8, 5, 1, 0, 0, 0, 1)

/** The head of the place of a column, field 3 of its description, with the two upper bytes of it. */
const POSITION = Buffer.of(8, 0, 3, 0, 0)

/** Databricks says in which format rows come, and counts columns from 1; Spark knows one format, and counts from 0. */
function withFormat(answer: Buffer): Buffer {
  if (!answer.subarray(0, METADATA.length).equals(METADATA)) return answer
  const counted = Buffer.from(answer)
  for (let at = counted.indexOf(POSITION); at >= 0; at = counted.indexOf(POSITION, at + 7))
    counted.writeUInt16BE(counted.readUInt16BE(at + 5) + 1, at + 5)
  // Before the ends of the response and of the result around it.
  return Buffer.concat([counted.subarray(0, -2), BY_COLUMN, counted.subarray(-2)])
}

function selfSigned(folder: string): { readonly key: string; readonly certificate: string } {
  const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')]
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1']
  const files = ['-keyout', key, '-out', certificate]
  execFileSync(
    'openssl',
    ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', ...subject, ...files],
    {
      stdio: 'ignore',
    },
  )
  return { key, certificate }
}
