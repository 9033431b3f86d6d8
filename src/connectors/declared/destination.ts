import type { ConnectorDefinition, OperationDefinition } from '../../language/connector.js'
import { jsonText } from '../../template/json-text.js'
import { LeafFault, type LeafScope } from '../../template/leaf-template.js'
import type {
  Answer,
  Batch,
  CheckAnswer,
  Destination,
  OutgoingRow,
  PreparedAudience,
  Refusal,
} from '../connector.js'
import type { Config, OperationName } from '../description.js'
import type { Mask } from '../masking.js'
import { prepareAudience } from './audience.js'
import { renderOfRow } from './body-template.js'
import { type Conversation, troubleOf, tryRender } from './conversation.js'
import { maskAnswer } from './mask-answer.js'
import { pollJob } from './poll-job.js'
import { renderUrl } from './render-request.js'
import { requestText } from './request-text.js'
import { scopedRow, withOnlyRow } from './row-scope.js'
import { sendBatch } from './send-batch.js'

/** A destination of a connector that is declared in YAML. */
export class DeclaredDestination implements Destination {
  constructor(
    readonly definition: ConnectorDefinition,
    readonly connection: string,
    readonly config: Config,
    readonly conversation: Conversation,
    readonly mask: Mask,
  ) {}

  async check(signal: AbortSignal): Promise<CheckAnswer> {
    const { check, title } = this.definition
    if (!check) return this.#reachable()
    const { judgement } = await this.conversation.ask(check, { config: this.config }, check, signal)
    const trouble = troubleOf(judgement)
    if (!trouble) return { kind: 'ok', message: `${title} answers` }
    const message = 'message' in trouble ? trouble.message : 'too many requests'
    const remedy = 'remedy' in trouble ? trouble.remedy : undefined
    return this.#masked({ kind: 'failed', message, ...(remedy !== undefined && { remedy }) })
  }

  async send(batch: Batch, signal: AbortSignal): Promise<Answer> {
    const answer = await sendBatch(
      this.conversation,
      this.#operation(batch.operation),
      this.#scope(batch),
      batch.rows,
      signal,
    )
    return this.#masked(answer)
  }

  async poll(job: string, batch: Batch, signal: AbortSignal): Promise<Answer> {
    const operation = this.#operation(batch.operation)
    const answer = await pollJob(this.conversation, operation, this.#scope(batch), job, batch.rows, signal)
    return this.#masked(answer)
  }

  async prepare(
    audience: string,
    mayMake: boolean,
    signal: AbortSignal,
  ): Promise<PreparedAudience | Refusal> {
    const { audience: definition, title } = this.definition
    if (!definition) return { kind: 'stop', message: `${title} has no audiences` }
    const asked = { name: audience, mayMake }
    const found = await prepareAudience(this.conversation, definition, this.config, asked, signal)
    return this.#masked(found)
  }

  sizeOf(operation: OperationName, row: OutgoingRow): number {
    const { request } = this.#operation(operation)
    try {
      const parts = renderOfRow(request.body, { config: this.config }, scopedRow(row, 0))
      return parts.reduce<number>((sum, part) => sum + Buffer.byteLength(jsonText(part)) + 1, 0)
    } catch (error) {
      // Of a row that lacks something nothing is sent: it is refused when its turn comes.
      if (error instanceof LeafFault) return 0
      throw error
    }
  }

  preview(batch: Batch): string {
    const { request } = this.#operation(batch.operation)
    const rows = batch.rows.map(scopedRow)
    const rendered = tryRender(request, withOnlyRow(this.#scope(batch), rows), rows)
    return this.mask.text(
      'fault' in rendered
        ? `nothing: ${rendered.fault}`
        : requestText(rendered.request, this.definition.auth?.type ?? 'none'),
    )
  }

  async close(): Promise<void> {
    this.conversation.client.close()
  }

  /** Where nothing can be asked without doing something: whether the addresses may be spoken to. */
  async #reachable(): Promise<CheckAnswer> {
    const { operations, title } = this.definition
    const [operation] = Object.values(operations)
    const base = operation && /^\{\{[^}]+\}\}|^https:\/\/[^/{]+/.exec(operation.request.url)?.[0]
    const trouble = base
      ? await this.conversation.client.refusal(renderUrl(base, { config: this.config }))
      : undefined
    if (!trouble)
      return { kind: 'ok', message: `${title} can be found; whether it takes rows, the first one shows` }
    const { message } = trouble
    const remedy = 'remedy' in trouble ? trouble.remedy : undefined
    return this.#masked({ kind: 'failed', message, ...(remedy !== undefined && { remedy }) })
  }

  #scope({ operation, audience, rows, idempotencyKey }: Batch): LeafScope {
    return {
      config: this.config,
      batch: { operation, idempotency_key: idempotencyKey, keys: rows.map(({ key }) => key) },
      ...(audience && { audience: { id: audience.id, name: audience.name } }),
    }
  }

  #operation(name: OperationName): OperationDefinition {
    const operation = this.definition.operations[name]
    if (!operation) throw new Error(`the connector has no operation ${name}`)
    return operation
  }

  #masked<T extends object>(answer: T): T {
    return maskAnswer(answer, this.mask)
  }
}
