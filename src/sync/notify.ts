import { HttpClient } from '../connectors/http/client.js'
import { Mask } from '../connectors/masking.js'
import type { Diagnostic } from '../diagnostics/diagnostic.js'
import { at } from '../language/origin.js'
import type { Settings } from '../language/profiles.js'
import { type ConfigScope, renderedText } from './destination-config.js'
import type { Notified, StateChange, SyncResult, SyncStatus } from './result.js'

/** Milliseconds: a run waits no longer for its notification. */
const TIMEOUT = 10_000

/** Tells somebody about syncs. Never rejects: that nobody could be told changes nothing in a run. */
export interface Notifier {
  tell(about: StateChange, result: SyncResult): Promise<Notified>
  close(): void
}

/** Who is to be told, as `notify` of profiles.yml says; undefined where nobody is. */
export function openNotifier(
  { name: project, target, notify }: Settings,
  scope: ConfigScope,
): { readonly notifier?: Notifier } | { readonly diagnostics: readonly Diagnostic[] } {
  if (!notify) return {}
  const diagnostics: Diagnostic[] = []
  const place = at(notify.origin, 'webhook')
  const text = renderedText(notify.webhook, place, scope, diagnostics)
  if (text !== undefined && !URL.canParse(text))
    diagnostics.push({
      code: 'CDP2004',
      severity: 'error',
      message: '"webhook" of notify is no address',
      span: scope.positions.span(place),
      expected: 'https://…',
    })
  if (text === undefined || diagnostics.length > 0) return { diagnostics }
  const { allowHttp, allowPrivate } = notify
  const policy = { allowHttp, allowPrivate, hosts: undefined }
  const client = new HttpClient({ policy, timeoutMs: TIMEOUT, connections: 1 })
  return { notifier: new WebhookNotifier(client, new URL(text), { project, target: target.name }) }
}

class WebhookNotifier implements Notifier {
  /** Addresses of webhooks are secrets: who has one can write there. */
  readonly #mask: Mask

  constructor(
    private readonly client: HttpClient,
    private readonly url: URL,
    private readonly about: { readonly project: string; readonly target: string },
  ) {
    this.#mask = new Mask([url.href, `${url.pathname}${url.search}`].filter((part) => part !== '/'))
  }

  async tell(about: StateChange, result: SyncResult): Promise<Notified> {
    const error = await this.#post(JSON.stringify({ ...this.about, ...notification(about, result) }))
    return { about, ...(error !== undefined && { error: this.#mask.text(error) }) }
  }

  close(): void {
    this.client.close()
  }

  /** Why it was not taken. */
  async #post(body: string): Promise<string | undefined> {
    const headers = { 'content-type': 'application/json' }
    const request = { method: 'POST', url: this.url, headers, credentials: {}, body }
    try {
      const exchange = await this.client.exchange(request, AbortSignal.timeout(TIMEOUT))
      if (exchange.kind !== 'answer')
        return exchange.message + ('remedy' in exchange ? `. ${exchange.remedy}` : '')
      const isTaken = exchange.status >= 200 && exchange.status < 300
      return isTaken ? undefined : `${this.url.hostname} answered ${exchange.status}`
    } catch {
      return `${this.url.hostname} did not answer in ${TIMEOUT / 1000} s`
    }
  }
}

/** `text` is for chats that show it; the rest for programs. */
function notification(about: StateChange, result: SyncResult) {
  const { sync, destination, status, run_id, finished_at, message, remedy } = result
  const text =
    about === 'recovered'
      ? `The sync ${sync} to ${destination} works again.`
      : [`The sync ${sync} to ${destination} ${status}: ${message ?? 'no reason is known'}.`, remedy]
          .filter((part) => part !== undefined)
          .join(' ')
  const reason = about === 'failing' ? { message: message ?? null, remedy: remedy ?? null } : {}
  return { event: about, sync, destination, status, run_id, finished_at, ...reason, text }
}

/**
 * What is to be told after a run that ended so, given how those before it did. An interrupted run says nothing about
 * whether the sync works.
 */
export function changeOf(before: SyncStatus | undefined, after: SyncStatus): StateChange | undefined {
  const fails = (status: SyncStatus | undefined): boolean => status === 'failed' || status === 'stopped'
  if (after === 'interrupted' || fails(before) === fails(after)) return undefined
  return fails(after) ? 'failing' : 'recovered'
}
