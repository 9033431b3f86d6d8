import type { OpenedTarget } from '../connectors/table/opened-target.js'
import { hasErrors } from '../diagnostics/diagnostic.js'
import { UsageError } from '../diagnostics/errors.js'
import type { SourceFile } from '../diagnostics/span.js'
import type { Connection, Tell } from '../engines/connection.js'
import { ENGINE_OPTIONS, ENGINES } from '../engines/registry.js'
import { type ParseOptions, parseProject } from '../language/parse-project.js'
import type { Target } from '../language/profiles.js'

/** Targets that syncs write to, each opened once; the one that they run on is open already. */
export class OpenTargets {
  readonly #opened = new Map<string, OpenedTarget>()
  #own: { readonly target: Target; readonly connection: Connection } | undefined

  constructor(
    private readonly files: readonly SourceFile[],
    private readonly folder: string,
    private readonly options: ParseOptions,
    private readonly tell: Tell,
  ) {}

  /** The connection that syncs run on. */
  use(target: Target, connection: Connection): void {
    this.#own = { target, connection }
  }

  open = async (name: string | undefined): Promise<OpenedTarget> => {
    const own = this.#own
    if (!own) throw new UsageError('no target is open')
    const key = name ?? own.target.name
    const known = this.#opened.get(key)
    if (known) return known
    const target = key === own.target.name ? own.target : this.#targetOf(key)
    const engine = ENGINES[target.type]
    if (!engine) throw new UsageError(`the target ${key} has no engine that is known`)
    const { place } = engine.place(target.options, this.folder)
    const isOwn =
      place === engine.place(own.target.options, this.folder).place && target.type === own.target.type
    const connection = isOwn
      ? await own.connection.fork()
      : await engine.open(target.options, this.folder, this.tell)
    const opened = { connection, dialect: engine.dialect, place }
    this.#opened.set(key, opened)
    return opened
  }

  async close(): Promise<void> {
    for (const { connection } of this.#opened.values()) await connection.close()
    this.#opened.clear()
  }

  /** Rendered only now: a variable that it needs is asked for by the syncs that write to it. */
  #targetOf(name: string): Target {
    const parsed = parseProject(this.files, { ...this.options, engines: ENGINE_OPTIONS, target: name })
    const [first] = parsed.diagnostics.filter(({ severity }) => severity === 'error')
    if (hasErrors(parsed.diagnostics) && first)
      throw new UsageError(`the target ${name} cannot be used: ${first.message}`)
    return parsed.value.settings.target
  }
}
