import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

/** An invented vendor on loopback: rows are taken as jobs, members are put into lists. */
export class Vendor {
  /** By number: the rows that were given, and how they went, once they did. */
  readonly jobs = new Map<string, { readonly rows: readonly VendorRow[]; done: boolean; refused: string[] }>()
  readonly lists = new Map<string, { readonly id: string; readonly members: Set<string> }>()
  polls = 0
  /** When a job has been taken; and in the place of the answer about one. */
  onJob: (id: string, response: ServerResponse, request: IncomingMessage) => boolean = () => false
  onPoll: (response: ServerResponse) => boolean = () => false
  /** After a list was asked for. */
  onList: () => void = () => {}
  readonly #server: Server

  private constructor() {
    this.#server = createServer((request, response) => void this.#answer(request, response))
  }

  static async listen(): Promise<Vendor> {
    const vendor = new Vendor()
    await new Promise<void>((resolve) => vendor.#server.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => {
      vendor.#server.closeAllConnections()
      vendor.#server.close()
    })
    return vendor
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let text = ''
    for await (const chunk of request) text += chunk
    const { pathname, searchParams } = new URL(request.url ?? '/', this.url)
    const body = text === '' ? {} : JSON.parse(text)
    const [kind, id = '', verb] = pathname.slice(1).split('/')
    if (kind === 'jobs' && request.method === 'POST') return this.#takeJob(body.rows, response, request)
    if (kind === 'jobs') return this.#tellJob(id, response)
    if (id === '')
      return this.#list(searchParams.get('name') ?? body.name, request.method === 'POST', response)
    const list = [...this.lists.values()].find((one) => one.id === id)
    if (!list) return say(response, 404, { error: 'no such list' })
    for (const key of body.members as string[])
      if (verb === 'add') list.members.add(key)
      else list.members.delete(key)
    say(response, 200, {})
  }

  #takeJob(rows: readonly VendorRow[], response: ServerResponse, request: IncomingMessage): void {
    const id = `job${this.jobs.size + 1}`
    this.jobs.set(id, { rows, done: false, refused: [] })
    if (!this.onJob(id, response, request)) say(response, 202, { id })
  }

  #tellJob(id: string, response: ServerResponse): void {
    this.polls += 1
    if (this.onPoll(response)) return
    const job = this.jobs.get(id)
    if (!job) {
      say(response, 404, { error: 'no such job' })
      return
    }
    const errors = job.refused.map((key) => ({ key, code: 'refused', message: 'not today' }))
    say(response, 200, { status: job.done ? 'complete' : 'working', errors })
  }

  #list(name: string, mayMake: boolean, response: ServerResponse): void {
    const known = this.lists.get(name)
    if (known || !mayMake) {
      say(response, 200, { lists: known ? [{ id: known.id, name }] : [] })
      this.onList()
      return
    }
    const made = { id: `list${this.lists.size + 1}`, members: new Set<string>() }
    this.lists.set(name, made)
    say(response, 201, { id: made.id })
  }
}

export interface VendorRow {
  readonly key: string
  readonly fields: Readonly<Record<string, unknown>>
}

export function say(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(JSON.stringify(body))
}

/** Rows as jobs; little patience. */
export const JOBS = `kind: destination
name: jobs
title: Jobs
description: Rows as jobs.
config:
  url: { type: url, required: true, description: Where }
limits: { concurrency: 2, timeout: 1s }
operations:
  upsert:
    kind: record
    idempotent: true
    batch: { max_rows: 3 }
    request:
      method: POST
      url: "{{config.url}}/jobs"
      body: { rows: { $each: rows, $do: { key: "{{row.$key}}", fields: "{{row.$all}}" } } }
    response: { success: [202] }
    job:
      id: id
      every: 1s
      poll:
        request: { method: GET, url: "{{config.url}}/jobs/{{job.id}}" }
        response:
          success: [200]
          results: { match: key, errors: { path: errors, key: key, code: code, message: message }, if_none: ok }
          errors: [{ body: { status: working }, do: pending }]
retry: { max_attempts: 3, backoff: { base: 1s, factor: 1, max: 1s }, max_elapsed: 4s }
`

/** Members of lists, by the name of the list. */
export const LISTS = `kind: destination
name: lists
title: Lists
description: Members of lists.
config:
  url: { type: url, required: true, description: Where }
limits: { concurrency: 2, timeout: 1s }
schema: { key: { type: string, max_length: 255 } }
audience:
  find:
    request: { method: GET, url: "{{config.url}}/lists", query: { name: "{{audience.name}}" } }
    path: lists
    name: name
    id: id
  create:
    request: { method: POST, url: "{{config.url}}/lists", body: { name: "{{audience.name}}" } }
    id: id
operations:
  upsert:
    kind: membership
    idempotent: true
    batch: { max_rows: 10 }
    request:
      method: POST
      url: "{{config.url}}/lists/{{audience.id}}/add"
      body: { members: { $each: rows, $do: "{{row.$key}}" } }
    response: &taken
      success: [200]
      results: { match: all }
      errors: [{ status: [404], do: stop, message: The list is gone. }]
  remove:
    kind: membership
    idempotent: true
    batch: { max_rows: 10 }
    request:
      method: POST
      url: "{{config.url}}/lists/{{audience.id}}/remove"
      body: { members: { $each: rows, $do: "{{row.$key}}" } }
    response: *taken
retry: { max_attempts: 2, backoff: { base: 1s, factor: 1, max: 1s }, max_elapsed: 4s }
`
