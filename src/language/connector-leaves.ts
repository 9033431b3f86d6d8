import { closest } from '../diagnostics/closest.js'
import { parseLeaf } from '../template/leaf-template.js'
import type { ConnectorDefinition, OperationDefinition } from './connector.js'
import type {
  AudienceDefinition,
  ErrorRule,
  JobDefinition,
  LookupDefinition,
  RequestDefinition,
} from './connector-request.js'
import { type LeafRoot, ROW_NAMES } from './connector-words.js'
import { at, type Origin } from './origin.js'
import { didYouMean, oneOf } from './problem.js'
import type { Reporter } from './reporter.js'

type Roots = readonly LeafRoot[]

/** The keys that together make something else of a mapping. */
const DIRECTIVES: readonly string[] = ['$do $each', '$merge', '$if $then', '$else $if $then']

const ANSWER: Roots = ['config', 'status', 'headers', 'body']

/** Checks every template of a connector: that it can be read, and that what it reads is known where it stands. */
export function checkConnectorLeaves(connector: ConnectorDefinition, origin: Origin, report: Reporter): void {
  const check = new LeafCheck(Object.keys(connector.config ?? {}), report)
  const { auth, signature, operations, audience, check: checking } = connector
  if (auth) check.texts(auth, at(origin, 'auth'), ['config'])
  if (signature) check.texts(signature, at(origin, 'signature'), ['config'])
  for (const [name, operation] of Object.entries(operations))
    if (operation) check.operation(operation, at(origin, 'operations', name))
  if (audience) check.audience(audience, at(origin, 'audience'))
  if (checking) {
    check.request(checking, at(origin, 'check'), ['config'])
    check.rules(checking.errors, at(origin, 'check', 'errors'))
  }
}

class LeafCheck {
  constructor(
    readonly configNames: readonly string[],
    readonly report: Reporter,
  ) {}

  operation(operation: OperationDefinition, origin: Origin): void {
    const { request, response, lookup, job, batch } = operation
    const many = (batch?.max_rows ?? 1) > 1
    this.request(request, at(origin, 'request'), ['config', 'audience', 'batch'], many ? 'each' : 'row')
    this.rules(response?.errors, at(origin, 'response', 'errors'))
    lookup?.forEach((one, i) => {
      this.lookup(one, lookup.length > 1 ? at(origin, 'lookup', i) : at(origin, 'lookup'), many)
    })
    if (job) this.job(job, at(origin, 'job'))
  }

  audience({ find, create }: AudienceDefinition, origin: Origin): void {
    this.request(find.request, at(origin, 'find', 'request'), ['config', 'audience'])
    this.request(create.request, at(origin, 'create', 'request'), ['config', 'audience'])
  }

  private lookup({ request, response, key }: LookupDefinition, origin: Origin, many: boolean): void {
    this.leaf(key, at(origin, 'key'), ['config'])
    this.request(request, at(origin, 'request'), ['config', 'audience', 'batch'], many ? 'each' : 'row')
    this.rules(response?.errors, at(origin, 'response', 'errors'))
  }

  private job({ poll, details }: JobDefinition, origin: Origin): void {
    const roots: Roots = ['config', 'job', 'audience']
    this.request(poll.request, at(origin, 'poll', 'request'), roots)
    this.rules(poll.response.errors, at(origin, 'poll', 'response', 'errors'))
    if (!details) return
    this.leaf(details.when, at(origin, 'details', 'when'), ANSWER)
    this.request(details.request, at(origin, 'details', 'request'), roots)
  }

  /** `rows`: whether rows are known inside of `$each` only, or one row everywhere. */
  request(request: RequestDefinition, origin: Origin, roots: Roots, rows?: 'each' | 'row'): void {
    const here: Roots = rows === 'row' ? [...roots, 'row'] : roots
    this.leaf(request.url, at(origin, 'url'), here)
    this.texts(request.query ?? {}, at(origin, 'query'), here)
    this.texts(request.headers ?? {}, at(origin, 'headers'), here)
    this.body(request.body, at(origin, 'body'), here, rows)
  }

  rules(rules: readonly ErrorRule[] | undefined, origin: Origin): void {
    for (const [index, { when, wait, message, code }] of (rules ?? []).entries())
      this.texts({ when, wait, message, code }, at(origin, index), ANSWER)
  }

  texts(values: Readonly<Record<string, unknown>>, origin: Origin, roots: Roots): void {
    for (const [key, value] of Object.entries(values))
      if (typeof value === 'string') this.leaf(value, at(origin, key), roots)
  }

  private body(value: unknown, origin: Origin, roots: Roots, rows: 'each' | 'row' | undefined): void {
    if (typeof value === 'string') this.leaf(value, origin, roots)
    else if (Array.isArray(value))
      value.forEach((item, index) => {
        this.body(item, at(origin, index), roots, rows)
      })
    else if (typeof value === 'object' && value !== null)
      this.bodyMapping(value as Readonly<Record<string, unknown>>, origin, roots, rows)
  }

  private bodyMapping(
    value: Readonly<Record<string, unknown>>,
    origin: Origin,
    roots: Roots,
    rows: 'each' | 'row' | undefined,
  ): void {
    const directives = Object.keys(value).filter((key) => key.startsWith('$'))
    const form = Object.keys(value).sort().join(' ')
    if (directives.length > 0 && !DIRECTIVES.includes(form)) {
      const known = DIRECTIVES.join(' ').split(' ')
      const directive = directives.find((key) => !known.includes(key)) ?? directives[0] ?? ''
      this.report.error('CDP2001', at(origin, directive), `"${directive}" is not possible here`, {
        which: 'key',
        expected:
          '{ $each: rows, $do: … }, { $if: …, $then: …, $else: … } or { $merge: [ … ] }, with no key beside them',
        hint: didYouMean(closest(directive, known)),
      })
      return
    }
    if ('$each' in value && (value.$each !== 'rows' || rows === undefined)) {
      this.report.error('CDP2004', at(origin, '$each'), '"$each" goes through the rows of a batch', {
        expected: rows === undefined ? 'no "$each": this request is about no rows' : '$each: rows',
      })
      return
    }
    if ('$merge' in value && !Array.isArray(value.$merge))
      this.report.error('CDP2003', at(origin, '$merge'), '"$merge" must be a list of mappings')
    const within: Roots = '$each' in value ? [...roots, 'row'] : roots
    for (const [key, item] of Object.entries(value))
      if (key !== '$each') this.body(item, at(origin, key), within, rows)
  }

  private leaf(text: string, origin: Origin, roots: Roots): void {
    const { paths, problems } = parseLeaf(text)
    for (const { code, message, from, to, expected, hint } of problems)
      this.report.error(code, origin, message, { inside: { from, to }, expected, hint })
    for (const { parts, from, to } of paths) this.path(parts, origin, roots, { from, to })
  }

  private path(
    parts: readonly string[],
    origin: Origin,
    roots: Roots,
    inside: { from: number; to: number },
  ): void {
    const [root = '', name] = parts
    const known = (word: string, names: readonly string[], what: string) =>
      this.report.error('CDP3001', origin, `there is no ${what} ${JSON.stringify(word)} here`, {
        inside,
        expected: oneOf(names),
        hint: didYouMean(closest(word, names)),
      })
    if (!roots.includes(root as LeafRoot)) known(root, roots, 'value')
    else if (root === 'config' && name !== undefined && !this.configNames.includes(name))
      known(name, this.configNames, 'field of config')
    else if (root === 'row' && name?.startsWith('$') && !ROW_NAMES.includes(name as never))
      known(name, ROW_NAMES, 'part of a row')
  }
}
