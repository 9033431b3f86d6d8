import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

/** Who is told of syncs: keeps what is posted, on loopback. */
export class Told {
  readonly bodies: Readonly<Record<string, unknown>>[] = []
  readonly paths: (string | undefined)[] = []
  /** In the place of taking it. */
  fate: ((response: ServerResponse, request: IncomingMessage) => void) | undefined
  readonly #server: Server

  private constructor() {
    this.#server = createServer((request, response) => void this.#answer(request, response))
  }

  static async listen(): Promise<Told> {
    const told = new Told()
    await new Promise<void>((resolve) => told.#server.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => {
      told.#server.closeAllConnections()
      told.#server.close()
    })
    return told
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let text = ''
    for await (const chunk of request) text += chunk
    if (this.fate) return this.fate(response, request)
    this.bodies.push(JSON.parse(text))
    this.paths.push(request.url)
    response.writeHead(200)
    response.end('ok')
  }
}
