import http from 'node:http'
import type { AddressInfo } from 'node:net'

/** A request as a server got it. */
export interface ReceivedRequest {
  readonly method: string
  /** The path with its parameters. */
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

export interface GivenAnswer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>> | undefined
  readonly text: string
}

export interface LoopbackServer {
  readonly port: number
  close(): Promise<void>
}

/** Addresses with very long values are for the destination to refuse, not for its stand-in. */
const MAX_HEADER_BYTES = 1_000_000

/** A real HTTP server on this machine, which answers as it is told. */
export async function startLoopbackServer(
  answer: (request: ReceivedRequest) => GivenAnswer,
): Promise<LoopbackServer> {
  const server = http.createServer({ maxHeaderSize: MAX_HEADER_BYTES }, (incoming, outgoing) => {
    const chunks: Buffer[] = []
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
    incoming.on('end', () => {
      const headers = Object.fromEntries(
        Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]),
      )
      const body = Buffer.concat(chunks).toString('utf8')
      const {
        status,
        headers: more,
        text,
      } = answer({
        method: incoming.method ?? '',
        path: incoming.url ?? '',
        headers,
        body,
      })
      outgoing.writeHead(status, { 'content-type': 'application/json', ...more }).end(text)
    })
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((closed) => {
        server.close(() => closed())
        server.closeAllConnections()
      }),
  }
}
