import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

/** A row as the webhook connector sends it. */
export interface SentRow {
  readonly key: string
  readonly previous_key?: string
  readonly fields: Readonly<Record<string, unknown>>
}

export interface SentBatch {
  readonly path: string
  readonly operation: string
  readonly rows: readonly SentRow[]
  readonly headers: IncomingMessage['headers']
}

/** What becomes of a request; absent: it is taken and said to be. */
export interface Fate {
  /** Before anything is done with the rows: answers, or breaks off, and nothing is taken. */
  readonly before?: (response: ServerResponse, request: IncomingMessage) => void
  /** Keys that are refused with a row error. */
  readonly refused?: readonly string[]
  /** After the rows were taken, in the place of the answer. */
  readonly after?: (response: ServerResponse, request: IncomingMessage) => void
}

/**
 * A destination on loopback that keeps what it is sent, a store for each path: upserts by key, deletes, re-keys, merges,
 * appends. `fate` decides what becomes of a request.
 */
export class Receiver {
  readonly batches: SentBatch[] = []
  readonly appended: SentRow[] = []
  fate: (batch: SentBatch) => Fate = () => ({})
  readonly #stores = new Map<string, Map<string, Readonly<Record<string, unknown>>>>()
  readonly #server: Server

  private constructor() {
    this.#server = createServer((request, response) => void this.#answer(request, response))
  }

  static async listen(): Promise<Receiver> {
    const receiver = new Receiver()
    await new Promise<void>((resolve) => receiver.#server.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => {
      receiver.#server.closeAllConnections()
      receiver.#server.close()
    })
    return receiver
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  store(path: string): Map<string, Readonly<Record<string, unknown>>> {
    const known = this.#stores.get(path) ?? new Map()
    this.#stores.set(path, known)
    return known
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let text = ''
    request.on('error', () => undefined)
    response.on('error', () => undefined)
    try {
      for await (const chunk of request) text += chunk
    } catch {
      return
    }
    const body = JSON.parse(text) as Omit<SentBatch, 'path' | 'headers'>
    const batch = { ...body, path: request.url ?? '/', headers: request.headers }
    this.batches.push(batch)
    const { before, refused = [], after } = this.fate(batch)
    if (before) return before(response, request)
    const taken = batch.rows.filter((row) => !refused.includes(row.key))
    for (const row of taken) this.#take(batch, row)
    if (after) return after(response, request)
    const errors = batch.rows
      .filter((row) => refused.includes(row.key))
      .map(({ key }) => ({ key, code: 'refused', message: 'not today' }))
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(JSON.stringify(errors.length > 0 ? { errors } : {}))
  }

  #take({ path, operation }: SentBatch, row: SentRow): void {
    const store = this.store(path)
    switch (operation) {
      case 'upsert':
      case 'update':
      case 'create':
        store.set(row.key, { ...store.get(row.key), ...row.fields })
        return
      case 'rekey':
        // Of a key alone, what was there stays.
        store.set(row.key, row.fields ?? store.get(row.previous_key ?? '') ?? {})
        if (row.previous_key !== undefined) store.delete(row.previous_key)
        return
      case 'merge':
        if (row.previous_key !== undefined) store.delete(row.previous_key)
        return
      case 'append':
        this.appended.push(row)
        return
      default:
        store.delete(row.key)
    }
  }
}

/** Answers with a status and a text. */
export function answer(status: number, text = '', headers: Record<string, string> = {}) {
  return (response: ServerResponse): void => {
    response.writeHead(status, headers)
    response.end(text)
  }
}

/** The connection breaks off. */
export function reset(response: ServerResponse, request: IncomingMessage): void {
  response.destroy()
  request.socket.destroy()
}

/** Nothing is answered until it is too late. */
export function silence(ms: number) {
  return (response: ServerResponse): void => {
    setTimeout(() => {
      response.writeHead(200)
      response.end('{}')
    }, ms).unref()
  }
}
